"""What the kernel knows of running processes (Linux)."""

from pathlib import Path

PROC = Path("/proc")


def children(parent: int) -> list[int]:
    """In the order they were started: of a service, the background worker first."""
    listing = PROC / str(parent) / "task" / str(parent) / "children"
    return [int(pid) for pid in listing.read_text().split()]


def is_alive(pid: int) -> bool:
    """A process that has ended and only waits for its parent to ask is not."""
    fields = _fields(pid)
    return bool(fields) and fields[0] != "Z"


def of_group(group: int) -> list[int]:
    """The living processes of a process group."""
    pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal()]
    return [pid for pid in pids if is_alive(pid) and _group(pid) == group]


def _group(pid: int) -> int | None:
    fields = _fields(pid)
    return int(fields[2]) if fields else None


def _fields(pid: int) -> list[str]:
    """What follows the command's name: state, parent, group, …; nothing if there is no such pid."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
