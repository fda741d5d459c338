"""The order of a list, and places in it: signed, bound to their list, never an offset."""

from enum import StrEnum

from comments_service.domain.errors import FieldError, Invalid
from comments_service.domain.tokens import MAC_BYTES, Keyring, Purpose, decode, encode

NUMBER_BYTES = 8


class Sort(StrEnum):
    """How the roots of a thread are ordered."""

    OLDEST = "oldest"
    NEWEST = "newest"
    TOP = "top"


def write(keyring: Keyring, position: int | tuple[int, ...], *bound: str | int) -> str:
    """The cursor after `position` of the list that `bound` names.

    A position is an id or a sequence number, or several numbers where one isn't enough.
    """
    numbers = position if isinstance(position, tuple) else (position,)
    raw = b"".join(number.to_bytes(NUMBER_BYTES, "big") for number in numbers)
    return encode(raw + keyring.mac(Purpose.CURSOR, raw, *bound))


def read(keyring: Keyring, cursor: str, *bound: str | int) -> int:
    """The position of a cursor of this very list; Invalid at /cursor for any other."""
    [position] = read_several(keyring, cursor, 1, *bound)
    return position


def read_several(keyring: Keyring, cursor: str, count: int, *bound: str | int) -> tuple[int, ...]:
    """The same where a position is `count` numbers."""
    raw = decode(cursor)
    if raw is not None and len(raw) == count * NUMBER_BYTES + MAC_BYTES:
        position, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        if keyring.believes(mac, Purpose.CURSOR, position, *bound):
            places = range(0, len(position), NUMBER_BYTES)
            return tuple(
                int.from_bytes(position[start : start + NUMBER_BYTES], "big") for start in places
            )
    raise foreign()


def foreign() -> Invalid:
    """What a cursor is told that isn't this list's."""
    return Invalid(FieldError("/cursor", "This cursor belongs to no list here."))
