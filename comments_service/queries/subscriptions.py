"""What the pages behind the links of mails show: a question, a subscription, an address."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments_service import clock
from comments_service.database import snapshot
from comments_service.domain.errors import Missing
from comments_service.domain.events import Scope, SubscriptionState
from comments_service.models import Confirmation, Recipient, Site, Subscription
from comments_service.queries.mails import PageRow, page_of, waiting_scopes


@dataclass(frozen=True)
class QuestionRow:
    """`waiting`: what its button would activate; `active`: what mails about this page there are."""

    page: PageRow
    waiting: tuple[Scope, ...]
    active: tuple[Scope, ...]
    confirmed: bool
    expired: bool


@dataclass(frozen=True)
class SubscriptionRow:
    page: PageRow
    ended: bool


@dataclass(frozen=True)
class RecipientRow:
    site_name: str
    suppressed: bool


def question(confirmation_id: int) -> QuestionRow:
    """Missing when it was forgotten."""
    with snapshot() as session:
        found = session.get(Confirmation, confirmation_id)
        if found is None:
            raise Missing
        return QuestionRow(
            page=page_of(session, found.thread_id),
            waiting=waiting_scopes(session, found),
            active=_active(session, found.recipient_id, found.thread_id),
            confirmed=found.confirmed_at is not None,
            expired=found.expires_at <= clock.now(),
        )


def subscription(subscription_id: int) -> SubscriptionRow:
    with snapshot() as session:
        found = session.get(Subscription, subscription_id)
        if found is None:
            raise Missing
        mailed = _active(session, found.recipient_id, found.thread_id)
        return SubscriptionRow(page=page_of(session, found.thread_id), ended=not mailed)


def recipient(recipient_id: int) -> RecipientRow:
    with snapshot() as session:
        found = session.get(Recipient, recipient_id)
        if found is None:
            raise Missing
        site = session.get_one(Site, found.site_id)
        return RecipientRow(site_name=site.name, suppressed=found.suppressed_at is not None)


def _active(session: Session, recipient_id: int, thread_id: int) -> tuple[Scope, ...]:
    found = session.scalars(
        select(Subscription.scope)
        .where(
            Subscription.recipient_id == recipient_id,
            Subscription.thread_id == thread_id,
            Subscription.state == SubscriptionState.ACTIVE,
        )
        .order_by(Subscription.scope.desc())
    )
    return tuple(map(Scope, found))
