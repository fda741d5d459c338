"""Asking to be mailed, confirming it from the mailbox, ending it. Nothing tells what is known."""

from datetime import datetime, timedelta

from sqlalchemy import case, func, literal, select, update
from sqlalchemy.orm import Session

from comments_service import clock, settings
from comments_service.database import insert_if_new, unit_of_work
from comments_service.domain import people
from comments_service.domain.errors import LinkSpent, NotifyOff
from comments_service.domain.events import Scope, SubscriptionState
from comments_service.domain.urls import Page
from comments_service.models import Comment, Confirmation, Recipient, Subscription, Thread
from comments_service.operations import outbox, threads
from comments_service.schemas.subscriptions import NewSubscription

DAY = timedelta(days=1)


def subscribe(wish: NewSubscription, *, site_id: int, page: Page) -> None:
    """Remember the wish and ask its mailbox, if there is anything to ask."""
    if not settings.current().mails_readers:
        raise NotifyOff
    if wish.trap_filled:
        return  # a program filled what no person sees; it is told nothing
    with unit_of_work() as session:
        thread = threads.find_or_open(session, site_id=site_id, page=page)
        someone = recipient(session, site_id=site_id, email=wish.email)
        ask(session, someone, thread, scope=wish.scope, lang=wish.lang)


def recipient(session: Session, *, site_id: int, email: str) -> Recipient:
    """The one row of an e-mail address on a site, made when it is first typed."""
    key = people.email_key(email)
    insert_if_new(
        session,
        Recipient,
        id=clock.new_id(),
        site_id=site_id,
        email=email,
        email_key=key,
        refusals=0,
        created_at=clock.now(),
    )
    return session.scalars(
        select(Recipient)
        .where(Recipient.site_id == site_id, Recipient.email_key == key)
        .with_for_update()
    ).one()


def ask(
    session: Session, someone: Recipient, thread: Thread, *, scope: Scope, lang: str | None
) -> None:
    """Remember a wish; the caller holds the thread's lock. An active one changes nothing."""
    if someone.suppressed_at is not None:
        return
    now = clock.now()
    insert_if_new(
        session,
        Subscription,
        id=clock.new_id(),
        recipient_id=someone.id,
        thread_id=thread.id,
        scope=scope,
        state=SubscriptionState.UNCONFIRMED,
        lang=lang,
        asked_at=now,
    )
    # A wish that still waits keeps its moment, or the mail that is on its way wouldn't fulfil it.
    ended = Subscription.state == SubscriptionState.ENDED
    asked_at = case((ended, literal(now, Subscription.asked_at.type)), else_=Subscription.asked_at)
    waiting = session.execute(
        update(Subscription)
        .where(
            Subscription.recipient_id == someone.id,
            Subscription.thread_id == thread.id,
            Subscription.scope == scope,
            Subscription.state != SubscriptionState.ACTIVE,
        )
        .values(state=SubscriptionState.UNCONFIRMED, asked_at=asked_at, ended_at=None)
        .returning(Subscription.id)
    ).all()
    if waiting and _may_ask(session, someone, thread, now):
        _ask_mailbox(session, someone, thread, now)


def note_sending(confirmation_id: int) -> None:
    """The mail is about to leave: what was asked for until now is what its button activates."""
    with unit_of_work() as session:
        session.execute(
            update(Confirmation)
            .where(Confirmation.id == confirmation_id)
            .values(sent_at=clock.now())
        )


def confirm(confirmation_id: int) -> None:
    """Activate what the mail listed; a second time is the same end. LinkSpent when it is too old.

    Comments posted with this address until then are its owner's from now on.
    """
    now = clock.now()
    with unit_of_work() as session:
        question = session.get_one(Confirmation, confirmation_id)
        if question.confirmed_at is not None:
            return
        if question.sent_at is None or question.expires_at <= now:
            raise LinkSpent
        question.confirmed_at = now
        session.execute(
            update(Subscription)
            .where(
                Subscription.recipient_id == question.recipient_id,
                Subscription.thread_id == question.thread_id,
                Subscription.state == SubscriptionState.UNCONFIRMED,
                Subscription.asked_at <= question.sent_at,
            )
            .values(state=SubscriptionState.ACTIVE, confirmed_at=now)
        )
        session.execute(
            update(Comment)
            .where(
                Comment.recipient_id == question.recipient_id,
                Comment.thread_id == question.thread_id,
                Comment.created_at <= question.sent_at,
            )
            .values(recipient_proven=True)
        )


def end(subscription_id: int) -> None:
    """Stop all mails of this subscription's thread to its recipient."""
    with unit_of_work() as session:
        one = session.get_one(Subscription, subscription_id)
        session.execute(
            update(Subscription)
            .where(
                Subscription.recipient_id == one.recipient_id,
                Subscription.thread_id == one.thread_id,
                Subscription.state != SubscriptionState.ENDED,
            )
            .values(state=SubscriptionState.ENDED, ended_at=clock.now())
        )


def suppress(recipient_id: int) -> None:
    """Never mail this address again, on this site."""
    now = clock.now()
    with unit_of_work() as session:
        session.execute(
            update(Recipient)
            .where(Recipient.id == recipient_id, Recipient.suppressed_at.is_(None))
            .values(suppressed_at=now)
        )
        session.execute(
            update(Subscription)
            .where(
                Subscription.recipient_id == recipient_id,
                Subscription.state != SubscriptionState.ENDED,
            )
            .values(state=SubscriptionState.ENDED, ended_at=now)
        )


def _may_ask(session: Session, someone: Recipient, thread: Thread, now: datetime) -> bool:
    """At most one question per address and thread a day, and a few per address in all."""
    recent = (
        select(func.count())
        .select_from(Confirmation)
        .join(Recipient, Recipient.id == Confirmation.recipient_id)
        .where(Recipient.email_key == someone.email_key, Confirmation.asked_at > now - DAY)
    )
    here = recent.where(
        Confirmation.recipient_id == someone.id, Confirmation.thread_id == thread.id
    )
    if session.scalar(here):
        return False
    return (session.scalar(recent) or 0) < settings.current().confirmations_per_day


def _ask_mailbox(session: Session, someone: Recipient, thread: Thread, now: datetime) -> None:
    question = Confirmation(
        id=clock.new_id(),
        recipient_id=someone.id,
        thread_id=thread.id,
        asked_at=now,
        expires_at=now + timedelta(seconds=settings.current().confirm_seconds),
    )
    session.add(question)
    session.flush()
    outbox.ask_confirmation(
        session,
        site_id=thread.site_id,
        recipient_id=someone.id,
        confirmation_id=question.id,
    )
