"""The index of words: the full-text table of SQLite, or a `tsvector` beside each comment.

It is no table of the metadata, which can't describe both; the migration alone makes it.
"""

from sqlalchemy import BigInteger, TableClause, column, table

NAME = "comment_words"
SQLITE = table(NAME, column("rowid", BigInteger), column("words"))
POSTGRESQL = table(NAME, column("comment_id", BigInteger), column("words"))


def of(dialect: str) -> TableClause:
    return SQLITE if dialect == "sqlite" else POSTGRESQL
