"""Fresh databases: migrated once a run into a template, then copied for each test."""

import fcntl
import shutil
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

from comments_service import migrations
from tests.services import Services, postgresql

KINDS = ("sqlite", "postgresql")
TEMPLATE = "comments_template"


@contextmanager
def fresh(kind: str, *, services: Services, folder: Path, migrated: bool) -> Generator[str]:
    """The URL of a database nobody else has; on PostgreSQL it is dropped at the end."""
    if kind == "sqlite":
        path = folder / "comments.sqlite3"
        if migrated:
            shutil.copyfile(_sqlite_template(services), path)
        yield f"sqlite:///{path}"
        return
    address = services.address("postgresql")
    name = f"comments_{uuid4().hex}"
    source = _postgresql_template(services) if migrated else "template0"
    postgresql.execute(address, f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
    try:
        yield postgresql.url(address, name)
    finally:
        postgresql.execute(address, f"DROP DATABASE {name} WITH (FORCE)")


def _sqlite_template(services: Services) -> Path:
    path = Path(services.address("folder")) / f"{TEMPLATE}.sqlite3"
    with _first_of_the_run(services, "sqlite") as first:
        if first:
            migrations.upgrade(f"sqlite:///{path}")
            with closing(sqlite3.connect(path)) as connection:  # all of it into the one file
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _postgresql_template(services: Services) -> str:
    address = services.address("postgresql")
    with _first_of_the_run(services, "postgresql") as first:
        if first:
            postgresql.execute(address, f"DROP DATABASE IF EXISTS {TEMPLATE}")
            postgresql.execute(address, f"CREATE DATABASE {TEMPLATE}")
            migrations.upgrade(postgresql.url(address, TEMPLATE))
    return TEMPLATE


@contextmanager
def _first_of_the_run(services: Services, task: str) -> Generator[bool]:
    """One worker at a time; true until one of them came out of it without an error."""
    folder = Path(services.address("folder"))
    done = folder / f"{task}.done"
    with (folder / f"{task}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not done.exists()
        done.touch()
