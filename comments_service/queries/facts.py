"""What screening and posting need to know of the past."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from comments_service.domain.states import State
from comments_service.models import Comment


def approved_comments(session: Session, *, site_id: int, visitor: bytes | None, most: int) -> int:
    """How many approved comments a proven visitor has on the site, counted up to `most`."""
    if visitor is None:
        return 0
    query = (
        select(Comment.id)
        .where(Comment.visitor == visitor, Comment.site_id == site_id)
        .where(Comment.state == State.APPROVED)
        .limit(most)
    )
    return len(session.scalars(query).all())


def same_text_since(
    session: Session,
    *,
    thread_id: int,
    since: datetime,
    body: str,
    visitor: bytes | None,
    name: str,
    network: str,
) -> bool:
    """Whether the same visitor (without one: the same name and network) just posted this text."""
    query = select(Comment.id).where(Comment.thread_id == thread_id, Comment.created_at > since)
    if visitor is not None:
        query = query.where(Comment.visitor == visitor)
    else:
        query = query.where(Comment.author_name == name, Comment.network == network)
    # Last, because SQLite compares in this order and a long text is far from its row.
    return bool(session.scalar(select(exists(query.where(Comment.body_source == body)))))


def same_answer_since(
    session: Session, *, parent: Comment, since: datetime, body: str, badge: str
) -> bool:
    """Whether somebody with this badge just answered that comment with this text."""
    query = (
        select(Comment.id)
        .where(Comment.parent_id == parent.id, Comment.created_at > since)
        .where(Comment.author_badge == badge, Comment.body_source == body)
    )
    return bool(session.scalar(select(exists(query))))


def proven_recipient(session: Session, *, thread_id: int, visitor: bytes | None) -> int | None:
    """The recipient whose mailbox confirmed an earlier comment of this visitor in the thread."""
    if visitor is None:
        return None
    return session.scalar(
        select(Comment.recipient_id)
        .where(Comment.visitor == visitor, Comment.thread_id == thread_id, Comment.recipient_proven)
        .order_by(Comment.id.desc())
        .limit(1)
    )
