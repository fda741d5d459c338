"""Finds the threads of a site with most comments, for front pages."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    commented = sa.text("approved_count > 0")
    op.create_index(
        "ix_threads_discussed",
        "threads",
        ["site_id", "approved_count", "id"],
        sqlite_where=commented,
        postgresql_where=commented,
    )


def downgrade() -> None:
    op.drop_index("ix_threads_discussed", "threads")
