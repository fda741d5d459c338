"""The store of the limits without Redis: what each key used, in an SQLite file of its own, exact
across the threads and processes of one machine. It holds keyed hashes and moments, nothing else.
"""

import fcntl
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from limits.errors import StorageError
from limits.storage import MovingWindowSupport, Storage

from comments_service import settings

FILE = "limits.sqlite3"
LOCK = "limits.lock"
SCHEME = "comments-file"
BUSY_SECONDS = 5.0
BROKEN = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
CLOCK_STEP = 1  # seconds; what lies further ahead was counted before the clock was set back
SWEPT = 16  # ended rows that a transaction takes along: more than it makes, so the file stays small

SCHEMA = """
CREATE TABLE IF NOT EXISTS hits (key TEXT NOT NULL, at REAL NOT NULL, until REAL NOT NULL);
CREATE INDEX IF NOT EXISTS hits_of_key ON hits (key, at);
CREATE INDEX IF NOT EXISTS hits_by_end ON hits (until);
CREATE TABLE IF NOT EXISTS counters (
    key TEXT PRIMARY KEY, count INTEGER NOT NULL, until REAL NOT NULL
);
"""

Found = TypeVar("Found")

log = logging.getLogger(__name__)


class FileStorage(Storage, MovingWindowSupport):
    """Nothing is opened before the first use. A file that is no database, or a broken one, makes
    room for a fresh one: that people can post counts for more than what they used.
    """

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - the library's registry wants a list

    def __init__(self, uri: str | None = None, *, path: str, wrap_exceptions: bool = True) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._path = Path(path)
        self.connections = _Connections(self._path)

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        return (sqlite3.Error, OSError)

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        def acquire(connection: sqlite3.Connection) -> bool:
            now = time.time()
            _start, used = _window(connection, key, now=now, expiry=expiry)
            if used + amount > limit:
                return False
            rows = [(key, now, now + expiry)] * amount
            connection.executemany("INSERT INTO hits VALUES (?, ?, ?)", rows)
            return True

        return self._alone(acquire)

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002
        return self._alone(lambda found: _window(found, key, now=time.time(), expiry=expiry))

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        def add(connection: sqlite3.Connection) -> int:
            now = time.time()
            connection.execute("DELETE FROM counters WHERE until <= ?", (now,))
            connection.execute(
                "INSERT INTO counters VALUES (?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET count = count + excluded.count",
                (key, amount, now + expiry),
            )
            return _counter(connection, key)[0]

        return self._alone(add)

    def get(self, key: str) -> int:
        return self._alone(lambda found: _counter(found, key))[0]

    def get_expiry(self, key: str) -> float:
        return self._alone(lambda found: _counter(found, key))[1]

    def clear(self, key: str) -> None:
        def remove(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM hits WHERE key = ?", (key,))
            connection.execute("DELETE FROM counters WHERE key = ?", (key,))

        self._alone(remove)

    def reset(self) -> int | None:
        def empty(connection: sqlite3.Connection) -> int:
            found = (
                connection.execute("DELETE FROM hits"),
                connection.execute("DELETE FROM counters"),
            )
            return sum(cursor.rowcount for cursor in found)

        return self._alone(empty)

    def check(self) -> bool:
        with suppress(sqlite3.Error, OSError):
            return self._alone(lambda _found: True)
        return False

    @contextmanager
    def together(self) -> Generator[None]:
        """One transaction for all that this thread counts meanwhile: one wait, one write, all of it
        or nothing. Where the file proves to be broken, it fails, and the next finds a fresh one.
        """
        if self.connections.joined:
            yield
            return
        file = _identity(self._path)
        try:
            with self._transaction() as self.connections.joined:
                yield
        except StorageError as error:
            self._replaced(file, error.storage_error)
            raise
        except self.base_exceptions as error:
            self._replaced(file, error)
            raise StorageError(error) from error
        finally:
            self.connections.joined = None

    def _alone(self, work: Callable[[sqlite3.Connection], Found]) -> Found:
        """Do it while nobody else counts; if the file is broken, in a fresh one."""
        if self.connections.joined:
            return work(self.connections.joined)
        file = _identity(self._path)
        try:
            return self._transact(work)
        except sqlite3.DatabaseError as error:
            if not self._replaced(file, error):
                raise
            return self._transact(work)

    def _transact(self, work: Callable[[sqlite3.Connection], Found]) -> Found:
        with self._transaction() as connection:
            return work(connection)

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        connection = self.connections.current()
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            _sweep(connection)
            yield connection

    def _replaced(self, file: tuple[int, int] | None, error: Exception) -> bool:
        """Whether the file was broken, and is gone."""
        broken = isinstance(error, sqlite3.DatabaseError) and (
            getattr(error, "sqlite_errorcode", 0) & 0xFF in BROKEN
        )
        if file is None or not broken:
            return False
        self.connections.replace(file, error)
        return True


class _Connections:
    """One for each thread of each process, to the file that has the name now.

    A fork's copy of a connection is neither used nor closed: SQLite allows only that.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._inherited: list[sqlite3.Connection] = []

    def current(self) -> sqlite3.Connection:
        process, file, connection = getattr(self._local, "opened", (None, None, None))
        if connection and (process, file) == (os.getpid(), _identity(self._path)):
            return connection
        if connection and process == os.getpid():
            connection.close()
        elif connection:
            self._inherited.append(connection)
        self._local.opened = (None, None, None)
        connection = self._open()
        self._local.opened = (os.getpid(), _identity(self._path), connection)
        return connection

    @property
    def joined(self) -> sqlite3.Connection | None:
        """The one whose transaction all uses of this thread are part of now."""
        return getattr(self._local, "joined", None)

    @joined.setter
    def joined(self, connection: sqlite3.Connection | None) -> None:
        self._local.joined = connection

    def replace(self, broken: tuple[int, int], error: Exception) -> None:
        """Remove the broken file, unless another process was quicker."""
        with self._changing():
            if _identity(self._path) != broken:
                return
            log.warning("%s: %s; limits are counted anew in a fresh file", self._path, error)
            for suffix in ("-wal", "-shm", ""):
                Path(f"{self._path}{suffix}").unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        settings.make_folder(self._path.parent)
        with self._changing():
            # Only what isn't there: closing another handle of it would end SQLite's locks.
            with suppress(FileExistsError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            connection = sqlite3.connect(
                self._path, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=16
            )
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
                connection.executescript(SCHEMA)
            except sqlite3.Error:
                connection.close()
                raise
        return connection

    @contextmanager
    def _changing(self) -> Generator[None]:
        """Nobody else makes, opens or removes the file meanwhile."""
        lock = os.open(self._path.with_name(LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _sweep(connection: sqlite3.Connection) -> None:
    connection.execute(
        "DELETE FROM hits WHERE rowid IN"
        " (SELECT rowid FROM hits WHERE until <= ? ORDER BY until LIMIT ?)",
        (time.time(), SWEPT),
    )


def _window(
    connection: sqlite3.Connection, key: str, *, now: float, expiry: int
) -> tuple[float, int]:
    """When the oldest use within `expiry` was, and how many there are."""
    start, used = connection.execute(
        "SELECT min(at), count(*) FROM hits WHERE key = ? AND at > ? AND at <= ?",
        (key, now - expiry, now + CLOCK_STEP),
    ).fetchone()
    return (now if start is None else start), used


def _counter(connection: sqlite3.Connection, key: str) -> tuple[int, float]:
    """The count of a fixed window and when it ends; 0 and now when there is none."""
    query = "SELECT count, until FROM counters WHERE key = ? AND until > ?"
    now = time.time()
    row: tuple[int, float] | None = connection.execute(query, (key, now)).fetchone()
    return row or (0, now)
