"""What moderators read: comments in any state with all they need to decide, and the log.

`site_ids` bounds everything here; None means every site. A page costs the same few statements
however many comments it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from comments_service.database import snapshot
from comments_service.domain.errors import Missing
from comments_service.domain.states import State
from comments_service.models import Comment, LogEntry, Revision, Thread
from comments_service.queries.comments import AuthorRow, CommentRow, own_row

SiteIds = frozenset[int] | None


@dataclass(frozen=True)
class WriterRow(AuthorRow):
    email: str | None


@dataclass(frozen=True)
class HistoryRow:
    """What became of a proven visitor's comments on this site; `since` is his first."""

    approved: int
    rejected: int
    since: datetime


@dataclass(frozen=True)
class PlaceRow:
    id: int
    url: str
    title: str | None


@dataclass(frozen=True)
class RevisionRow:
    body_source: str
    written_at: datetime


@dataclass(frozen=True)
class HeldEditRow:
    body_source: str
    body_html: str


@dataclass(frozen=True)
class ParentRow:
    """The comment that was answered, whatever became of it."""

    id: int
    name: str
    body_html: str
    state: str
    lang: str | None


@dataclass(frozen=True, kw_only=True)
class ModeratedRow(CommentRow):
    """A comment as those see it who decide; `state` is the inner one."""

    site_id: int
    author: WriterRow  # pyright: ignore[reportGeneralTypeIssues] - frozen, so it may be narrower
    body_source: str
    lang: str | None
    reasons: Sequence[dict[str, Any]]
    trace: Sequence[dict[str, Any]]
    deleted_from: str | None
    thread: PlaceRow
    parent: ParentRow | None
    history: HistoryRow | None
    revisions: Sequence[RevisionRow]
    held_edit: HeldEditRow | None


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
    """How many comments wait (edits too), since when the oldest does, and how many are spam."""

    waiting: int
    oldest: datetime | None
    spam: int


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
    parent = aliased(Comment)
    query = (
        select(Comment, Thread, parent)
        .join(Thread, Thread.id == Comment.thread_id)
        .outerjoin(parent, parent.id == Comment.parent_id)
        .where(Comment.id.in_(ids))
        .order_by(Comment.id.desc() if newest_first else Comment.id)
        .limit(limit)
    )
    with snapshot() as session:
        found = [(row[0], row[1], row[2]) for row in session.execute(query)]
        histories = _histories(session, [comment for comment, _thread, _parent in found])
        revisions = _revisions(session, [comment.id for comment, _thread, _parent in found])
        return [
            _row(
                comment,
                thread,
                above,
                history=histories.get((comment.site_id, comment.visitor)),
                revisions=revisions.get(comment.id, []),
            )
            for comment, thread, above in found
        ]


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
    of_sites = [] if site_ids is None else [Comment.site_id.in_(site_ids)]
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


def _histories(
    session: Session, found: Sequence[Comment]
) -> dict[tuple[int, bytes | None], HistoryRow]:
    visitors = {comment.visitor for comment in found if comment.visitor is not None}
    if not visitors:
        return {}
    refused = Comment.state.in_((State.REJECTED, State.SPAM))
    rows = session.execute(
        select(
            Comment.site_id,
            Comment.visitor,
            func.sum(case((Comment.state == State.APPROVED, 1), else_=0)),
            func.sum(case((refused, 1), else_=0)),
            func.min(Comment.created_at),
        )
        .where(
            Comment.visitor.in_(visitors),
            Comment.site_id.in_({comment.site_id for comment in found}),
        )
        .group_by(Comment.site_id, Comment.visitor)
    )
    return {
        (site_id, visitor): HistoryRow(approved, rejected, since)
        for site_id, visitor, approved, rejected, since in rows
    }


def _revisions(session: Session, ids: Sequence[int]) -> dict[int, list[RevisionRow]]:
    found: dict[int, list[RevisionRow]] = {}
    query = select(Revision).where(Revision.comment_id.in_(ids)).order_by(Revision.id)
    for one in session.scalars(query) if ids else ():
        found.setdefault(one.comment_id, []).append(RevisionRow(one.body_source, one.written_at))
    return found


def _visible(session: Session, comment_id: int, site_ids: SiteIds) -> None:
    site_id = session.scalar(select(Comment.site_id).where(Comment.id == comment_id))
    if site_id is None or (site_ids is not None and site_id not in site_ids):
        raise Missing


def _row(
    comment: Comment,
    thread: Thread,
    parent: Comment | None,
    *,
    history: HistoryRow | None,
    revisions: Sequence[RevisionRow],
) -> ModeratedRow:
    shown = own_row(comment, site_id=comment.site_id)
    values: dict[str, Any] = {one.name: getattr(shown, one.name) for one in fields(shown)}
    values["state"] = comment.state
    writer: dict[str, Any] = dict(vars(shown.author)) if shown.author else {}
    writer |= {"website": comment.author_website, "email": comment.author_email}
    values["author"] = WriterRow(**writer)
    return ModeratedRow(
        **values,
        site_id=comment.site_id,
        body_source=comment.body_source,
        lang=comment.lang,
        reasons=comment.reasons,
        trace=comment.trace,
        deleted_from=comment.deleted_from,
        thread=PlaceRow(thread.id, thread.url, thread.title),
        parent=_parent_row(parent) if parent else None,
        history=history,
        revisions=revisions,
        held_edit=_held_edit(comment),
    )


def _parent_row(parent: Comment) -> ParentRow:
    return ParentRow(parent.id, parent.author_name, parent.body_html, parent.state, parent.lang)


def _held_edit(comment: Comment) -> HeldEditRow | None:
    source, html = comment.held_edit_source, comment.held_edit_html
    return HeldEditRow(source, html) if source is not None and html is not None else None


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
