"""What moderators read: comments in any state with all they need to decide, and the log.

`site_ids` bounds everything here; None means every site. A page costs the same few statements
however many comments it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all
from sqlalchemy.orm import Session

from comments_service.database import snapshot
from comments_service.domain.errors import Missing
from comments_service.domain.states import State
from comments_service.models import Comment, LogEntry
from comments_service.queries import cards, reported, sites
from comments_service.queries.cards import ModeratedRow
from comments_service.queries.sites import SiteIds


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
) -> list[ModeratedRow]:
    """Comments in a state beyond the id `after`; with the pending ones go edits that wait.

    `author` is a whole e-mail or a whole name.
    """
    ids = _ids(state, site_ids, after=after, newest_first=newest_first, limit=limit, author=author)
    with snapshot() as session:
        return cards.of_ids(
            session, ids, order=[Comment.id.desc() if newest_first else Comment.id], limit=limit
        )


def previous(
    state: State, *, site_ids: SiteIds, before: int, newest_first: bool = False
) -> int | None:
    """The id that stands right before `before` in the same list."""
    ids = _ids(state, site_ids, after=before, newest_first=not newest_first, limit=1, author=None)
    with snapshot() as session:
        return session.scalar(ids)


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
    oldest = _ids(
        State.PENDING, site_ids, after=None, newest_first=False, limit=1, author=None
    ).subquery()
    with snapshot() as session:
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


def _ids(
    state: State,
    site_ids: SiteIds,
    *,
    after: int | None,
    newest_first: bool,
    limit: int,
    author: str | None,
) -> Select[int]:
    """The ids of one page, each part of the list found through its own index."""
    parts = [
        _only(author, select(Comment.id).where(*where)).limit(limit)
        for where in _parts(state, site_ids)
    ]
    if after is not None:
        parts = [
            part.where(Comment.id < after if newest_first else Comment.id > after) for part in parts
        ]
    order = Comment.id.desc() if newest_first else Comment.id
    found = union_all(*(select(part.order_by(order).subquery().c.id) for part in parts)).subquery()
    whole = found.c.id
    return select(whole).order_by(whole.desc() if newest_first else whole).limit(limit)


def _parts(state: State, site_ids: SiteIds) -> list[list[ColumnElement[bool]]]:
    of_sites = sites.within(Comment.site_id, site_ids)
    parts = [[Comment.state == state, *of_sites]]
    if state is State.PENDING:
        edits = [Comment.held_edit_source.is_not(None), Comment.state == State.APPROVED]
        parts.append([*edits, *of_sites])
    return parts


def _only(author: str | None, query: Select[int]) -> Select[int]:
    if author is None:
        return query
    same_email = func.lower(Comment.author_email) == author.lower()
    return query.where(or_(same_email, Comment.author_name == author))


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
