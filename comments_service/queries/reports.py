"""Who reported a comment and is still waiting for a moderator, and what they said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from comments_service.domain import limits
from comments_service.domain.reports import Voice
from comments_service.domain.states import State
from comments_service.models import Comment, Report


@dataclass(frozen=True)
class ReportRow:
    """One reader's words; who he is stays with the database."""

    reason: str
    text: str | None
    at: datetime


def voices(session: Session, comment: Comment, *, trusted_after: int) -> list[Voice]:
    """Everybody whose report of the comment isn't settled, and whether his site trusts him."""
    rows = session.execute(select(Report.network, Report.visitor).where(*_open(comment.id))).all()
    asked = select(Report.visitor).where(*_open(comment.id), Report.visitor.is_not(None))
    trusted = set(
        session.scalars(
            select(Comment.visitor)
            .where(Comment.visitor.in_(asked), Comment.site_id == comment.site_id)
            .where(Comment.state == State.APPROVED)
            .group_by(Comment.visitor)
            .having(func.count() >= trusted_after)
        )
    )
    return [Voice(network=network, trusted=visitor in trusted) for network, visitor in rows]


def reasons(session: Session, comment: Comment) -> Mapping[str, int]:
    """How often each reason was given by those who wait, the most frequent first."""
    times = func.count()
    rows = session.execute(
        select(Report.reason, times)
        .where(*_open(comment.id))
        .group_by(Report.reason)
        .order_by(times.desc(), Report.reason)
    )
    return {row[0]: row[1] for row in rows}


def of_comments(session: Session, ids: Sequence[int]) -> Mapping[int, list[ReportRow]]:
    """The newest unsettled reports of each comment, in one statement."""
    place = func.row_number().over(partition_by=Report.comment_id, order_by=Report.id.desc())
    waiting = (
        select(
            Report.id,
            Report.comment_id,
            Report.reason,
            Report.text,
            Report.made_at,
            place.label("place"),
        )
        .where(Report.comment_id.in_(ids), Report.settled_at.is_(None))
        .subquery()
    )
    query = (
        select(waiting).where(waiting.c.place <= limits.SHOWN_REPORTS).order_by(waiting.c.id.desc())
    )
    found: dict[int, list[ReportRow]] = {}
    for row in session.execute(query) if ids else ():
        found.setdefault(row.comment_id, []).append(ReportRow(row.reason, row.text, row.made_at))
    return found


def _open(comment_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Report.comment_id == comment_id, Report.settled_at.is_(None))
