"""The transactional outbox: rows written with their cause, claimed with a lease, ended once.

waiting → sent | withdrawn | buried; a withdrawn row may wait again, a sent one never.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from comments_service import clock, settings
from comments_service.database import insert_many_if_new, unit_of_work
from comments_service.domain import events, limits
from comments_service.domain.events import Kind, MessageState
from comments_service.domain.states import State
from comments_service.models import Comment, OutboxMessage, Recipient
from comments_service.operations import threads
from comments_service.queries.outbox import waiting

ERROR_LENGTH = 500
BITE = 250  # mails put in one transaction: everybody else who writes waits for it


@dataclass(frozen=True)
class Claimed:
    """A message this worker holds until its lease runs out."""

    id: int
    kind: Kind
    dedupe_key: str
    site_id: int | None
    comment_id: int | None
    recipient_id: int | None
    confirmation_id: int | None
    payload: Mapping[str, Any] | None
    created_at: datetime
    due_at: datetime
    leased_until: datetime


def announce(session: Session, comment: Comment) -> None:
    """A new comment has been approved: its event is due once the text has settled."""
    _announce(session, comment, due=_settled())


def announce_again(session: Session, comment: Comment) -> None:
    """A comment has been approved that may have been so before.

    What an earlier rejection withdrew waits again; what was sent stays sent.
    """
    due = _settled()
    _announce(session, comment, due=due)
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.comment_id == comment.id,
            OutboxMessage.state.in_((MessageState.WITHDRAWN, MessageState.WAITING)),
        )
        .values(
            state=MessageState.WAITING, due_at=due, ended_at=None, failing_since=None, attempts=0
        )
    )


def ask_confirmation(
    session: Session, *, site_id: int, recipient_id: int, confirmation_id: int, due: datetime
) -> None:
    _put(
        session,
        Kind.CONFIRM,
        events.confirm_key(confirmation_id),
        due=due,
        site_id=site_id,
        recipient_id=recipient_id,
        confirmation_id=confirmation_id,
    )


def ask_sign_in(email: str) -> None:
    """Somebody asks for a link. Whether he moderates here is looked up when it is sent, so that
    nothing in the asking differs.
    """
    message_id = clock.new_id()
    with unit_of_work() as session:
        _put(
            session,
            Kind.SIGN_IN,
            events.sign_in_key(message_id),
            due=clock.now(),
            id=message_id,
            payload={"email": email},
        )


def claim(kinds: Collection[Kind] = tuple(Kind)) -> Claimed | None:
    """Lease the message of these kinds that has been due longest; None when nothing is."""
    now = clock.now()
    with unit_of_work() as session:
        row = session.scalar(
            select(OutboxMessage)
            .where(
                waiting(),
                OutboxMessage.kind.in_(kinds),
                OutboxMessage.due_at <= now,
                or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= now),
            )
            .order_by(OutboxMessage.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        lease = now + timedelta(seconds=settings.current().lease_seconds)
        row.leased_until = lease
        return Claimed(
            id=row.id,
            kind=Kind(row.kind),
            dedupe_key=row.dedupe_key,
            site_id=row.site_id,
            comment_id=row.comment_id,
            recipient_id=row.recipient_id,
            confirmation_id=row.confirmation_id,
            payload=row.payload,
            created_at=row.created_at,
            due_at=row.due_at,
            leased_until=lease,
        )


def fan_out(message: Claimed, mails: Iterable[tuple[int, Kind]]) -> None:
    """End an event by putting one mail per recipient.

    In bites, each its own transaction: whoever writes waits for one of them. The event ends with
    the last, so that what a crash leaves undone is done again; the dedupe keys make it harmless.
    """
    rows = [
        _row(
            kind,
            events.mail_key(message.comment_id or 0, recipient_id),
            due=clock.now(),
            site_id=message.site_id,
            comment_id=message.comment_id,
            recipient_id=recipient_id,
        )
        for recipient_id, kind in mails
    ]
    for start in range(0, len(rows), BITE):
        with unit_of_work() as session:
            insert_many_if_new(session, OutboxMessage, rows[start : start + BITE])
            if start + BITE >= len(rows):
                _end(session, message.id, MessageState.SENT)
    if not rows:
        complete(message)


def complete(message: Claimed) -> None:
    """It was sent, never again; what its recipient refused before was no bad address."""
    with unit_of_work() as session:
        _end(session, message.id, MessageState.SENT)
        session.execute(
            update(Recipient)
            .where(Recipient.id == message.recipient_id, Recipient.refusals > 0)
            .values(refusals=0)
        )


def withdraw(message: Claimed) -> None:
    """Its comment isn't approved (any more); a later approval makes it due again.

    Looks again under the thread's lock: an approval that came meanwhile keeps it waiting.
    """
    with unit_of_work() as session:
        comment = session.get(Comment, message.comment_id) if message.comment_id else None
        if comment is not None:
            threads.lock(session, comment.thread_id)
            session.refresh(comment)
        if comment is not None and comment.state == State.APPROVED:
            _release(session, message)
        else:
            _end(session, message.id, MessageState.WITHDRAWN)


def drop(message: Claimed) -> None:
    """Nobody wants it any more: the subscription ended or the recipient is suppressed."""
    with unit_of_work() as session:
        _end(session, message.id, MessageState.WITHDRAWN)


def bury(message: Claimed, error: str, *, refused: bool = False) -> None:
    """It can't be sent, ever. `refused`: the mail server said no to this recipient for good."""
    with unit_of_work() as session:
        _end(session, message.id, MessageState.BURIED, error=error)
        if refused and message.recipient_id is not None:
            _count_refusal(session, message.recipient_id)


