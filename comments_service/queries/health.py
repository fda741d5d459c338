"""Whether the database answers."""

from sqlalchemy import text

from comments_service.database import snapshot


def check() -> None:
    with snapshot() as session:
        session.execute(text("SELECT count(*) FROM alembic_version"))
