"""The database: `db`, the declarative `Base`, the UTC type, and the two ways to talk to it.

`unit_of_work()` is one write transaction, `snapshot()` one read transaction; nothing else opens
one.
"""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Connection, DateTime, Dialect, Engine, Integer, MetaData, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from comments_service.settings import Settings

BUSY_TIMEOUT_MS = 5_000
WRITES = "comments_writes"  # execution option: the transaction takes SQLite's write lock at once

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

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

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


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


def init_app(app: Flask, settings: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.resolved_database_url
    if settings.resolved_database_url.startswith("sqlite"):
        settings.data_path.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def prepare(engine: Engine, *, foreign_keys: bool = True) -> None:
    """Teach a SQLite engine our pragmas and real transactions; leave others alone.

    Python's driver begins transactions late and DEFERRED, which loses updates under contention:
    we begin ourselves, IMMEDIATE for writes.
    """
    if engine.dialect.name != "sqlite":
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

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def unit_of_work() -> Generator[Session, None, None]:
    """One write transaction, committed at the end and rolled back on any exception.

    On SQLite it takes the write lock at once: do everything slow before it.
    """
    with Session(db.engine, expire_on_commit=False) as session:
        session.connection(execution_options={WRITES: True})
        yield session
        session.commit()


@contextmanager
def snapshot() -> Generator[Session, None, None]:
    """One read transaction, in which all statements see the database as the first one did.

    What it returns may be used after it ends, if already loaded.
    """
    with Session(db.engine, expire_on_commit=False) as session:
        if db.engine.dialect.name == "postgresql":  # SQLite does so by itself
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


def insert_if_new(session: Session, model: type[Base], **values: object) -> None:
    """Insert a row unless a unique one like it is there; no error, no lock left behind."""
    insert = _INSERTS[session.get_bind().dialect.name]
    session.execute(insert(model).values(**values).on_conflict_do_nothing())
