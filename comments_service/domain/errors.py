"""Everything that can be refused, as one family; `web/problems.py` alone turns it into HTTP.

CommentsError
├── Invalid            one or more fields, each with a pointer
├── Missing            there is no such thing, or it is another site's
│   └── UnknownSite
├── Unproven           no token, or a forged one
├── Refused            the asker may not do this
│   ├── ForeignOrigin
│   ├── EditClosed
│   ├── OwnComment
│   └── VotesOff
├── Conflict           what is there forbids it
│   ├── ThreadClosed
│   ├── DuplicateComment
│   ├── NotifyOff
│   ├── NoSuchTransition
│   ├── UndoClosed
│   └── LinkSpent
├── LimitReached
└── Unavailable        the database is busy or away
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FieldError:
    """One field's complaint: `pointer` is a JSON pointer into the body, or `/name` of a query."""

    pointer: str
    detail: str


class CommentsError(Exception):
    """`code` is the problem's type and its heading in docs/problems.md."""

    code: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)


class Invalid(CommentsError):
    code = "invalid"
    title = "Something in the request can't be used."

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("; ".join(f"{error.pointer}: {error.detail}" for error in errors))
        self.errors = errors


class Missing(CommentsError):
    code = "not-found"
    title = "There is nothing here."


class UnknownSite(Missing):
    code = "unknown-site"
    title = "No site of this service has that page."


class Unproven(CommentsError):
    code = "token-needed"
    title = "A token is missing or can't be believed."


class Refused(CommentsError):
    code = "forbidden"
    title = "This isn't allowed."


class ForeignOrigin(Refused):
    code = "foreign-origin"
    title = "This page's origin isn't registered for that site."


class EditClosed(Refused):
    code = "edit-closed"
    title = "The time to edit this comment is over."


class OwnComment(Refused):
    code = "own-comment"
    title = "This can't be done to one's own comment."


class VotesOff(Refused):
    code = "votes-off"
    title = "There are no votes here."


class Conflict(CommentsError):
    code = "conflict"
    title = "This can't be done as things stand."


class ThreadClosed(Conflict):
    code = "thread-closed"
    title = "This thread is closed. It can still be read."


class DuplicateComment(Conflict):
    code = "duplicate-comment"
    title = "You just posted this."


class NotifyOff(Conflict):
    code = "notify-off"
    title = "This service doesn't send e-mail."


class NoSuchTransition(Conflict):
    code = "no-such-transition"
    title = "A comment in this state can't be decided so."


class UndoClosed(Conflict):
    code = "undo-closed"
    title = "There is nothing left to undo."


class LinkSpent(Conflict):
    code = "link-spent"
    title = "This link has been used, or its time is over."


class LimitReached(CommentsError):
    code = "limit-reached"
    title = "That was quick."

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Try again in {retry_after} seconds.")
        self.retry_after = retry_after


class Unavailable(CommentsError):
    """`cause` is one line for the operator, never for who asks."""

    code = "busy"
    title = "The service is busy."
    retry_after = 2

    def __init__(self, cause: str) -> None:
        super().__init__("Try again in a moment.")
        self.cause = cause
