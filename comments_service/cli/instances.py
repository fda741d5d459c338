"""The service as a command meets it, perhaps before it was ever started: its schema comes first."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import click
from flask import Flask

from comments_service import migrations, settings
from comments_service.cli import locks, refusals
from comments_service.operations import upgrades
from comments_service.settings import Settings

LOCK_SECONDS = 3  # a service that just starts is making the schema itself


@contextmanager
def opened(create_app: Callable[[], Flask]) -> Generator[Flask]:
    """The application, in its context, on a current schema; what it refuses is one line."""
    with refusals.in_one_line():
        app = create_app()
        with app.app_context():
            _make_current(settings.current())
            yield app


def _make_current(chosen: Settings) -> None:
    """As `serve` does; the lines go to stderr, because others may read stdout."""
    if _is_current(chosen):
        return
    try:
        with locks.held(chosen.data_path, wait=LOCK_SECONDS):
            for line in upgrades.make_current(chosen):
                click.echo(line, err=True)
    except locks.Locked:
        if not _is_current(chosen):
            raise


def _is_current(chosen: Settings) -> bool:
    return migrations.current(chosen.resolved_database_url) == migrations.head()
