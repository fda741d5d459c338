"""The database: `db`, the declarative `Base`, the UTC type, and the three ways to talk to it.

`unit_of_work()` is one write transaction, `snapshot()` one read transaction, `rows()` a statement
that needs none; nothing else opens one.
"""

import importlib
import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from threading import Lock
from types import ModuleType
from typing import Any, cast

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Executable,
    Insert,
    Integer,
    MetaData,
    Row,
    Table,
    event,
    insert,
    make_url,
)
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session, make_transient_to_detached, registry
from sqlalchemy.types import TypeDecorator

from comments_service import marks, settings
from comments_service.domain.errors import Unavailable
from comments_service.marks import Mark
from comments_service.settings import Settings

BUSY_TIMEOUT_MS = 5_000
STATEMENT_TIMEOUT_MS = 30_000
CONNECT_TIMEOUT_SECONDS = 5
READ_ONLY = "25006"  # what PostgreSQL calls a write to a standby, as after a failover
TURN = "comments_turn_to_write"
WRITES = "comments_writes"  # execution option: the transaction takes SQLite's write lock at once

BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite's rowid is an INTEGER primary key


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC moments on both databases; a naive one is a programming error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """In one step: a page has a hundred moments, and by way of `process_result_value` each
        takes twice as long.
        """
        read: Any = self.impl_instance.result_processor(dialect, coltype)

        def process(value: Any) -> datetime | None:
            if value is None:
                return None
            moment: datetime = read(value) if read else value
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

        return process


class Base(DeclarativeBase):
    """Every table; constraints have fixed names, so that migrations can name them anywhere."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    registry = registry(metadata=metadata, type_annotation_map={datetime: UTCDateTime, int: BigId})


db = SQLAlchemy(model_class=Base)


def init_app(app: Flask, chosen: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = chosen.resolved_database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(chosen.resolved_database_url)
    if _is_sqlite(chosen.resolved_database_url):
        settings.make_folder(chosen.data_path)
    db.init_app(app)
    app.extensions[TURN] = Lock()
    with app.app_context():
        _prepare_connections(db.engine)


def _is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def engine_options(url: str) -> dict[str, Any]:
    """No error shows what people wrote, and nobody waits long for PostgreSQL."""
    if _is_sqlite(url):
        return {"hide_parameters": True}
    waits = f"-c lock_timeout={BUSY_TIMEOUT_MS} -c statement_timeout={STATEMENT_TIMEOUT_MS}"
    asked = make_url(url).normalized_query  # what the operator says goes before ours
    options = " ".join((waits, *asked.get("options", ())))
    [seconds] = asked.get("connect_timeout", (CONNECT_TIMEOUT_SECONDS,))[-1:]
    return {
        "hide_parameters": True,
        "pool_pre_ping": True,
        "connect_args": {"connect_timeout": seconds, "options": options},
    }


def prepare(engine: Engine, *, foreign_keys: bool = True) -> None:
    """Teach an engine that isn't ours our ways, and real transactions to whoever begins one on it.

    Python's driver begins transactions late and DEFERRED, which loses updates under contention:
    we begin ourselves, IMMEDIATE for writes. Ours begins by no event, which would take a tenth of
    the time of every statement.
    """
    _prepare_connections(engine, foreign_keys=foreign_keys)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
            writes = connection.get_execution_options().get(WRITES, False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_connections(engine: Engine, *, foreign_keys: bool = True) -> None:
    """Teach a SQLite engine our pragmas, and others to keep quiet."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "handle_error", _keep_first_line)
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")


