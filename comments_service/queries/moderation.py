"""What moderators read: comments in any state with all they need to decide, and the log.

`site_ids` bounds everything here; None means every site. A page costs the same few statements
however many comments it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from comments_service.database import snapshot
from comments_service.domain.errors import Missing
from comments_service.domain.states import State
from comments_service.models import Comment, LogEntry
from comments_service.queries import cards, reported, sites, words
from comments_service.queries.cards import ModeratedRow
from comments_service.queries.sites import SiteIds
from comments_service.queries.words import Asked, Stretch, Where

_ID = Comment.__table__.c.id
APART = 20  # sites whose lists are read one beside the other; of more, with all that lies between


@dataclass(frozen=True)
class LogRow:
    id: int
    comment_id: int
    actor: str
    event: str
    from_state: str | None
    to_state: str
    reasons: Sequence[dict[str, Any]]
    at: datetime


@dataclass(frozen=True)
class Summary:
    """How many comments wait (edits too), since when the oldest does, how many are spam, and how
    many are reported.
    """

    waiting: int
    oldest: datetime | None
    spam: int
    reported: int


def comments(
    state: State,
    *,
    site_ids: SiteIds,
    limit: int,
    after: int | None = None,
    newest_first: bool = False,
    author: str | None = None,
    reason: str | None = None,
    q: str | None = None,
) -> list[ModeratedRow]:
    """Comments in a state beyond the id `after`; with the pending ones go edits that wait.

    `author` is a whole e-mail or a whole name, `reason` the code of one they were held for, `q`
    words, an e-mail or how a name begins.
    """
    with snapshot() as session:
        also = [words.held_for(session, reason)] if reason is not None else []
        asked = Asked(author=author, q=q, also=also)
        stretch = Stretch(after=after, newest_first=newest_first, limit=limit)
        ids = _found(session, state, site_ids, stretch, asked)
        return cards.of_ids(
            session, ids, order=[Comment.id.desc() if newest_first else Comment.id], limit=limit
        )


def previous(
    state: State,
    *,
    site_ids: SiteIds,
    before: int,
    newest_first: bool = False,
    q: str | None = None,
) -> int | None:
    """The id that stands right before `before` in the same list."""
    stretch = Stretch(after=before, newest_first=not newest_first, limit=1)
    with snapshot() as session:
        return session.scalar(_found(session, state, site_ids, stretch, Asked(q=q)))


def count(
    state: State, *, site_ids: SiteIds, before: int | None = None, newest_first: bool = False
) -> int:
    """How many comments a list has, or has before one of them."""
    beyond: list[ColumnElement[bool]] = []
    if before is not None:
        beyond = [Comment.id > before if newest_first else Comment.id < before]
    with snapshot() as session:
        return sum(
            session.scalar(select(func.count()).select_from(Comment).where(*where, *beyond)) or 0
            for where in _parts(state, site_ids)
        )


def summary(*, site_ids: SiteIds) -> Summary:
    first = Stretch(after=None, newest_first=False, limit=1)
    with snapshot() as session:
        oldest = _ids(session, State.PENDING, site_ids, first).subquery()
        since = session.scalar(
            select(Comment.created_at).where(Comment.id.in_(select(oldest.c.id)))
        )
    return Summary(
        waiting=count(State.PENDING, site_ids=site_ids),
        oldest=since,
        spam=count(State.SPAM, site_ids=site_ids),
        reported=reported.count(site_ids=site_ids),
    )


def log(
    comment_id: int, *, site_ids: SiteIds, limit: int, after: int | None = None
) -> list[LogRow]:
    """What happened to a comment, oldest first. Missing for one of another site."""
    with snapshot() as session:
        _visible(session, comment_id, site_ids)
        entries = session.scalars(
            select(LogEntry)
            .where(LogEntry.comment_id == comment_id, LogEntry.id > (after or 0))
            .order_by(LogEntry.id)
            .limit(limit)
        )
        return [_log_row(entry) for entry in entries]


def last_change(comment_id: int, *, site_ids: SiteIds) -> LogRow:
    """The newest thing that happened to a comment. Missing for one of another site."""
    with snapshot() as session:
        _visible(session, comment_id, site_ids)
        entry = session.scalars(
            select(LogEntry)
            .where(LogEntry.comment_id == comment_id)
            .order_by(LogEntry.id.desc())
            .limit(1)
        ).one()
        return _log_row(entry)


def _found(
    session: Session, state: State, site_ids: SiteIds, stretch: Stretch, asked: Asked
) -> Select[int]:
    """The ids of one page of a list, or of what is asked for in it."""
    if not asked.q and not asked.author:
        return _ids(session, state, site_ids, stretch, also=asked.also)
    near = _ids(session, state, site_ids, replace(stretch, limit=words.WALKED))
    listed = or_(*(and_(*part) for part in _parts(state, site_ids)))
    return select(_ID).where(_ID.in_(words.find(session, asked, near, listed, stretch)))


def _ids(
    session: Session, state: State, site_ids: SiteIds, stretch: Stretch, *, also: Where = ()
) -> Select[int]:
    """Each part of the list is read along its own index, as far as all together need it.

    PostgreSQL merges no parts: it goes along the list of all sites.
    """
    parts = _parts(state, site_ids, apart=session.get_bind().dialect.name == "sqlite")
    found = union_all(*(select(_ID).where(*part, *also, *stretch.beyond(_ID)) for part in parts))
    whole = found.subquery().c.id
    return select(whole).order_by(stretch.order(whole)).limit(stretch.limit)


def _parts(
    state: State, site_ids: SiteIds, *, apart: bool = False
) -> list[list[ColumnElement[bool]]]:
    """What is in this state, perhaps each site's `apart`, and edits that wait."""
    groups: list[SiteIds] = [site_ids]
    if apart and site_ids is not None and 0 < len(site_ids) <= APART:
        groups = [frozenset({one}) for one in sorted(site_ids)]
    parts = [[Comment.state == state, *sites.within(Comment.site_id, one)] for one in groups]
    if state is State.PENDING:  # unplanned, or SQLite looks for edits at all that is approved
        of_sites = sites.within(Comment.site_id, site_ids)
        approved = words.unplanned(Comment.state == State.APPROVED, *of_sites)
        parts.append([Comment.held_edit_source.is_not(None), approved])
    return parts


def _visible(session: Session, comment_id: int, site_ids: SiteIds) -> None:
    site_id = session.scalar(select(Comment.site_id).where(Comment.id == comment_id))
    if site_id is None or (site_ids is not None and site_id not in site_ids):
        raise Missing


def _log_row(entry: LogEntry) -> LogRow:
    return LogRow(
        id=entry.id,
        comment_id=entry.comment_id,
        actor=entry.actor,
        event=entry.event,
        from_state=entry.from_state,
        to_state=entry.to_state,
        reasons=entry.reasons,
        at=entry.at,
    )
