"""What a password may be: long enough, and nothing that is guessed early. Knows of no hash."""

import unicodedata
from collections.abc import Iterable

SHORTEST = 12
LONGEST = 200
JUDGED = 72  # what the guesser looks at; its time grows with the square of it
GOOD = 3  # of 0 to 4: safe unless somebody steals the hash and pays for machines

TOO_EASY = (
    "This password is too easy to guess. "
    "Four or five words that have nothing to do with each other make a good one."
)


def normal(raw: str) -> bytes:
    """The bytes of a password, the same however a keyboard composes its letters; never cut."""
    return unicodedata.normalize("NFC", raw).encode("utf-8", "surrogatepass")


def check(raw: str, *, near: Iterable[str] = ()) -> None:
    """ValueError in words when it can't be one. `near`: what a guesser of this person tries first.

    Any character will do. Common passwords, names, dates and keyboard patterns in any order and
    spelling count for what they are worth to a guesser.
    """
    length = len(unicodedata.normalize("NFC", raw))
    if length < SHORTEST:
        raise ValueError(f"A password has at least {SHORTEST} characters; this one has {length}.")
    if length > LONGEST:
        raise ValueError(f"A password has at most {LONGEST} characters; this one has {length}.")
    if _score(raw[:JUDGED], [word for word in near if word]) < GOOD:
        raise ValueError(TOO_EASY)


def parts(text: str) -> tuple[str, ...]:
    """An e-mail or a name as guessers try it: whole, run together, each half, each word."""
    words = "".join(letter if letter.isalnum() else " " for letter in text).split()
    return (text, "".join(words), *text.split("@"), *words)


def _score(text: str, near: list[str]) -> int:
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its word lists would slow every start down

    return int(zxcvbn(text, user_inputs=near)["score"])
