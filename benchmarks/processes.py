"""What the processes of a service take of the memory and the cores, as Linux counts it."""

import time
from itertools import pairwise
from pathlib import Path

IDLE_TICKS = 1
LOOK_SECONDS = 0.2
LOOKS = 150


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def web_worker(pid: int) -> int:
    """The child that serves: the one with a server's threads."""
    return max(children(pid), key=lambda child: _number(child, "Threads"))


def resident_mib(pid: int) -> float:
    """What is resident, pages that it shares with its parent included."""
    return _number(pid, "VmRSS") / 1024


def wait_until_idle(pid: int) -> None:
    """Until it and its children have done what callers who went away had asked for."""
    for before, now in pairwise(_ticks(pid) for _ in range(LOOKS)):
        if now - before <= IDLE_TICKS:
            return
    raise RuntimeError(f"{pid} is still busy")


def _ticks(pid: int) -> int:
    """Of processor time so far, looked at a moment later."""
    time.sleep(LOOK_SECONDS)
    stats = [Path(f"/proc/{one}/stat").read_text() for one in (pid, *children(pid))]
    spent = [stat.rpartition(")")[2].split()[11:13] for stat in stats]
    return sum(int(user) + int(system) for user, system in spent)


def _number(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0
