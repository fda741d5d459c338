"""What a vote may say and how votes order comments. Counts nothing itself."""

from math import sqrt

SCALE = 1_000_000_000
_Z = 1.959963984540054  # of the normal distribution: 95 % lie within it

_VALUES = {"off": frozenset[int](), "up": frozenset({0, 1}), "both": frozenset({-1, 0, 1})}


def may_be(value: int, mode: str) -> bool:
    """Whether `value` (1 up, -1 down, 0 taken back) can be voted where the mode is so."""
    return value in _VALUES[mode]


def rank(up: int, down: int) -> int:
    """The lower bound of Wilson's 95 % interval for the share of votes up, in billionths.

    Written without its usual difference of nearly equal numbers, so that a vote up never lowers
    it and a vote down never raises it.
    """
    if up == 0:
        return 0
    total = up + down
    spread = _Z * _Z / 2 + _Z * sqrt(up * down / total + _Z * _Z / 4)
    return int(SCALE * up * up / (total * (up + spread)))
