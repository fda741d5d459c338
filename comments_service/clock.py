"""The one seam for time and chance: now, new ids, random bytes."""

import secrets
import threading
import time
from datetime import UTC, datetime

EPOCH_MS = 1_735_689_600_000  # 2025-01-01; ids made before it are as good, only smaller
LOW_BITS = 21  # 20 of chance; the upper half is room to count on within a millisecond

_lock = threading.Lock()
_last_id = 0


def now() -> datetime:
    """The current moment, UTC, aware, to the microsecond."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that only grow, to measure with."""
    return time.monotonic()


def random_bytes(count: int) -> bytes:
    return secrets.token_bytes(count)


def new_id() -> int:
    """A positive 63-bit id: 42 bits of milliseconds since `EPOCH_MS`, above 20 bits of chance.

    Ids of one process grow strictly; those of several processes are ordered to the millisecond.
    A primary key guards the one in a million chance of a clash within a millisecond.
    """
    global _last_id  # noqa: PLW0603 - the last id is what makes the next one larger
    milliseconds = int(now().timestamp() * 1000) - EPOCH_MS
    candidate = max(milliseconds, 0) << LOW_BITS | secrets.randbits(LOW_BITS - 1)
    with _lock:
        _last_id = candidate if candidate > _last_id else _last_id + 1
        return _last_id
