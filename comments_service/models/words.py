"""The index of words: the full-text table of SQLite, or a `tsvector` beside each comment.

It is no table of the metadata, which can't describe both; the migration alone makes it.
"""

from sqlalchemy import BigInteger, TableClause, column, table

from comments_service.domain import words

NAME = "comment_words"
LAST_PLACE = 16_383  # of a word in a text, to PostgreSQL
SQLITE = table(NAME, column("rowid", BigInteger), column("words"))
POSTGRESQL = table(NAME, column("comment_id", BigInteger), column("words"))


def of(dialect: str) -> TableClause:
    return SQLITE if dialect == "sqlite" else POSTGRESQL


def written(source: str, dialect: str) -> str:
    """The words of a text as the database takes them, which splits nothing by itself."""
    found = words.of_text(source)
    if dialect == "sqlite":
        return " ".join(found)
    return " ".join(f"'{word}':{min(at, LAST_PLACE)}" for at, word in enumerate(found, 1))
