"""What a decision changed, kept for as long as its moderator may undo it. Assigns no state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from comments_service import clock, settings
from comments_service.domain.errors import UndoClosed
from comments_service.domain.states import State
from comments_service.models import Comment, Report, Revision, Thread, Undo
from comments_service.operations import words

_MOMENTS = ("decided_at", "edited_at")
_COLUMNS = (
    *_MOMENTS,
    "deleted_from",
    "kept",
    "body_source",
    "body_html",
    "body_version",
    "held_edit_source",
    "held_edit_html",
    "held_edit_version",
)


@dataclass(frozen=True)
class Before:
    """A comment as it is right before a decision."""

    state: str
    columns: Mapping[str, Any]
    titled: bool


def look(comment: Comment, thread: Thread) -> Before:
    return Before(comment.state, _columns(comment), thread.title is not None)


def keep(
    session: Session,
    comment: Comment,
    thread: Thread,
    before: Before,
    *,
    actor: str,
    revision: int | None,
    settled_at: datetime | None,
) -> None:
    """Keep what differs from `before`; it takes the place of what could be undone until now.

    `revision`: the id of the one it added, `settled_at` the moment it settled reports at.
    """
    forget(session, comment)
    seconds = settings.current().undo_seconds
    if not seconds:
        return
    now_are = _columns(comment)
    changed = {name: was for name, was in before.columns.items() if was != now_are[name]}
    session.add(
        Undo(
            comment_id=comment.id,
            actor=actor,
            until=clock.now() + timedelta(seconds=seconds),
            before={
                "state": before.state,
                "columns": changed,
                "gave_title": thread.title is not None and not before.titled,
                "revision": revision,
                "settled_at": settled_at.isoformat() if settled_at else None,
            },
        )
    )


def find(session: Session, comment: Comment, *, actor: str) -> Undo:
    """What this moderator may undo now; UndoClosed when there is nothing."""
    row = session.get(Undo, comment.id)
    if row is None:
        raise UndoClosed
    if row.actor != actor:
        raise UndoClosed("Somebody else decided this meanwhile.")
    if row.until <= clock.now():
        raise UndoClosed("The time to undo this is over. Decide again.")
    return row


def put_back(session: Session, comment: Comment, thread: Thread, row: Undo) -> None:
    """Everything but the state as it was; it can't be undone again."""
    before = row.before
    for name, was in before["columns"].items():
        is_moment = name in _MOMENTS and was
        setattr(comment, name, datetime.fromisoformat(was) if is_moment else was)
    if "body_source" in before["columns"]:
        words.index(session, comment)
    if before["revision"] is not None:
        session.execute(delete(Revision).where(Revision.id == before["revision"]))
    if before["settled_at"] is not None:
        _reopen_reports(session, comment, datetime.fromisoformat(before["settled_at"]))
    if before["gave_title"] and thread.title == comment.proposed_title:
        thread.title = _next_title(session, comment)
    session.delete(row)
    session.flush()


def forget(session: Session, comment: Comment) -> None:
    """Something else happened to the comment: what was decided before can't be undone."""
    session.execute(delete(Undo).where(Undo.comment_id == comment.id))


def _columns(comment: Comment) -> dict[str, Any]:
    """As JSON holds them."""
    values = {name: getattr(comment, name) for name in _COLUMNS}
    return values | {name: values[name] and values[name].isoformat() for name in _MOMENTS}


def _reopen_reports(session: Session, comment: Comment, settled_at: datetime) -> None:
    session.execute(
        update(Report)
        .where(Report.comment_id == comment.id, Report.settled_at == settled_at)
        .values(settled_at=None)
    )
    open_now = select(func.count()).where(
        Report.comment_id == comment.id, Report.settled_at.is_(None)
    )
    comment.open_reports = session.scalar(open_now) or 0


def _next_title(session: Session, comment: Comment) -> str | None:
    """What another approved comment of the thread proposed, the first before the others."""
    return session.scalar(
        select(Comment.proposed_title)
        .where(Comment.thread_id == comment.thread_id, Comment.state == State.APPROVED)
        .where(Comment.proposed_title.is_not(None), Comment.id != comment.id)
        .order_by(Comment.seq)
        .limit(1)
    )
