"""The index of words, and those of authors, by which moderators search."""

import sqlalchemy as sa
from alembic import op

from comments_service.models import words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BITE = 1_000
TABLE = {
    "sqlite": "CREATE VIRTUAL TABLE comment_words"
    " USING fts5(words, tokenize='ascii', columnsize=0)",  # it splits at our spaces alone
    "postgresql": "CREATE TABLE comment_words ("
    "comment_id bigint CONSTRAINT pk_comment_words PRIMARY KEY"
    " CONSTRAINT fk_comment_words_comment_id_comments REFERENCES comments (id) ON DELETE CASCADE,"
    " words tsvector NOT NULL)",
}
INSERT = {
    "sqlite": "INSERT INTO comment_words (rowid, words) VALUES (:id, :words)",
    "postgresql": "INSERT INTO comment_words VALUES (:id, CAST(:words AS tsvector))",
}


def upgrade() -> None:
    op.create_index(
        "ix_comments_emails",
        "comments",
        [sa.text("lower(author_email)")],
        sqlite_where=sa.text("author_email IS NOT NULL"),
        postgresql_where=sa.text("author_email IS NOT NULL"),
    )
    op.create_index(
        "ix_comments_names",
        "comments",
        [sa.literal_column("lower(author_name)", sa.Text).label("lower_name")],
        postgresql_ops={"lower_name": "text_pattern_ops"},
    )
    dialect = op.get_bind().dialect.name
    op.execute(TABLE[dialect])
    _fill(INSERT[dialect], dialect)
    if dialect == "postgresql":  # faster made once than row by row
        op.execute("CREATE INDEX ix_comment_words_words ON comment_words USING gin (words)")


def downgrade() -> None:
    op.execute("DROP TABLE comment_words")
    op.drop_index("ix_comments_names", "comments")
    op.drop_index("ix_comments_emails", "comments")


def _fill(insert: str, dialect: str) -> None:
    """With the texts that are there, a bite at a time: the memory is bounded, not the time."""
    connection, last = op.get_bind(), 0
    bite = sa.text("SELECT id, body_source FROM comments WHERE id > :last ORDER BY id LIMIT :most")
    while rows := connection.execute(bite, {"last": last, "most": BITE}).all():
        last = rows[-1].id
        written = [{"id": row.id, "words": words.written(row.body_source, dialect)} for row in rows]
        connection.execute(sa.text(insert), written)
