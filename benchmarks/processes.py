"""What the processes of a service take of the memory, as Linux counts it."""

from pathlib import Path


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def web_worker(pid: int) -> int:
    """The child that serves: the one with a server's threads."""
    return max(children(pid), key=lambda child: _number(child, "Threads"))


def resident_mib(pid: int) -> float:
    """What is resident, pages that it shares with its parent included."""
    return _number(pid, "VmRSS") / 1024


def _number(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0
