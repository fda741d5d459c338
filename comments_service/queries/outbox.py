"""What waits in the outbox, and whom a comment's event reaches."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

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


def unknown_kinds() -> dict[str, int]:
    """How many messages wait that a later version left, by their kind; this one can't send them."""
    with snapshot() as session:
        rows = session.execute(
            select(OutboxMessage.kind, func.count().label("waiting"))
            .where(waiting(), OutboxMessage.kind.not_in(tuple(Kind)))
            .group_by(OutboxMessage.kind)
        )
        return {row.kind: row.waiting for row in rows}


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
        authors = _authors(session, comment)
        return [(one, kind) for one, kind in found.items() if one not in authors]


def _followers(session: Session, comment: Comment) -> list[int]:
    return _active(session, comment, Scope.THREAD)


def _answered(session: Session, comment: Comment) -> list[int]:
    """Those whose mailbox confirmed that they wrote something above this comment."""
    waiting = _active(session, comment, Scope.REPLIES) if comment.parent_id else []
    above = _authors_above(session, comment) if waiting else set[int]()
    return [one for one in waiting if one in above]


def _authors_above(session: Session, comment: Comment) -> set[int]:
    """The branch is read at once: as many statements for thousands of people as for one."""
    above = set(ancestors(session, comment))
    rows = session.execute(
        select(Comment.id, Comment.recipient_id).where(
            Comment.thread_id == comment.thread_id,
            Comment.root_id == comment.root_id,
            Comment.recipient_id.is_not(None),
            Comment.recipient_proven,
        )
    )
    return {row.recipient_id for row in rows if row.id in above}


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


def _authors(session: Session, comment: Comment) -> set[int | None]:
    """Who wrote it: whose address was typed, or whose mailbox confirmed a comment of the same
    visitor in this thread. Elsewhere such a confirmation says nothing about him.
    """
    if comment.visitor is None:
        return {comment.recipient_id}
    confirmed = session.scalars(
        select(Comment.recipient_id).where(
            Comment.thread_id == comment.thread_id,
            Comment.visitor == comment.visitor,
            Comment.recipient_proven,
        )
    )
    return {comment.recipient_id, *confirmed}
