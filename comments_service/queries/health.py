"""Whether the database answers and has our tables."""

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from comments_service.database import cause, snapshot
from comments_service.domain.errors import Unavailable


def check() -> None:
    """Unavailable when it doesn't, or hasn't."""
    try:
        with snapshot() as session:
            session.execute(text("SELECT count(*) FROM alembic_version"))
    except ProgrammingError as error:  # PostgreSQL has no such table; SQLite is away then
        raise Unavailable(cause(error)) from error
