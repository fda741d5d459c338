"""Whether somebody may still undo what he decided."""

from sqlalchemy import select

from comments_service import clock
from comments_service.database import snapshot
from comments_service.models import Undo


def is_open(comment_id: int, *, actor: str) -> bool:
    """Whether `actor` decided last about this comment, and a moment ago."""
    row = select(Undo.comment_id).where(
        Undo.comment_id == comment_id, Undo.actor == actor, Undo.until > clock.now()
    )
    with snapshot() as session:
        return session.scalar(row) is not None
