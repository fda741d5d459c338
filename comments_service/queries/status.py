"""What became of a comment, as its author may know it."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments_service import settings
from comments_service.database import snapshot
from comments_service.domain import screening
from comments_service.domain.errors import Missing
from comments_service.domain.screening import Signal
from comments_service.domain.states import Decision, State
from comments_service.domain.tokens import Purpose
from comments_service.models import Comment, LogEntry
from comments_service.queries.mails import PageRow, page_of

BY_MODERATOR = "moderator"  # the code of a reason in a moderator's own words


class Fate(StrEnum):
    WAITING = "waiting"
    PUBLISHED = "published"
    NOT_PUBLISHED = "not published"
    DELETED = "deleted"


@dataclass(frozen=True)
class StatusRow:
    """`body_html` is the text as it stands; None once it is deleted. `edit_waits` beside it.

    `held_because`: what screening found in a text that waits. `reason`: what a moderator wanted its
    author to know of the last decision.
    """

    comment_id: int
    page: PageRow
    fate: Fate
    body_html: str | None
    edit_waits: bool
    held_because: tuple[Signal, ...]
    reason: str | None


def of_token(token: str) -> StatusRow:
    """Missing for a token that proves nothing."""
    keyring = settings.current().keyring
    comment_id = keyring.claimed_object(token)
    with snapshot() as session:
        comment = session.get(Comment, comment_id) if comment_id is not None else None
        if comment is None or not keyring.proves(token, Purpose.STATUS, comment.site_id):
            raise Missing
        fate = _fate(comment)
        return StatusRow(
            comment_id=comment.id,
            page=page_of(session, comment.thread_id),
            fate=fate,
            body_html=None if fate is Fate.DELETED else comment.body_html,
            edit_waits=comment.held_edit_source is not None and fate is Fate.PUBLISHED,
            held_because=tuple(map(screening.from_json, comment.reasons))
            if fate is Fate.WAITING
            else (),
            reason=_told(session, comment),
        )


def _told(session: Session, comment: Comment) -> str | None:
    """The reason of the newest entry that says why it is as it is, if its author may know it."""
    if comment.held_edit_source is not None:
        return None
    reasons = session.scalars(
        select(LogEntry.reasons)
        .where(LogEntry.comment_id == comment.id, LogEntry.to_state == comment.state)
        .where(LogEntry.event.not_in((Decision.UNDO, Decision.RESTORE)))  # back to what was told
        .order_by(LogEntry.id.desc())
        .limit(1)
    ).first()
    told = [one["params"] for one in reasons or () if one["code"] == BY_MODERATOR]
    return next((one["text"] for one in told if one.get("tell_author")), None)


def _fate(comment: Comment) -> Fate:
    """What screening put aside waits, until a moderator has decided."""
    if comment.state in {State.REJECTED, State.SPAM} and comment.decided_at is not None:
        return Fate.NOT_PUBLISHED
    known = {State.APPROVED: Fate.PUBLISHED, State.DELETED: Fate.DELETED}
    return known.get(State(comment.state), Fate.WAITING)
