"""Words and lines of mails: moments, lists, quotations. What others typed stays on its line and in
its direction.
"""

import re
import textwrap
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

from comments_service.domain.events import Scope

WIDTH = 66
ISOLATE, POP = "\u2068", "\u2069"
SHOWN_ADDRESS = 90

SCOPES = {
    Scope.THREAD: "new follow-up comments",
    Scope.REPLIES: "new replies to your comments",
}
UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))

_BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# Who types `=?utf-8?b?…?=` has the mail library decode it, line breaks and all.
_NO_ENCODED_WORD = "=\u200b?"


def one_line(text: str) -> str:
    """Fit for a header: no line break, no control character, no change of direction."""
    spaced = "".join(
        " " if unicodedata.category(letter) in {"Cc", "Zl", "Zp"} else letter
        for letter in _BIDI_CONTROLS.sub("", text)
        if unicodedata.category(letter) != "Cs"
    )
    return " ".join(spaced.split()).replace("=?", _NO_ENCODED_WORD)


def isolated(name: str) -> str:
    """A name whose direction of writing can't reach beyond it."""
    return f"{ISOLATE}{one_line(name)}{POP}"


def address(url: str) -> str:
    """A page's address as people say it; cut, for it may be long."""
    return shortened(re.sub(r"^https?://", "", one_line(url)), SHOWN_ADDRESS)


def shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    head, space, _rest = text[:most].rpartition(" ")
    return f"{(head if space and len(head) > most // 2 else text[:most]).rstrip(' ,.;:')}…"


def day(moment: datetime, now: datetime) -> str:
    """today, yesterday, on Sunday, on 3 May 2026; days are UTC, for nobody told us his own."""
    then = moment.astimezone(UTC)
    days = (now.astimezone(UTC).date() - then.date()).days
    if days <= 1:
        return "yesterday" if days == 1 else "today"
    return f"on {then:%A}" if days < 7 else f"on {then.day} {then:%B %Y}"


def time(moment: datetime, now: datetime) -> str:
    return f"{day(moment, now)} at {moment.astimezone(UTC):%H:%M} UTC"


def duration(seconds: int) -> str:
    """7 days, 1 hour, 90 seconds: the largest unit that fits whole."""
    for size, unit in UNITS:
        count, rest = divmod(seconds, size)
        if count and not rest:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def scopes(asked: Sequence[Scope]) -> str:
    return " and ".join(SCOPES[scope] for scope in asked)


def wrapped(text: str, prefix: str = "") -> str:
    """Each line broken at words and never within one, so that an address stays whole."""
    lines = [
        broken
        for line in text.split("\n")
        for broken in textwrap.wrap(
            line,
            WIDTH,
            initial_indent=prefix,
            subsequent_indent=prefix + _indent(line),
            break_long_words=False,
            break_on_hyphens=False,
        )
        or [prefix.rstrip()]
    ]
    return "\n".join(line.rstrip() for line in lines)


def _indent(line: str) -> str:
    found = re.match(r"(?:> )*", line)
    return found[0] if found else ""


def paragraphs(text: str) -> list[list[str]]:
    """Blocks of lines, for HTML."""
    return [block.split("\n") for block in re.split(r"\n[> ]*\n", text) if block.strip()]
