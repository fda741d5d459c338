"""Bringing the database to this version's schema, when the service starts or when told to.

An older SQLite database is backed up first. A newer one is refused, and so is starting on a
PostgreSQL one that isn't current: other machines may be using it.
"""

from collections.abc import Generator
from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.pool import NullPool

from comments_service import clock, migrations
from comments_service.operations import backups
from comments_service.settings import Settings

UPGRADE = "comments db upgrade"


class SchemaRefused(Exception):
    """This version can't serve that database; the text is one line that says what to do."""


def make_current(settings: Settings) -> Generator[str]:
    """Do what a start needs; a line for each step that was done."""
    url = settings.resolved_database_url
    revision = migrations.current(url)
    if revision != migrations.head() and not is_sqlite(url):
        refuse_newer(revision)
        has = f"is older ({revision})" if revision else "is empty"
        raise SchemaRefused(f"the database {has}: run `{UPGRADE}` first")
    yield from upgrade(settings)


def upgrade(settings: Settings) -> Generator[str]:
    """Bring it to this version's schema; a line for each step that was done."""
    url, head = settings.resolved_database_url, migrations.head()
    revision = migrations.current(url)
    if revision == head:
        return
    refuse_newer(revision)
    empty = _is_empty(url)
    before = revision or "base"
    if is_sqlite(url) and not empty:
        kept = backup_path(settings, before)
        backups.save(sqlite_path(url), kept)
        yield f"kept the database as it was in {kept}"
    migrations.upgrade(url)
    yield (
        f"made the database ({head})" if empty else f"brought the database from {before} to {head}"
    )


def refuse_newer(revision: str | None) -> None:
    if revision is not None and not migrations.is_known(revision):
        raise SchemaRefused(
            f"the database ({revision}) is newer than this program: install a newer one"
        )


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def sqlite_path(url: str) -> Path:
    return Path(make_url(url).database or "")


def backup_path(settings: Settings, label: str) -> Path:
    moment = clock.now().strftime("%Y%m%dT%H%M%S%fZ")
    return settings.data_path / "backups" / f"comments-{label}-{moment}.sqlite3"


def _is_empty(url: str) -> bool:
    engine = create_engine(url, poolclass=NullPool)
    try:
        return not inspect(engine).get_table_names()
    finally:
        engine.dispose()
