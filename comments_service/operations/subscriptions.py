"""Asking to be mailed, confirming it from the mailbox, ending it. Nothing tells what is known."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, delete, literal, or_, select, update
from sqlalchemy.orm import Session

from comments_service import clock, settings
from comments_service.database import insert_if_new, unit_of_work
from comments_service.domain import people
from comments_service.domain.errors import LinkSpent, NotifyOff
from comments_service.domain.events import Scope, SubscriptionState
from comments_service.domain.urls import Page
from comments_service.models import (
    Comment,
    Confirmation,
    OutboxMessage,
    Recipient,
    Subscription,
)
from comments_service.operations import outbox, threads
from comments_service.operations.outbox import Claimed
from comments_service.operations.threads import LockedThread
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
    session: Session, someone: Recipient, thread: LockedThread, *, scope: Scope, lang: str | None
) -> None:
    """Remember a wish; the caller holds the thread's lock. An active one changes nothing.

    The work is the same for everybody, or its time would tell who is known: whether there is
    anything to ask, and anybody who may be asked, is found out when the question is to be mailed.
    """
    now = clock.now()
    refused = someone.suppressed_at is not None
    state = SubscriptionState.ENDED if refused else SubscriptionState.UNCONFIRMED
    insert_if_new(
        session,
        Subscription,
        id=clock.new_id(),
        recipient_id=someone.id,
        thread_id=thread.id,
        scope=scope,
        state=state,
        lang=lang,
        asked_at=now,
    )
    # A wish that still waits keeps its moment, or the mail that is on its way wouldn't fulfil it.
    ended = Subscription.state == SubscriptionState.ENDED
    active = Subscription.state == SubscriptionState.ACTIVE
    there = session.execute(
        update(Subscription)
        .where(
            Subscription.recipient_id == someone.id,
            Subscription.thread_id == thread.id,
            Subscription.scope == scope,
        )
        .values(
            state=case((active, Subscription.state), else_=literal(state)),
            asked_at=case((ended, _moment(now)), else_=Subscription.asked_at),
            ended_at=case((ended, _moment(now if refused else None)), else_=Subscription.ended_at),
        )
        .returning(Subscription.asked_at, Subscription.state)
    ).one()
    wished = now if there.state == SubscriptionState.ACTIVE else there.asked_at
    _ask_mailbox(session, someone, thread, wished=wished, now=now)


def _moment(at: datetime | None) -> ColumnElement[datetime | None]:
    return literal(at, Subscription.ended_at.type)


def note_sending(confirmation_id: int) -> None:
    """The mail is about to leave: what was asked for until now is what its button activates."""
    with unit_of_work() as session:
        session.execute(
            update(Confirmation)
            .where(Confirmation.id == confirmation_id)
            .values(sent_at=clock.now())
        )


def drop_question(message: Claimed) -> None:
    """There was nothing to ask. If no mail ever left, it doesn't count as one of the day's."""
    outbox.drop(message)
    with unit_of_work() as session:
        unsent = session.scalar(
            select(Confirmation.id).where(
                Confirmation.id == message.confirmation_id, Confirmation.sent_at.is_(None)
            )
        )
        if unsent is not None:
            session.execute(delete(OutboxMessage).where(OutboxMessage.confirmation_id == unsent))
            session.execute(delete(Confirmation).where(Confirmation.id == unsent))


def confirm(confirmation_id: int) -> None:
    """Activate what the mail listed; a second time is the same end. LinkSpent when it is too old.

    Comments posted with this address until then are its owner's from now on, and so are later
    ones of the same visitors.
    """
    now = clock.now()
    with unit_of_work() as session:
        question = session.get_one(Confirmation, confirmation_id)
        if question.confirmed_at is not None:
            return
        if question.sent_at is None or question.expires_at <= now:
            raise LinkSpent
        threads.lock(session, question.thread_id)
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
        _prove(session, question, until=question.sent_at)


def _prove(session: Session, question: Confirmation, *, until: datetime) -> None:
    here = and_(
        Comment.thread_id == question.thread_id, Comment.recipient_id == question.recipient_id
    )
    session.execute(
        update(Comment).where(here, Comment.created_at <= until).values(recipient_proven=True)
    )
    visitors = select(Comment.visitor).where(here, Comment.recipient_proven)
    session.execute(
        update(Comment)
        .where(
            Comment.thread_id == question.thread_id,
            Comment.visitor.in_(visitors),
            or_(Comment.recipient_id.is_(None), Comment.recipient_id == question.recipient_id),
        )
        .values(recipient_id=question.recipient_id, recipient_proven=True)
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


def _ask_mailbox(
    session: Session, someone: Recipient, thread: LockedThread, *, wished: datetime, now: datetime
) -> None:
    """Ask now, or when the day's questions are spent, tomorrow; never what was asked already."""
    asked = _asked_since(session, someone, now - DAY)
    here = [one for one in asked if (one.recipient_id, one.thread_id) == (someone.id, thread.id)]
    if any(_covers(one, wished) for one in here):
        return
    due = max(_free(here, 1, now), _free(asked, settings.current().confirmations_per_day, now))
    if due > now + DAY:
        return  # more than a day's worth is asked already: somebody is playing with this address
    question = Confirmation(
        id=clock.new_id(),
        recipient_id=someone.id,
        thread_id=thread.id,
        asked_at=due,
        expires_at=due + timedelta(seconds=settings.current().confirm_seconds),
    )
    session.add(question)
    session.flush()
    outbox.ask_confirmation(
        session,
        site_id=thread.site_id,
        recipient_id=someone.id,
        confirmation_id=question.id,
        due=due,
    )


def _asked_since(session: Session, someone: Recipient, since: datetime) -> Sequence[Confirmation]:
    """The questions asked (or to be asked) of this e-mail address on any site, newest first."""
    return session.scalars(
        select(Confirmation)
        .join(Recipient, Recipient.id == Confirmation.recipient_id)
        .where(Recipient.email_key == someone.email_key, Confirmation.asked_at > since)
        .order_by(Confirmation.asked_at.desc())
    ).all()


def _covers(question: Confirmation, wished: datetime) -> bool:
    """Whether the button of that mail activates a wish of that moment, or will."""
    if question.confirmed_at is not None:
        return False
    return question.sent_at is None or wished <= question.sent_at


def _free(asked: Sequence[Confirmation], most: int, now: datetime) -> datetime:
    """When one more question fits into `most` a day."""
    return asked[most - 1].asked_at + DAY if len(asked) >= most else now
