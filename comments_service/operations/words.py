"""The words of each comment's text, kept for moderators' search in its writer's transaction.

A text that waits as an edit isn't among them. SQLite's index keeps a forgotten word in its old
segment until that is merged with the one that says it is gone: `purge` does so, a step at a time.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from comments_service.database import unit_of_work
from comments_service.models import Comment
from comments_service.models import words as stored

_REPLACE = {
    "sqlite": text("INSERT OR REPLACE INTO comment_words (rowid, words) VALUES (:id, :words)"),
    "postgresql": text(
        "INSERT INTO comment_words (comment_id, words) VALUES (:id, CAST(:words AS tsvector))"
        " ON CONFLICT (comment_id) DO UPDATE SET words = excluded.words"
    ),
}
_FORGET = {
    "sqlite": text("DELETE FROM comment_words WHERE rowid = :id"),
    "postgresql": text("DELETE FROM comment_words WHERE comment_id = :id"),
}
_MERGE = text("INSERT INTO comment_words (comment_words, rank) VALUES ('merge', :pages)")
_CHANGES = text("SELECT total_changes()")
PAGES = 100  # of 4 KB, written in one step: the lock is held for some milliseconds
SINCE = 0  # the row, no comment's, that says that words were forgotten since the last purge began


def index(session: Session, comment: Comment) -> None:
    """Its text is new or another one than before; the comment itself has been written."""
    dialect = session.get_bind().dialect.name
    kept = stored.written(comment.body_source, dialect)
    session.execute(_REPLACE[dialect], {"id": comment.id, "words": kept})


def forget(session: Session, comment: Comment) -> None:
    """Its text is gone."""
    dialect = session.get_bind().dialect.name
    session.execute(_FORGET[dialect], {"id": comment.id})
    if dialect == "sqlite":
        session.execute(_REPLACE[dialect], {"id": SINCE, "words": ""})


def purge() -> bool:
    """One step towards an index of SQLite without the forgotten words; whether to come again.

    What was begun is brought to its end before anything is begun anew.
    """
    with unit_of_work() as session:
        if session.get_bind().dialect.name != "sqlite":
            return False
        return _merge(session, PAGES) or (_were_forgotten(session) and _merge(session, -PAGES))


def _were_forgotten(session: Session) -> bool:
    """Whether any were since this was asked last."""
    return session.connection().execute(_FORGET["sqlite"], {"id": SINCE}).rowcount > 0


def _merge(session: Session, pages: int) -> bool:
    """Go on with merging; less than zero begins to merge all segments into one. Whether any work
    was done is told, says FTS5, by two rows or more that changed.
    """
    before = session.scalars(_CHANGES).one()
    session.execute(_MERGE, {"pages": pages})
    return session.scalars(_CHANGES).one() - before > 1