def _keep_first_line(context: ExceptionContext) -> None:
    """PostgreSQL goes on with DETAIL lines, which have the row in them."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (_first_line(error.args[0]), *error.args[1:])


def _first_line(text: object) -> str:
    return str(text).partition("\n")[0]


def cause(error: SQLAlchemyError) -> str:
    """What the driver says, in one line; the error itself would show the statement, too."""
    said = getattr(error, "orig", None) or error
    return _first_line(said) or type(said).__name__


@contextmanager
def _unavailable_when_away() -> Generator[None]:
    """A lock or a connection that didn't come free, a full disk, a database that is away."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise Unavailable(cause(error)) from error
    except InternalError as error:
        if getattr(error.orig, "sqlstate", None) != READ_ONLY:
            raise
        raise Unavailable(cause(error)) from error


@contextmanager
def unit_of_work() -> Generator[Session, None, None]:
    """One write transaction, committed at the end and rolled back on any exception.

    On SQLite it takes the write lock at once: do everything slow before it. Raises Unavailable,
    as a snapshot does, when the database is busy or away.
    """
    with (
        _unavailable_when_away(),
        _turn_to_write(),
        Session(db.engine, expire_on_commit=False) as session,
    ):
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        mark = mark_of(db.engine)
        yield session
        session.commit()
        if mark:
            mark.change()


@contextmanager
def _turn_to_write() -> Generator[None]:
    """SQLite has one writer, and whom it refuses sleeps and tries again, for a second or more when
    many post. The threads of a process queue here instead, and each begins when another ends.
    """
    if db.engine.dialect.name != "sqlite":
        yield
        return
    turn: Lock = current_app.extensions[TURN]
    if not turn.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
        raise Unavailable("another thread writes")
    try:
        yield
    finally:
        turn.release()


def mark_of(engine: Engine) -> Mark | None:
    """What changes with every write; None for PostgreSQL. Raises Unavailable when it can't."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    try:
        return marks.of(engine.url.database)
    except OSError as error:
        raise Unavailable(f"{engine.url.database}{marks.SUFFIX}: {error.strerror}") from error


@contextmanager
def snapshot() -> Generator[Session, None, None]:
    """One read transaction, in which all statements see the database as the first one did.

    What it returns may be used after it ends, if already loaded.
    """
    with _unavailable_when_away(), Session(db.engine, expire_on_commit=False) as session:
        if db.engine.dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        else:  # can't fail, as it waits for nobody; by the driver it takes a tenth of the time
            raw: Any = session.connection().connection.dbapi_connection
            raw.execute("BEGIN")
        yield session


def rows(statement: Executable, given: Mapping[str, object]) -> Sequence[Row[Any]]:
    """What one statement finds, which needs no snapshot around it: for half of what that costs."""
    with _unavailable_when_away(), db.engine.connect() as connection:
        return connection.execute(statement, given).all()


def insert_if_new(session: Session, model: type[Base], **values: object) -> None:
    """Insert a row unless a unique one like it is there; no error, no lock left behind."""
    insert_many_if_new(session, model, [values])


def insert_many_if_new(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, object]]
) -> None:
    """The same for rows of the same columns, in one call of the driver; the new ones go in."""
    if rows:
        session.execute(_insert_if_new(session.get_bind().dialect.name, model), list(rows))


def insert_whole(session: Session, row: Base) -> None:
    """Write a new row and know it, in a third of the time of a flush.

    What isn't set gets its default, and is read when it is asked for.
    """
    values = {name: value for name, value in vars(row).items() if not name.startswith("_sa_")}
    session.execute(_insert(type(row)), values)
    make_transient_to_detached(row)
    session.add(row)


def table(model: type[Base]) -> Table:
    """For statements that make no objects."""
    return cast("Table", model.__table__)


@cache
def _insert(model: type[Base]) -> Insert:
    """Built once, as the next: that takes longer than the insert itself."""
    return insert(table(model))


@cache
def _insert_if_new(dialect: str, model: type[Base]) -> Insert:
    return _dialect(dialect).insert(model.__table__).on_conflict_do_nothing()


def _dialect(name: str) -> ModuleType:
    """The one in use: both would cost every start a twentieth of a second."""
    return importlib.import_module(f"sqlalchemy.dialects.{name}")
