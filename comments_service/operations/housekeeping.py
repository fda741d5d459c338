"""Forgets what has had its time: answers, networks, questions nobody answered, sign-ins, words.

Small bites, each its own transaction, so that nobody who writes waits for it. What is left over
waits for the next time. An ended mail is never forgotten: its row is what makes it one mail.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, bindparam, delete, exists, inspect, select, update
from sqlalchemy.orm import InstrumentedAttribute

from comments_service import clock, settings
from comments_service.database import snapshot, unit_of_work
from comments_service.domain.events import Kind, SubscriptionState
from comments_service.models import (
    Comment,
    Confirmation,
    ModeratorSession,
    OutboxMessage,
    Report,
    SignInLink,
    Subscription,
    Undo,
    Vote,
)
from comments_service.operations import idempotency, words

BITE = 500
BITES = 20
DAY = timedelta(days=1)


def tidy() -> None:
    for forget in (
        forget_answers,
        forget_networks,
        forget_questions,
        forget_wishes,
        forget_links,
        forget_sessions,
        forget_sign_ins,
        forget_undos,
        forget_words,
    ):
        _in_bites(forget)


def forget_answers() -> int:
    return idempotency.forget_old(BITE)


def forget_networks() -> int:
    """The keyed hash of where somebody wrote, voted, reported, after the time the settings give it.

    The most rows of one table, as each is a bite of its own.
    """
    return max(
        _blank_networks(Comment, Comment.created_at),
        _blank_networks(Vote, Vote.voted_at),
        _blank_networks(Report, Report.made_at),
    )


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


def forget_sign_ins() -> int:
    """Whoever asked for a link by mail, a day after it would have ended; also if none was sent."""
    oldest = clock.now() - DAY - timedelta(seconds=settings.current().sign_in_seconds)
    asked = _found(
        select(OutboxMessage.id).where(
            OutboxMessage.site_id.is_(None),
            OutboxMessage.created_at < oldest,
            OutboxMessage.kind == Kind.SIGN_IN,
        )
    )
    if asked:
        with unit_of_work() as session:
            session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(asked)))
    return len(asked)


def forget_undos() -> int:
    """What nobody may undo any more, with the texts that were kept for it."""
    over = Undo.until < clock.now()
    ids = _found(select(Undo.comment_id).where(over))
    if ids:
        with unit_of_work() as session:
            session.execute(delete(Undo).where(Undo.comment_id.in_(ids), over))
    return len(ids)


def forget_words() -> int:
    """What SQLite's index of words keeps of texts that their authors deleted."""
    return BITE if words.purge() else 0


def _forget_expired(table: type[SignInLink] | type[ModeratorSession]) -> int:
    ids = _found(select(table.id).where(table.expires_at < clock.now()))
    if ids:
        with unit_of_work() as session:
            session.execute(delete(table).where(table.id.in_(ids)))
    return len(ids)


def _blank_networks(
    table: type[Comment] | type[Vote] | type[Report], moment: InstrumentedAttribute[datetime]
) -> int:
    oldest = clock.now() - timedelta(seconds=settings.current().network_seconds)
    names = {column: f"its_{column.name}" for column in inspect(table).primary_key}
    query = select(*(column.label(name) for column, name in names.items()))
    query = query.where(table.network.is_not(None), moment < oldest).order_by(moment).limit(BITE)
    with snapshot() as session:
        old = session.execute(query).mappings().all()
    if old:  # row by row: SQLite reads a whole table through for a list of two-part keys
        it = and_(*(column == bindparam(name) for column, name in names.items()))
        with unit_of_work() as session:
            blank = update(table).where(it).values(network=None)
            session.connection().execute(blank, [dict(key) for key in old])
    return len(old)


def _question_life() -> timedelta:
    return timedelta(seconds=settings.current().confirm_seconds)


def _in_bites(forget: Callable[[], int]) -> None:
    for _ in range(BITES):
        if forget() < BITE:
            return


def _found(query: Select[int]) -> Sequence[int]:
    with snapshot() as session:
        return session.scalars(query.limit(BITE)).all()
