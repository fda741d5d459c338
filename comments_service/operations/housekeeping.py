"""Forgets what has had its time: answers, networks, questions nobody answered, sign-ins.

Small bites, each its own transaction, so that nobody who writes waits for it. What is left over
waits for the next time. An ended mail is never forgotten: its row is what makes it one mail.
"""

from collections.abc import Callable, Sequence
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
    for forget in (
        forget_answers,
        forget_networks,
        forget_questions,
        forget_wishes,
        forget_links,
        forget_sessions,
    ):
        _in_bites(forget)


def forget_answers() -> int:
    return idempotency.forget_old(BITE)


def forget_networks() -> int:
    """The keyed hash of where a comment came from, after the time the settings give it."""
    oldest = clock.now() - timedelta(seconds=settings.current().network_seconds)
    old = _found(
        select(Comment.id)
        .where(Comment.network.is_not(None), Comment.created_at < oldest)
        .order_by(Comment.created_at)
    )
    if old:
        with unit_of_work() as session:
            session.execute(update(Comment).where(Comment.id.in_(old)).values(network=None))
    return len(old)


def forget_questions() -> int:
    """Those never answered, once their page has said "too late" for as long again."""
    oldest = clock.now() - _question_life()
    unanswered = _found(
        select(Confirmation.id).where(
            Confirmation.confirmed_at.is_(None), Confirmation.expires_at < oldest
        )
    )
    if unanswered:
        with unit_of_work() as session:
            session.execute(
                delete(OutboxMessage).where(OutboxMessage.confirmation_id.in_(unanswered))
            )
            session.execute(delete(Confirmation).where(Confirmation.id.in_(unanswered)))
    return len(unanswered)


def forget_wishes() -> int:
    """Those that no question asks for any more."""
    oldest = clock.now() - 2 * _question_life()
    asked = exists().where(
        Confirmation.recipient_id == Subscription.recipient_id,
        Confirmation.thread_id == Subscription.thread_id,
    )
    unconfirmed = Subscription.state == SubscriptionState.UNCONFIRMED
    forgotten = _found(
        select(Subscription.id).where(unconfirmed, Subscription.asked_at < oldest, ~asked)
    )
    if forgotten:
        with unit_of_work() as session:
            session.execute(
                delete(Subscription).where(Subscription.id.in_(forgotten), unconfirmed, ~asked)
            )
    return len(forgotten)


def forget_links() -> int:
    """Those of sign-ins whose time is over; who uses one hears the same as before."""
    return _forget_expired(SignInLink)


def forget_sessions() -> int:
    return _forget_expired(ModeratorSession)


def _forget_expired(table: type[SignInLink] | type[ModeratorSession]) -> int:
    ids = _found(select(table.id).where(table.expires_at < clock.now()))
    if ids:
        with unit_of_work() as session:
            session.execute(delete(table).where(table.id.in_(ids)))
    return len(ids)


def _question_life() -> timedelta:
    return timedelta(seconds=settings.current().confirm_seconds)


def _in_bites(forget: Callable[[], int]) -> None:
    for _ in range(BITES):
        if forget() < BITE:
            return


def _found(query: Select[int]) -> Sequence[int]:
    with snapshot() as session:
        return session.scalars(query.limit(BITE)).all()
