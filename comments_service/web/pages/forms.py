"""The forms of pages without script: the key of each, what was typed into it, and what is wrong
with that. No typed text is lost.

The key stands hidden in the form. By it a form that is sent twice makes one comment, and tells how
long it was open; whoever sends none, or none of ours, is as one who tells neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import request

from comments_service import clock, settings
from comments_service.domain import tokens
from comments_service.domain.errors import (
    CommentsError,
    Conflict,
    Invalid,
    LimitReached,
    ThreadClosed,
    Unavailable,
)
from comments_service.domain.tokens import Purpose

Refusal = Invalid | Conflict | LimitReached | Unavailable
REFUSALS = (Invalid, Conflict, LimitReached, Unavailable)  # what leaves the text in its form
KEY = "key"
TRAP = "subject"  # a field that no person sees
CLOSED = "Closed. You can still read."
MOMENT_BYTES = 8
CHANCE_BYTES = 16


def _new_key() -> str:
    moment = int(clock.now().timestamp() * 1000).to_bytes(MOMENT_BYTES, "big")
    raw = moment + clock.random_bytes(CHANCE_BYTES)
    return tokens.encode(raw + settings.current().keyring.mac(Purpose.FORM, raw))


@dataclass(frozen=True)
class Form:
    """`faults`: a sentence by the field it is about; `alert`: one about all of them."""

    key: str = field(default_factory=_new_key)
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    faults: Mapping[str, str] = field(default_factory=dict[str, str])
    alert: str = ""

    def is_first(self, name: str) -> bool:
        """Whether this field is the one to be mended first."""
        return next(iter(self.faults), None) == name


def key() -> str | None:
    """The key that came with a form; None for one that we didn't make."""
    sent = request.form.get(KEY, "")
    return sent if _opened(sent) is not None else None


def facts() -> dict[str, str | float | None]:
    """What the form noticed, as schemas take it: a filled trap, the seconds it was open."""
    opened = _opened(request.form.get(KEY, ""))
    elapsed = None if opened is None else (clock.now() - opened).total_seconds()
    return {"trap": request.form.get(TRAP, ""), "elapsed": elapsed}


def refused(error: Refusal, fields: Sequence[str], *, lost: str, again: str) -> Form:
    """The form as it came, with its faults in the order of `fields`; the others in its alert.

    `lost` says that nothing was done, `again` what can be done later.
    """
    found = error.errors if isinstance(error, Invalid) else ()
    told = {one.pointer.rpartition("/")[2]: one.detail for one in reversed(found)}
    faults = {name: _typeset(told.pop(name)) for name in fields if name in told}
    alert = " ".join((_words(error, lost, again), *told.values()))
    return Form(key() or _new_key(), request.form.to_dict(), faults, _typeset(alert))


def _words(error: CommentsError, lost: str, again: str) -> str:
    match error:
        case Invalid():
            return lost
        case LimitReached():
            return f"That was quick. You can {again} again in {_duration(error.retry_after)}."
        case Unavailable():
            return f"{lost} {error}"
        case ThreadClosed():
            return CLOSED
        case _:
            return str(error)


def _duration(seconds: int) -> str:
    count, unit = (seconds, "second") if seconds < 91 else (-(-seconds // 60), "minute")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _typeset(sentence: str) -> str:
    return sentence.replace("'", "’")


def _opened(sent: str) -> datetime | None:
    """When the form of this key was made; None for a key that isn't ours."""
    whole = tokens.decode(sent)
    if whole is None or len(whole) != MOMENT_BYTES + CHANCE_BYTES + tokens.MAC_BYTES:
        return None
    raw, mac = whole[: -tokens.MAC_BYTES], whole[-tokens.MAC_BYTES :]
    if not settings.current().keyring.believes(mac, Purpose.FORM, raw):
        return None
    return datetime.fromtimestamp(int.from_bytes(raw[:MOMENT_BYTES], "big") / 1000, UTC)
