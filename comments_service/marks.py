"""Whether any process wrote to a SQLite database, told for a tenth of what asking SQLite costs:
eight bytes beside the file, mapped by all and changed after each commit. Knows no database.
"""

import errno
import mmap
import os
import secrets
import stat
import weakref
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

SUFFIX = "-mark"
BITS = 64
SIZE = BITS // 8
MOST_OPEN = 8  # a process has one; only tests have many


class Mark:
    """A number that is another one after `change`, in every process that has this file.

    It is drawn, not counted: two that change it at once need no lock between processes.
    """

    def __init__(self, database: str) -> None:
        """Beside a database that is there, for all who may write to that."""
        its = Path(database).stat()
        # No link is followed: root would give away what it leads to.
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._file = os.open(f"{database}{SUFFIX}", flags, 0o600)
        weakref.finalize(self, os.close, self._file)
        found = os.fstat(self._file)
        if not stat.S_ISREG(found.st_mode) or found.st_size not in {0, SIZE}:
            raise OSError(errno.EEXIST, "is something else")
        if not found.st_size:
            os.fchmod(self._file, stat.S_IMODE(its.st_mode))
            if os.geteuid() == 0:  # as SQLite does with its own files
                os.fchown(self._file, its.st_uid, its.st_gid)
            os.truncate(self._file, SIZE)
        mapped = mmap.mmap(self._file, SIZE, access=mmap.ACCESS_READ)
        self._shared = memoryview(mapped).cast("Q")

    @property
    def value(self) -> int:
        return self._shared[0]

    def change(self) -> None:
        """By a call, not in the mapped bytes: what a full disk refuses there is a deadly signal.

        Nothing is lost where it fails: what is new is seen a moment later.
        """
        with suppress(OSError):
            os.pwrite(self._file, secrets.token_bytes(SIZE), 0)


@lru_cache(maxsize=MOST_OPEN)
def of(database: str) -> Mark:
    """The one of a SQLite file. Raises OSError where there can be none."""
    return Mark(database)
