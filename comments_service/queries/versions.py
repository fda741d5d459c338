"""What public answers depend on, read before an answer is asked for, on connections of their own:
whether anything was written at all, and which version of a thread stands.
"""

import sqlite3
import weakref
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import NullPool, create_engine, make_url
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from comments_service import clock, database
from comments_service.domain.errors import Unavailable
from comments_service.domain.urls import Page
from comments_service.queries.threads import COUNTS, THREAD

Stamp = tuple[object, ...]
MOST_KNOWN = 10_000
LOOK_SECONDS = 0.01  # what writes without leaving a mark, as another program, is seen as late


class Watch:
    """One connection that only reads. Raises Unavailable, and is of no use any more, when the
    database is away.
    """

    def __init__(self, engine: Engine) -> None:
        with _unavailable():
            self._connection = engine.connect()
            weakref.finalize(self, self._connection.close)
            self._sqlite: sqlite3.Connection | None = None
        self._mark = database.mark_of(engine)
        if self._mark:
            self._sqlite = cast("Any", self._connection.connection.dbapi_connection)
        self._seen: tuple[int, object] = (0, None)
        self._look_at = 0.0
        self._known: set[int] = set()

    def knows(self, number: int) -> bool:
        """Whether nothing at all was written since `learn` was told of this number.

        SQLite's writers leave a mark; PostgreSQL's don't, so there it is never known.
        """
        if self._sqlite is None or self._mark is None:
            return False
        mark = self._mark.value
        if mark != self._seen[0] or clock.monotonic() >= self._look_at:
            self._look(mark, self._sqlite)
        return number in self._known

    def _look(self, mark: int, connection: sqlite3.Connection) -> None:
        try:
            seen = (mark, connection.execute("PRAGMA data_version").fetchone())
        except sqlite3.Error as error:
            raise Unavailable(str(error)) from error
        if seen != self._seen or len(self._known) > MOST_KNOWN:
            self._seen = seen
            self._known.clear()
        self._look_at = clock.monotonic() + LOOK_SECONDS

    def learn(self, number: int) -> None:
        """What was looked up since `knows` was last asked is as it was."""
        self._known.add(number)

    def thread(self, page: Page) -> Stamp | None:
        """What an answer about this page's thread follows from; None when no site has the page."""
        with _unavailable():
            given = {"key": page.key, "authority": page.authority}
            row = self._connection.execute(THREAD, given).first()
        return None if row is None else tuple(row)

    def counts(self, pages: Sequence[Page]) -> Stamp:
        """What the counts of these pages follow from."""
        given = {
            "authorities": sorted({page.authority for page in pages}),
            "keys": sorted({page.key for page in pages}),
        }
        if not pages:
            return ()
        with _unavailable():
            return tuple(sorted(map(tuple, self._connection.execute(COUNTS, given))))


class Watches:
    """As many as are in use at one time. Whoever takes one gives it back, unless it failed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine: Engine | None = None
        self._idle: list[Watch] = []

    def take(self) -> Watch:
        try:
            return self._idle.pop()
        except IndexError:
            return Watch(self._engine or self._connect())

    def give_back(self, watch: Watch) -> None:
        self._idle.append(watch)

    def _connect(self) -> Engine:
        """Only now: a server may fork between making the application and serving."""
        options = database.engine_options(self._url) | {"poolclass": NullPool}
        if make_url(self._url).get_backend_name() == "sqlite":
            options["connect_args"] = {"check_same_thread": False}  # one caller at a time
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT", **options)
        self._engine = engine
        return engine


@contextmanager
def _unavailable() -> Generator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise Unavailable(database.cause(error)) from error
