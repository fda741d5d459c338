"""The lock on a data folder: one service, or one change of its schema, at a time.

It ends with the process that took it, by whatever means, and no child keeps it.
"""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from comments_service import settings

FILE = "serve.lock"
PAUSE = 0.05

_held: set[int] = set()


class Locked(Exception):
    """Somebody else has it; the text is one line that names them."""


@contextmanager
def held(folder: Path, *, wait: float = 0) -> Generator[None]:
    """Hold the folder's lock; raise `Locked` when it isn't free within `wait` seconds."""
    settings.make_folder(folder)
    file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    _held.add(file)
    try:
        _take(file, folder=folder, deadline=time.monotonic() + wait)
        os.truncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        _held.discard(file)
        os.close(file)


def _take(file: int, *, folder: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(PAUSE)
                continue
            holder = os.pread(file, 20, 0).decode().strip() or "unknown"
            raise Locked(f"{folder} is in use by process {holder}") from None
        return


def _let_go() -> None:
    """A fork shares the lock until it closes its copy: without this an orphan would keep it."""
    while _held:
        os.close(_held.pop())


os.register_at_fork(after_in_child=_let_go)
