"""Forgets what has had its time: answers, networks, questions nobody answered, sign-ins.

Small bites, each its own transaction, so that nobody who writes waits for it.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select, delete, exists, select, update

from comments_service import clock, settings
from comments_service.database import snapshot, unit_of_work
from comments_service.domain.events import SubscriptionState
from comments_service.models import (
    Comment,
    Confirmation,
    ModeratorSession,
    OutboxMessage,
    SignInLink,
    Subscription,
)
from comments_service.operations import idempotency

BITE = 500
BITES = 20


def tidy() -> None:
    idempotency.forget_old()
    forget_networks()
    forget_questions()
    forget_sign_ins()


def forget_networks() -> None:
    """The keyed hash of where a comment came from, after the time the settings give it."""
    oldest = clock.now() - timedelta(seconds=settings.current().network_seconds)
    old = (
        select(Comment.id)
        .where(Comment.network.is_not(None), Comment.created_at < oldest)
        .order_by(Comment.created_at)
        .limit(BITE)
    )
    for _ in range(BITES):
        ids = _found(old)
        if not ids:
            return
        with unit_of_work() as session:
            session.execute(update(Comment).where(Comment.id.in_(ids)).values(network=None))


def forget_questions() -> None:
    """Questions that were never answered, once their page has said "too late" for as long again,
    and the wishes that nothing asks for any more.
    """
    life = timedelta(seconds=settings.current().confirm_seconds)
    oldest = clock.now() - life
    unanswered = (
        select(Confirmation.id)
        .where(Confirmation.confirmed_at.is_(None), Confirmation.expires_at < oldest)
        .limit(BITE)
    )
    ids = _found(unanswered)
    asked = exists().where(
        Confirmation.recipient_id == Subscription.recipient_id,
        Confirmation.thread_id == Subscription.thread_id,
    )
    forgotten = (
        select(Subscription.id)
        .where(
            Subscription.state == SubscriptionState.UNCONFIRMED,
            Subscription.asked_at < oldest - life,
            ~asked,
        )
        .limit(BITE)
    )
    if ids:
        with unit_of_work() as session:
            session.execute(delete(OutboxMessage).where(OutboxMessage.confirmation_id.in_(ids)))
            session.execute(delete(Confirmation).where(Confirmation.id.in_(ids)))
    wishes = _found(forgotten)
    if wishes:
        with unit_of_work() as session:
            session.execute(
                delete(Subscription).where(
                    Subscription.id.in_(wishes),
                    Subscription.state == SubscriptionState.UNCONFIRMED,
                )
            )


def forget_sign_ins() -> None:
    """Links and sessions whose time is over; who uses one hears the same as before."""
    now = clock.now()
    for table in (SignInLink, ModeratorSession):
        ids = _found(select(table.id).where(table.expires_at < now).limit(BITE))
        if ids:
            with unit_of_work() as session:
                session.execute(delete(table).where(table.id.in_(ids)))


def _found(query: Select[int]) -> Sequence[int]:
    with snapshot() as session:
        return session.scalars(query).all()
