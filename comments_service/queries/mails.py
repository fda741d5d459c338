"""The facts a mail is written from, read when it is about to leave: whatever is true then."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from comments_service import clock
from comments_service.database import snapshot
from comments_service.domain.events import Kind, Scope, SubscriptionState
from comments_service.domain.states import State
from comments_service.models import Comment, Confirmation, Recipient, Site, Subscription, Thread
from comments_service.queries.ancestors import ancestors


@dataclass(frozen=True)
class PageRow:
    """The page a mail is about; `title` only once a moderator approved it."""

    thread_id: int
    url: str
    url_key: str
    title: str | None
    site_name: str


@dataclass(frozen=True)
class TextRow:
    """A comment as it stands now."""

    id: int
    author_name: str
    body_html: str
    created_at: datetime


@dataclass(frozen=True)
class NotificationRow:
    """An approved comment for one recipient.

    `own` is his nearest comment above it, `direct` whether it answers just that one.
    """

    email: str
    page: PageRow
    subscription_id: int
    comment: TextRow
    own: TextRow | None
    direct: bool


class Unsent(Enum):
    """Why there is nothing to tell."""

    NOT_APPROVED = "not approved"
    NOT_WANTED = "not wanted"


@dataclass(frozen=True)
class ConfirmRow:
    """A question to a mailbox: what its button would activate."""

    email: str
    recipient_id: int
    page: PageRow
    scopes: tuple[Scope, ...]


def notification(comment_id: int, recipient_id: int, kind: Kind) -> NotificationRow | Unsent:
    """What to tell, if the comment stands and its recipient still wants to hear of it."""
    with snapshot() as session:
        comment = session.get_one(Comment, comment_id)
        recipient = session.get_one(Recipient, recipient_id)
        if comment.state != State.APPROVED:
            return Unsent.NOT_APPROVED
        subscription_id = _subscription(session, recipient_id, comment.thread_id, kind)
        if subscription_id is None or recipient.suppressed_at is not None:
            return Unsent.NOT_WANTED
        own = _own(session, comment, recipient_id) if kind is Kind.REPLY else None
        return NotificationRow(
            email=recipient.email,
            page=page_of(session, comment.thread_id),
            subscription_id=subscription_id,
            comment=_text(comment),
            own=_text(own) if own else None,
            direct=own is not None and own.id == comment.parent_id,
        )


def confirmation(confirmation_id: int) -> ConfirmRow | None:
    """None when there is nothing left to ask, or nobody who may be asked."""
    with snapshot() as session:
        question = session.get(Confirmation, confirmation_id)
        if question is None or question.confirmed_at or question.expires_at <= clock.now():
            return None
        recipient = session.get_one(Recipient, question.recipient_id)
        scopes = waiting_scopes(session, question)
        if recipient.suppressed_at is not None or not scopes:
            return None
        return ConfirmRow(
            recipient.email, recipient.id, page_of(session, question.thread_id), scopes
        )


def page_of(session: Session, thread_id: int) -> PageRow:
    thread = session.get_one(Thread, thread_id)
    site = session.get_one(Site, thread.site_id)
    return PageRow(thread.id, thread.url, thread.url_key, thread.title, site.name)


def waiting_scopes(session: Session, question: Confirmation) -> tuple[Scope, ...]:
    """What a confirmation activates: asked for before it was sent (or, unsent, until now)."""
    found = session.scalars(
        select(Subscription.scope)
        .where(
            Subscription.recipient_id == question.recipient_id,
            Subscription.thread_id == question.thread_id,
            Subscription.state == SubscriptionState.UNCONFIRMED,
            Subscription.asked_at <= (question.sent_at or clock.now()),
        )
        .order_by(Subscription.scope.desc())
    )
    return tuple(map(Scope, found))


def _subscription(session: Session, recipient_id: int, thread_id: int, kind: Kind) -> int | None:
    """The one a mail is owed to: of the scope that fits, else of the other."""
    fitting = Scope.REPLIES if kind is Kind.REPLY else Scope.THREAD
    return session.scalar(
        select(Subscription.id)
        .where(
            Subscription.recipient_id == recipient_id,
            Subscription.thread_id == thread_id,
            Subscription.state == SubscriptionState.ACTIVE,
        )
        .order_by(case((Subscription.scope == fitting, 0), else_=1))
        .limit(1)
    )


def _own(session: Session, comment: Comment, recipient_id: int) -> Comment | None:
    proven = session.scalars(
        select(Comment).where(
            Comment.root_id == comment.root_id,
            Comment.recipient_id == recipient_id,
            Comment.recipient_proven,
            Comment.state == State.APPROVED,
        )
    )
    own = {one.id: one for one in proven}
    return next((own[above] for above in ancestors(session, comment) if above in own), None)


def _text(comment: Comment) -> TextRow:
    return TextRow(comment.id, comment.author_name, comment.body_html, comment.created_at)
