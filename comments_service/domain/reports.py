"""When readers' reports take a comment back to the moderators: pure, over facts gathered before."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """What a reader may say is wrong."""

    OFF_TOPIC = "off_topic"
    ABUSIVE = "abusive"
    SPAM = "spam"
    ILLEGAL = "illegal"
    PRIVATE = "private"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Voice:
    """Who reported: from which network (None once that is forgotten), and whether trusted."""

    network: str | None
    trusted: bool


def agree(voices: Iterable[Voice], *, enough: int, newcomer: bool) -> bool:
    """Whether so many of different networks want it away.

    Only trusted ones count, but against a newcomer's comment all do.
    """
    networks = {voice.network for voice in voices if voice.trusted or newcomer}
    return len(networks - {None}) >= enough
