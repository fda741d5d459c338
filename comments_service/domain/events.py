"""What the outbox carries: the kinds of messages, and the keys that make each of them one."""

from enum import StrEnum


class Kind(StrEnum):
    COMMENT_APPROVED = "comment-approved"  # fans out to one mail per recipient
    REPLY = "reply"
    FOLLOW_UP = "follow-up"
    CONFIRM = "confirm"
    SIGN_IN = "sign-in"  # to a moderator who asked for a link, if he is one


class MessageState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    BURIED = "buried"


class Scope(StrEnum):
    THREAD = "thread"
    REPLIES = "replies"


class SubscriptionState(StrEnum):
    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    ENDED = "ended"


def approved_key(comment_id: int) -> str:
    """One event per comment, however often it is approved."""
    return f"approved:{comment_id}"


def mail_key(comment_id: int, recipient_id: int) -> str:
    """One mail per person and event, whatever he subscribed to."""
    return f"mail:{comment_id}:{recipient_id}"


def confirm_key(confirmation_id: int) -> str:
    return f"confirm:{confirmation_id}"


def sign_in_key(message_id: int) -> str:
    """Each asking is an event of its own."""
    return f"sign-in:{message_id}"
