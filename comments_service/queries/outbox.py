"""What waits in the outbox, and whom a comment's event reaches."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, literal_column, select
from sqlalchemy.orm import Session, aliased

from comments_service.database import snapshot
from comments_service.domain.events import Kind, MessageState, Scope, SubscriptionState
from comments_service.domain.states import State
from comments_service.models import Comment, OutboxMessage, Recipient, Subscription
from comments_service.queries.ancestors import ancestors

LOOKED_AT = 50  # leased messages are few: no more than workers


def waiting() -> ColumnElement[bool]:
    """Spelt as the index of waiting messages is: SQLite uses it for a literal only."""
    return OutboxMessage.state == literal_column(f"'{MessageState.WAITING}'")


def next_due(kinds: Collection[Kind] = tuple(Kind)) -> datetime | None:
    """When the next message of these kinds is due or free of its lease; None: none waits."""
    with snapshot() as session:
        rows = session.execute(
            select(OutboxMessage.due_at, OutboxMessage.leased_until)
            .where(waiting(), OutboxMessage.kind.in_(kinds))
            .order_by(OutboxMessage.due_at)
            .limit(LOOKED_AT)
        )
        return min((max(filter(None, row)) for row in rows), default=None)


def is_approved(comment_id: int | None) -> bool:
    with snapshot() as session:
        state = session.scalar(select(Comment.state).where(Comment.id == comment_id))
        return state == State.APPROVED


def recipients_of(comment_id: int) -> list[tuple[int, Kind]]:
    """Whom to mail about an approved comment, each once, never its author.

    An answer to somebody is a REPLY to him even if he follows the whole thread.
    """
    with snapshot() as session:
        comment = session.get_one(Comment, comment_id)
        found = dict.fromkeys(_followers(session, comment), Kind.FOLLOW_UP)
        found |= dict.fromkeys(_answered(session, comment), Kind.REPLY)
        return [(one, kind) for one, kind in found.items() if not _wrote(session, one, comment)]


def _followers(session: Session, comment: Comment) -> list[int]:
    return _active(session, comment, Scope.THREAD)


def _answered(session: Session, comment: Comment) -> list[int]:
    """Those whose mailbox confirmed that they wrote something above this comment."""
    waiting = _active(session, comment, Scope.REPLIES)
    above = set(ancestors(session, comment)) if waiting else set[int]()
    return [one for one in waiting if above & _proven_by(session, one, comment.thread_id)]


def _proven_by(session: Session, recipient_id: int, thread_id: int) -> set[int]:
    """The comments of a thread that a recipient's mailbox confirmed as his."""
    query = select(Comment.id).where(
        Comment.recipient_id == recipient_id,
        Comment.thread_id == thread_id,
        Comment.recipient_proven,
    )
    return set(session.scalars(query))


def _active(session: Session, comment: Comment, scope: Scope) -> list[int]:
    query = (
        select(Subscription.recipient_id)
        .join(Recipient, Recipient.id == Subscription.recipient_id)
        .where(
            Subscription.thread_id == comment.thread_id,
            Subscription.scope == scope,
            Subscription.state == SubscriptionState.ACTIVE,
            Recipient.suppressed_at.is_(None),
        )
        .order_by(Subscription.id)
    )
    return list(session.scalars(query))


def _wrote(session: Session, recipient_id: int, comment: Comment) -> bool:
    """Whether this recipient wrote it: the address was typed, or the browser is known as his."""
    if comment.recipient_id == recipient_id:
        return True
    if comment.visitor is None:
        return False
    other = aliased(Comment)
    same: ColumnElement[bool] = and_(
        other.site_id == comment.site_id,
        other.visitor == comment.visitor,
        other.recipient_id == recipient_id,
        other.recipient_proven,
    )
    return bool(session.scalar(select(exists().where(same))))
