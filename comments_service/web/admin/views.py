"""The lists of the desk: what each holds, in which order, and where one of its pages begins."""

from collections.abc import Sequence
from dataclasses import dataclass

from comments_service.domain import ids
from comments_service.domain.states import State
from comments_service.queries import moderation, reported
from comments_service.queries.cards import ModeratedRow
from comments_service.queries.sites import SiteIds

ROWS = 20


@dataclass(frozen=True)
class Spot:
    """Where a page begins in its list, and the id of the comment right before that."""

    position: int = 0
    total: int = 0
    previous: int | None = None


@dataclass(frozen=True)
class ByState:
    """What waits begins with the oldest, everything else with the last."""

    name: str
    title: str
    state: State
    newest_first: bool = True

    def rows(self, site_ids: SiteIds, start: int | None, q: str | None) -> list[ModeratedRow]:
        """One row more than a page has, from the comment `start` on, of those that `q` finds."""
        step = 1 if self.newest_first else -1
        return moderation.comments(
            self.state,
            site_ids=site_ids,
            after=None if start is None else min(start + step, ids.LARGEST),
            limit=ROWS + 1,
            newest_first=self.newest_first,
            q=q,
        )

    def resume(self, rows: Sequence[ModeratedRow]) -> int | None:
        """Where the page begins once its first comment is decided."""
        return rows[0].id if rows else None

    def spot(self, site_ids: SiteIds, first: int, q: str | None) -> Spot:
        """What is found isn't counted: that could take long."""
        state, order = self.state, self.newest_first
        previous = moderation.previous(
            state, site_ids=site_ids, before=first, newest_first=order, q=q
        )
        if q:
            return Spot(previous=previous)
        before = moderation.count(state, site_ids=site_ids, before=first, newest_first=order)
        return Spot(
            position=before + 1,
            total=moderation.count(state, site_ids=site_ids),
            previous=previous,
        )


@dataclass(frozen=True)
class Reported:
    """Of any state, the most reported first; what is decided leaves it. It isn't searched."""

    name: str
    title: str

    def rows(self, site_ids: SiteIds, start: int | None, _q: str | None) -> list[ModeratedRow]:
        place = None if start is None else reported.place(start, site_ids=site_ids)
        after = None if place is None else (place[0], min(place[1] + 1, ids.LARGEST))
        return reported.comments(site_ids=site_ids, after=after, limit=ROWS + 1)

    def resume(self, rows: Sequence[ModeratedRow]) -> int | None:
        return rows[1].id if len(rows) > 1 else None

    def spot(self, site_ids: SiteIds, first: int, _q: str | None) -> Spot:
        place = reported.place(first, site_ids=site_ids)
        if place is None:  # decided this moment
            return Spot()
        return Spot(
            position=reported.count(site_ids=site_ids, before=place) + 1,
            total=reported.count(site_ids=site_ids),
            previous=reported.previous(site_ids=site_ids, before=place),
        )


View = ByState | Reported
WAITING = ByState("waiting", "Waiting", State.PENDING, newest_first=False)
COMMENTS = ByState("comments", "Comments", State.APPROVED)
REPORTED = Reported("reported", "Reported")
_OTHERS = (
    ByState("spam", "Spam", State.SPAM),
    ByState("rejected", "Rejected", State.REJECTED),
    ByState("deleted", "Deleted", State.DELETED),
)
QUEUE: Sequence[View] = (WAITING, REPORTED, *_OTHERS)
_NAMED: dict[str, View] = {view.name: view for view in (*QUEUE, COMMENTS)}


def named(name: str | None) -> View:
    return _NAMED.get(name or "", WAITING)


def of_state(state: str) -> View:
    """Where a comment in this state is found."""
    return next(view for view in (WAITING, COMMENTS, *_OTHERS) if view.state == state)


def page(view: View, site_ids: SiteIds, start: int | None, q: str | None) -> list[ModeratedRow]:
    """The rows from `start` on; from the beginning when nothing is left from there on."""
    rows = view.rows(site_ids, start, q)
    return rows if rows or start is None else view.rows(site_ids, None, q)
