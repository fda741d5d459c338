"""`comments db`: the schema of the database, and whole copies of it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from comments_service import migrations, settings
from comments_service.cli import locks
from comments_service.cli.instances import opened
from comments_service.cli.refusals import in_one_line
from comments_service.operations import backups, upgrades, verification
from comments_service.settings import Settings

ON_POSTGRESQL = "PostgreSQL has its own tools: use {tool}"
DAMAGED = "the database is damaged, put a copy back with `comments db restore FILE`: {why}"


@click.group()
def db() -> None:
    """The schema of the database, and copies of it."""


@db.command()
def upgrade() -> None:
    """Bring the database to this version's schema."""
    chosen = settings.load()
    with in_one_line(), _alone(chosen):
        for line in upgrades.upgrade(chosen):
            click.echo(line)


@db.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Bring the database back to REVISION; what only newer ones can hold is lost."""
    chosen = settings.load()
    with in_one_line(), _alone(chosen):
        url = chosen.resolved_database_url
        upgrades.refuse_newer(migrations.current(url))
        migrations.downgrade(url, revision)
        click.echo(migrations.current(url) or "base")


@db.command()
def current() -> None:
    """Print the revision of the database, and whether it is this version's."""
    with in_one_line():
        revision = migrations.current(settings.load().resolved_database_url)
        click.echo(f"{revision or 'base'}{' (head)' if revision == migrations.head() else ''}")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy a SQLite database to a new FILE; the service may be running."""
    chosen = settings.load()
    with in_one_line():
        backups.save(_sqlite(chosen, tool="pg_dump"), file)


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Put the copy in FILE in place of the SQLite database; the service must be stopped."""
    chosen = settings.load()
    with in_one_line():
        database = _sqlite(chosen, tool="pg_restore")
        with _alone(chosen):
            aside = upgrades.backup_path(chosen, "replaced")
            backups.restore(file, database, aside=aside)
            if aside.exists():
                click.echo(f"the database that was there is now {aside}")


@db.command()
@click.pass_obj
def verify(create_app: Callable[[], Flask]) -> None:
    """Check the database, count again all it keeps counted, and mend what differs.

    The service may be running. Exit code 1: the database itself is damaged, nothing was mended.
    """
    with opened(create_app):
        if damage := verification.damage():
            more = f" (and {len(damage) - 1} more)" if len(damage) > 1 else ""
            raise click.ClickException(DAMAGED.format(why=f"{damage[0]}{more}"))
        wrong = verification.mend()
        for counter, times in sorted(wrong.items()):
            click.echo(f"{counter}: {times} wrong, mended")
        if not wrong:
            click.echo("nothing to mend")


@contextmanager
def _alone(chosen: Settings) -> Generator[None]:
    """On SQLite nobody may serve meanwhile; PostgreSQL's clients needn't be on this machine."""
    if not upgrades.is_sqlite(chosen.resolved_database_url):
        yield
        return
    with locks.held(chosen.data_path):
        yield


def _sqlite(chosen: Settings, *, tool: str) -> Path:
    if not upgrades.is_sqlite(chosen.resolved_database_url):
        raise click.ClickException(ON_POSTGRESQL.format(tool=tool))
    return upgrades.sqlite_path(chosen.resolved_database_url)
