"""The words of each comment's text, kept for moderators' search in its writer's transaction.

A text that waits as an edit isn't among them.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

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


def index(session: Session, comment: Comment) -> None:
    """Its text is new or another one than before; the comment itself has been written."""
    dialect = session.get_bind().dialect.name
    kept = stored.written(comment.body_source, dialect)
    session.execute(_REPLACE[dialect], {"id": comment.id, "words": kept})


def forget(session: Session, comment: Comment) -> None:
    """Its text is gone."""
    session.execute(_FORGET[session.get_bind().dialect.name], {"id": comment.id})
