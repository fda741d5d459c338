"""Bringing a database to this version's schema and back, with a connection of its own.

SQLite changes a table by copying it; with foreign keys on, dropping the old copy would delete the
rows that point to it. So they are off here, and checked before each migration commits.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from comments_service.database import WRITES, prepare

TABLE = "alembic_version"


class Refused(Exception):
    """Alembic can't go there; its text is one line that says why."""


def head() -> str:
    """The revision this version of the program needs."""
    return _revisions()[-1]


def current(url: str) -> str | None:
    """The revision the database has; None for an empty one."""
    with _connection(url) as connection:
        if not inspect(connection).has_table(TABLE):
            return None
        return connection.scalar(text(f"SELECT version_num FROM {TABLE}"))  # noqa: S608


def is_known(revision: str) -> bool:
    """Whether this version of the program has that revision; it hasn't those of newer ones."""
    return revision in _revisions()


def upgrade(url: str, revision: str = "head") -> None:
    _go("upgrade", url, revision)


def downgrade(url: str, revision: str) -> None:
    _go("downgrade", url, revision)


def _revisions() -> list[str]:
    """In order, by the number that each file's name begins with."""
    files = (_folder() / "versions").glob("[0-9]*_*.py")
    return sorted(file.name.partition("_")[0] for file in files)


def _go(way: Literal["upgrade", "downgrade"], url: str, revision: str) -> None:
    # Alembic would be a sixth of every start, and most starts have nowhere to go.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_folder()))
    go = {"upgrade": command.upgrade, "downgrade": command.downgrade}[way]
    with _connection(url) as connection:
        config.attributes["connection"] = connection
        try:
            go(config, revision)
        except CommandError as error:
            raise Refused(str(error)) from error


def _folder() -> Path:
    return Path(__file__).parent


@contextmanager
def _connection(url: str) -> Generator[Connection, None, None]:
    engine = create_engine(url, poolclass=NullPool)
    prepare(engine, foreign_keys=False)
    with engine.connect() as connection:
        yield connection.execution_options(**{WRITES: True})
    engine.dispose()
