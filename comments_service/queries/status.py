"""What became of a comment, as its author may know it."""

from dataclasses import dataclass
from enum import StrEnum

from comments_service import settings
from comments_service.database import snapshot
from comments_service.domain.errors import Missing
from comments_service.domain.states import State
from comments_service.domain.tokens import Purpose
from comments_service.models import Comment
from comments_service.queries.mails import PageRow, page_of


class Fate(StrEnum):
    WAITING = "waiting"
    PUBLISHED = "published"
    NOT_PUBLISHED = "not published"
    DELETED = "deleted"


@dataclass(frozen=True)
class StatusRow:
    """`body_html` is the text as it stands; None once it is deleted. `edit_waits` beside it."""

    comment_id: int
    page: PageRow
    fate: Fate
    body_html: str | None
    edit_waits: bool


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
        )


def _fate(comment: Comment) -> Fate:
    """What screening put aside waits, until a moderator has decided."""
    if comment.state in {State.REJECTED, State.SPAM} and comment.decided_at is not None:
        return Fate.NOT_PUBLISHED
    known = {State.APPROVED: Fate.PUBLISHED, State.DELETED: Fate.DELETED}
    return known.get(State(comment.state), Fate.WAITING)
