"""Bringing a database to this version's schema and back, with a connection of its own.

SQLite changes a table by copying it; with foreign keys on, dropping the old copy would delete the
rows that point to it. So they are off here, and checked before each migration commits.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from comments_service.database import WRITES, prepare


def head() -> str:
    """The revision this version of the program needs."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise RuntimeError("no migrations are installed")
    return revision


def current(url: str) -> str | None:
    """The revision the database has; None for an empty one."""
    with _connection(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str) -> bool:
    """Whether this version of the program has that revision; it hasn't those of newer ones."""
    try:
        ScriptDirectory.from_config(_config()).get_revision(revision)
    except CommandError:
        return False
    return True


def upgrade(url: str, revision: str = "head") -> None:
    with _connection(url) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    with _connection(url) as connection:
        command.downgrade(_config(connection), revision)


@contextmanager
def _connection(url: str) -> Generator[Connection, None, None]:
    engine = create_engine(url, poolclass=NullPool)
    prepare(engine, foreign_keys=False)
    with engine.connect() as connection:
        yield connection.execution_options(**{WRITES: True})
    engine.dispose()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
