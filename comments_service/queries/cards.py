"""Comments with all it takes to decide about them.

A page costs the same few statements however many comments it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from comments_service.domain.states import State
from comments_service.models import Comment, Revision, Thread
from comments_service.queries import reports as said
from comments_service.queries.comments import AuthorRow, CommentRow, moderated_row
from comments_service.queries.reports import ReportRow


@dataclass
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


@dataclass(kw_only=True)
class ModeratedRow(CommentRow):
    """A comment as those see it who decide; `state` is the inner one."""

    site_id: int
    author: WriterRow  # pyright: ignore[reportIncompatibleVariableOverride] - never set again
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
    reports: Sequence[ReportRow]
    reports_count: int


def of_ids(
    session: Session,
    ids: Select[int],
    *,
    order: Sequence[ColumnElement[Any] | InstrumentedAttribute[int]],
    limit: int,
) -> list[ModeratedRow]:
    """The comments that a query of ids finds."""
    parent = aliased(Comment)
    query = (
        select(Comment, Thread, parent)
        .join(Thread, Thread.id == Comment.thread_id)
        .outerjoin(parent, parent.id == Comment.parent_id)
        .where(Comment.id.in_(ids))
        .order_by(*order)
        .limit(limit)
    )
    found = [(row[0], row[1], row[2]) for row in session.execute(query)]
    comments = [comment for comment, _thread, _parent in found]
    histories = _histories(session, comments)
    revisions = _revisions(session, [comment.id for comment in comments])
    reports = said.of_comments(session, [one.id for one in comments if one.open_reports])
    return [
        _row(
            comment,
            thread,
            above,
            history=histories.get((comment.site_id, comment.visitor)),
            revisions=revisions.get(comment.id, []),
            reports=reports.get(comment.id, []),
        )
        for comment, thread, above in found
    ]


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


def _row(
    comment: Comment,
    thread: Thread,
    parent: Comment | None,
    *,
    history: HistoryRow | None,
    revisions: Sequence[RevisionRow],
    reports: Sequence[ReportRow],
) -> ModeratedRow:
    shown = moderated_row(comment, site_id=comment.site_id)
    values: dict[str, Any] = {one.name: getattr(shown, one.name) for one in fields(shown)}
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
        reports=reports,
        reports_count=comment.open_reports,
    )


def _parent_row(parent: Comment) -> ParentRow:
    return ParentRow(parent.id, parent.author_name, parent.body_html, parent.state, parent.lang)


def _held_edit(comment: Comment) -> HeldEditRow | None:
    source, html = comment.held_edit_source, comment.held_edit_html
    return HeldEditRow(source, html) if source is not None and html is not None else None
