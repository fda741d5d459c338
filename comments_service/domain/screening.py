"""Whether a new text may stand at once: pure, ordered rules over facts gathered before.

Each rule returns nothing or a signal; any hold means pending. Words are made at the door.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from comments_service.domain.states import State

TOO_FAST_SECONDS = 2


class Action(StrEnum):
    HOLD = "hold"


@dataclass(frozen=True)
class Signal:
    """What one rule found: `code` names it, `params` fill the words made from it."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict[str, str | int])
    action: Action = Action.HOLD


def as_json(signal: Signal) -> dict[str, Any]:
    """A signal as the database keeps it and moderating programs are told it."""
    return {"code": signal.code, "params": dict(signal.params)}


def from_json(kept: Mapping[str, Any]) -> Signal:
    return Signal(kept["code"], kept["params"])


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All a rule may look at. `links`: the host each link leads to; the site's own don't count."""

    moderation: str
    max_links: int
    trusted: bool
    links: Sequence[str]
    own_authorities: frozenset[str]
    trap_filled: bool = False
    elapsed: float | None = None


@dataclass(frozen=True)
class Verdict:
    """`trace`: every rule that ran, in order, with what it found."""

    state: State
    trace: tuple[tuple[str, Signal | None], ...]

    @property
    def signals(self) -> tuple[Signal, ...]:
        return tuple(signal for _rule, signal in self.trace if signal is not None)


Rule = Callable[[Facts], Signal | None]


def honeypot(facts: Facts) -> Signal | None:
    return Signal("honeypot") if facts.trap_filled else None


def speed(facts: Facts) -> Signal | None:
    if facts.elapsed is not None and facts.elapsed < TOO_FAST_SECONDS:
        return Signal("too_fast")
    return None


def links(facts: Facts) -> Signal | None:
    foreign = [place for place in facts.links if place not in facts.own_authorities]
    return Signal("links", {"count": len(foreign)}) if len(foreign) > facts.max_links else None


def everything_held(facts: Facts) -> Signal | None:
    return Signal("all_held") if facts.moderation == "all" else None


def newcomer(facts: Facts) -> Signal | None:
    held = facts.moderation == "newcomers" and not facts.trusted
    return Signal("first_comment") if held else None


RULES: tuple[tuple[str, Rule], ...] = (
    ("honeypot", honeypot),
    ("speed", speed),
    ("links", links),
    ("everything held", everything_held),
    ("newcomer", newcomer),
)


def judge(facts: Facts) -> Verdict:
    """Run every rule; one hold is enough to wait for a moderator."""
    trace = tuple((name, rule(facts)) for name, rule in RULES)
    held = any(signal for _name, signal in trace)
    return Verdict(State.PENDING if held else State.APPROVED, trace)


UNSCREENED = Verdict(State.APPROVED, ())
