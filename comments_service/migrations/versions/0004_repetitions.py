"""What finds a text that its author just posted; and indexes without what nobody looks for in them,
which every post had to write.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FILLED = [  # name, table, columns: the first is often NULL
    ("ix_comments_parent_id", "comments", ["parent_id"]),
    ("ix_comments_recipient", "comments", ["recipient_id", "thread_id"]),
    ("ix_outbox_confirmation_id", "outbox", ["confirmation_id"]),
]


def upgrade() -> None:
    """Older comments get no digest: only those of the last minute are ever looked for."""
    op.add_column("comments", sa.Column("posted_digest", sa.LargeBinary(8)))
    op.drop_index("ix_comments_recent", "comments")
    _index_where_filled("ix_comments_posted", "comments", ["thread_id", "posted_digest"], at=-1)
    for name, table, columns in FILLED:
        op.drop_index(name, table)
        _index_where_filled(name, table, columns)


def downgrade() -> None:
    for name, table, columns in FILLED:
        op.drop_index(name, table)
        op.create_index(name, table, columns)
    op.drop_index("ix_comments_posted", "comments")
    op.create_index("ix_comments_recent", "comments", ["thread_id", "created_at"])
    op.drop_column("comments", "posted_digest")


def _index_where_filled(name: str, table: str, columns: list[str], *, at: int = 0) -> None:
    filled = sa.text(f"{columns[at]} IS NOT NULL")
    op.create_index(name, table, columns, sqlite_where=filled, postgresql_where=filled)
