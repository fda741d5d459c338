"""What a command can't do, as the one line on stderr that the operator needs; exit code 1."""

from collections.abc import Generator
from contextlib import contextmanager

import click
from sqlalchemy.exc import DBAPIError

from comments_service import database, migrations
from comments_service.cli import locks, ports
from comments_service.domain.errors import CommentsError, Unavailable
from comments_service.operations import backups, upgrades

SPEAKING = (  # their text is that line
    CommentsError,
    backups.Unusable,
    locks.Locked,
    migrations.Refused,
    ports.Unavailable,
    upgrades.SchemaRefused,
)


@contextmanager
def in_one_line() -> Generator[None]:
    try:
        yield
    except Unavailable as error:
        raise click.ClickException(f"the database: {error.cause}") from error
    except SPEAKING as error:
        raise click.ClickException(str(error)) from error
    except DBAPIError as error:
        raise click.ClickException(f"the database: {database.cause(error)}") from error
