"""The order of a list, and places in it: signed, bound to their list, never an offset."""

from enum import StrEnum

from comments_service.domain.errors import FieldError, Invalid
from comments_service.domain.tokens import MAC_BYTES, Keyring, Purpose, decode, encode

POSITION_BYTES = 8


class Sort(StrEnum):
    """How the roots of a thread are ordered."""

    OLDEST = "oldest"
    NEWEST = "newest"


def write(keyring: Keyring, position: int, *bound: str | int) -> str:
    """The cursor after `position` (an id or a sequence number) of the list that `bound` names."""
    raw = position.to_bytes(POSITION_BYTES, "big")
    return encode(raw + keyring.mac(Purpose.CURSOR, position, *bound))


def read(keyring: Keyring, cursor: str, *bound: str | int) -> int:
    """The position of a cursor of this very list; Invalid at /cursor for any other."""
    raw = decode(cursor)
    if raw is not None and len(raw) == POSITION_BYTES + MAC_BYTES:
        position = int.from_bytes(raw[:POSITION_BYTES], "big")
        if keyring.believes(raw[POSITION_BYTES:], Purpose.CURSOR, position, *bound):
            return position
    raise foreign()


def foreign() -> Invalid:
    """What a cursor is told that isn't this list's."""
    return Invalid(FieldError("/cursor", "This cursor belongs to no list here."))