def release(message: Claimed) -> None:
    """It could not even be tried: anybody may claim it again at once."""
    with unit_of_work() as session:
        _release(session, message)


def retry_later(message: Claimed, error: str) -> None:
    """A passing failure: wait longer each time, give up after five days.

    Whose lease ran out meanwhile has no say any more.
    """
    now = clock.now()
    with unit_of_work() as session:
        row = session.scalar(select(OutboxMessage).where(_held(message)).with_for_update())
        if row is None:
            return
        since = row.failing_since or now
        row.failing_since = since
        if now - since >= limits.GIVE_UP_AFTER:
            _end(session, message.id, MessageState.BURIED, error=error)
            return
        row.attempts += 1
        row.due_at = now + limits.retry_delay(row.attempts)
        row.leased_until = None
        row.last_error = error[:ERROR_LENGTH]


def _settled() -> datetime:
    return clock.now() + timedelta(seconds=settings.current().settle_seconds)


def _announce(session: Session, comment: Comment, *, due: datetime) -> None:
    _put(
        session,
        Kind.COMMENT_APPROVED,
        events.approved_key(comment.id),
        due=due,
        site_id=comment.site_id,
        comment_id=comment.id,
    )


def _put(
    session: Session, kind: Kind, dedupe_key: str, *, due: datetime, **columns: object
) -> None:
    insert_many_if_new(session, OutboxMessage, [_row(kind, dedupe_key, due=due, **columns)])


def _row(kind: Kind, dedupe_key: str, *, due: datetime, **columns: object) -> dict[str, object]:
    return {
        "id": clock.new_id(),
        "kind": kind,
        "dedupe_key": dedupe_key,
        "state": MessageState.WAITING,
        "due_at": due,
        "attempts": 0,
        "created_at": clock.now(),
        **columns,
    }


def _held(message: Claimed) -> ColumnElement[bool]:
    """The row, while this very lease is on it."""
    return and_(
        OutboxMessage.id == message.id,
        waiting(),
        OutboxMessage.leased_until == message.leased_until,
    )


def _release(session: Session, message: Claimed) -> None:
    session.execute(update(OutboxMessage).where(_held(message)).values(leased_until=None))


def _end(
    session: Session, message_id: int, state: MessageState, *, error: str | None = None
) -> None:
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.state == MessageState.WAITING)
        .values(
            state=state,
            ended_at=clock.now(),
            leased_until=None,
            last_error=error[:ERROR_LENGTH] if error else None,
            payload=None,  # an ended message needs no e-mail of anybody
        )
    )


def _count_refusal(session: Session, recipient_id: int) -> None:
    recipient = session.get_one(Recipient, recipient_id)
    recipient.refusals += 1
    if recipient.refusals >= limits.REFUSALS_BEFORE_SUPPRESSION:
        recipient.suppressed_at = recipient.suppressed_at or clock.now()
