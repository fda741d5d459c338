"""One handler for each kind of message: it looks, sends, and returns how the message ends.

It records nothing itself: the loop does, and goes on until it is recorded.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from threading import Event

from comments_service import clock, settings
from comments_service.domain.errors import Missing
from comments_service.domain.events import Kind
from comments_service.domain.limits import KEPT_MAIL_GOES_WITHIN
from comments_service.operations import moderators, outbox, subscriptions
from comments_service.operations.outbox import Claimed
from comments_service.outbound import smtp
from comments_service.queries import mails as facts
from comments_service.queries import moderators as moderator_queries
from comments_service.queries import outbox as queries
from comments_service.queries.mails import Unsent
from comments_service.worker import mails

Ending = Callable[[], None]


def handle(message: Claimed, stop: Event) -> Ending:
    """Try one message, not for long once `stop` is set. Nothing is raised but what the database
    says when it is away.
    """
    try:
        return HANDLERS[message.kind](message, stop)
    except smtp.Refused as error:
        return partial(outbox.bury, message, str(error), refused=True)
    except smtp.Undeliverable as error:
        return partial(outbox.bury, message, str(error))
    except smtp.Passing as error:
        return partial(outbox.retry_later, message, str(error))


def comment_approved(message: Claimed, _stop: Event) -> Ending:
    """The text has settled: one mail for each who wants it."""
    if message.comment_id is None or not queries.is_approved(message.comment_id):
        return partial(outbox.withdraw, message)
    return partial(outbox.fan_out, message, queries.recipients_of(message.comment_id))


def notify(message: Claimed, stop: Event) -> Ending:
    """The comment as it stands now, to one recipient who still wants it."""
    if message.comment_id is None or message.recipient_id is None:
        return partial(outbox.drop, message)
    row = facts.notification(message.comment_id, message.recipient_id, message.kind)
    if row is Unsent.NOT_APPROVED:
        return partial(outbox.withdraw, message)
    if row is Unsent.NOT_WANTED:
        return partial(outbox.drop, message)
    mail = mails.notification(row, kind=message.kind, dedupe_key=message.dedupe_key)
    return _send(message, mail, recipient=row.email, stop=stop)


def ask_to_confirm(message: Claimed, stop: Event) -> Ending:
    """What is asked for until this moment stands in the mail and is what its button activates."""
    if message.confirmation_id is None:
        return partial(outbox.drop, message)
    if facts.confirmation(message.confirmation_id) is None:
        return partial(subscriptions.drop_question, message)
    subscriptions.note_sending(message.confirmation_id)
    row = facts.confirmation(message.confirmation_id)
    if row is None:
        return partial(outbox.drop, message)
    mail = mails.confirm(
        row, confirmation_id=message.confirmation_id, dedupe_key=message.dedupe_key
    )
    return _send(message, mail, recipient=row.email, stop=stop)


def mail_link(message: Claimed, stop: Event) -> Ending:
    """A one-time link, made now, to a moderator at the address he is known by; to nobody else.

    Who asked for it has gone when it is late.
    """
    asked = (message.payload or {}).get("email", "")
    life = timedelta(seconds=settings.current().sign_in_seconds)
    late = clock.now() - message.created_at > life
    someone = None if late else moderator_queries.present(asked)
    if someone is None:
        return partial(outbox.drop, message)
    try:
        link = moderators.make_link(someone.email)
    except Missing:  # removed just now
        return partial(outbox.drop, message)
    mail = mails.sign_in(link, email=someone.email, dedupe_key=message.dedupe_key)
    return _send(message, mail, recipient=someone.email, stop=stop)


def _send(message: Claimed, mail: EmailMessage, *, recipient: str, stop: Event) -> Ending:
    """Sending may take half a lease; with less than that left somebody else may be at it soon.

    What was kept for long, because no mail could be sent, comes as no surprise to anybody.
    """
    now, enough = clock.now(), timedelta(seconds=settings.current().lease_seconds / 2)
    if now + enough > message.leased_until:
        return partial(outbox.release, message)
    if now - message.due_at > KEPT_MAIL_GOES_WITHIN:
        return partial(outbox.bury, message, "kept too long to go by itself")
    smtp.send(mail, recipient=recipient, stop=stop)
    return partial(outbox.complete, message)


HANDLERS: Mapping[Kind, Callable[[Claimed, Event], Ending]] = {
    Kind.COMMENT_APPROVED: comment_approved,
    Kind.REPLY: notify,
    Kind.FOLLOW_UP: notify,
    Kind.CONFIRM: ask_to_confirm,
    Kind.SIGN_IN: mail_link,
}
