"""Votes, reports, undo, passwords and devices of moderators, mails of no site."""

import sqlalchemy as sa
from alembic import op

from comments_service.database import BigId, UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTERS = ("votes_up", "votes_down", "rank", "open_reports")


def upgrade() -> None:
    for counter in COUNTERS:
        op.add_column("comments", sa.Column(counter, BigId, nullable=False, server_default="0"))
    kept = sa.Column("kept", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("comments", kept)
    op.create_index(
        "ix_comments_top_roots",
        "comments",
        ["thread_id", "rank", "id"],
        sqlite_where=sa.text("parent_id IS NULL AND shown = 1"),
        postgresql_where=sa.text("parent_id IS NULL AND shown"),
    )
    op.create_index(
        "ix_comments_reported",
        "comments",
        ["open_reports", "id"],
        sqlite_where=sa.text("open_reports > 0"),
        postgresql_where=sa.text("open_reports > 0"),
    )
    op.create_index(op.f("ix_comments_body_version"), "comments", ["body_version"])
    _create_votes()
    _create_reports()
    op.create_table(
        "undos",
        sa.Column("comment_id", BigId, nullable=False),
        sa.Column("actor", sa.String(length=300), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_undos_comment_id_comments")
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_undos")),
    )
    op.create_index(op.f("ix_undos_until"), "undos", ["until"])
    op.add_column("moderators", sa.Column("password", sa.String(length=200)))
    op.add_column("moderator_sessions", sa.Column("device", sa.String(length=100)))
    op.add_column("moderator_sessions", sa.Column("seen_at", UTCDateTime()))
    op.add_column("outbox", sa.Column("payload", sa.JSON()))
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("site_id", existing_type=BigId, nullable=True)
    op.create_index(
        "ix_outbox_of_no_site",
        "outbox",
        ["created_at"],
        sqlite_where=sa.text("site_id IS NULL"),
        postgresql_where=sa.text("site_id IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_of_no_site", "outbox")
    op.execute("DELETE FROM outbox WHERE site_id IS NULL")
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("site_id", existing_type=BigId, nullable=False)
    op.drop_column("outbox", "payload")
    op.drop_column("moderator_sessions", "seen_at")
    op.drop_column("moderator_sessions", "device")
    op.drop_column("moderators", "password")
    for table in ("undos", "reports", "votes"):
        op.drop_table(table)
    op.drop_index("ix_comments_body_version", "comments")
    op.drop_index("ix_comments_reported", "comments")
    op.drop_index("ix_comments_top_roots", "comments")
    for column in ("kept", *reversed(COUNTERS)):
        op.drop_column("comments", column)


def _create_votes() -> None:
    op.create_table(
        "votes",
        sa.Column("comment_id", BigId, nullable=False),
        sa.Column("visitor", sa.LargeBinary(), nullable=False),
        sa.Column("value", BigId, nullable=False),
        sa.Column("network", sa.String(length=32), nullable=True),
        sa.Column("voted_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("value IN (-1, 1)", name=op.f("ck_votes_value")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_votes_comment_id_comments")
        ),
        sa.PrimaryKeyConstraint("comment_id", "visitor", name=op.f("pk_votes")),
    )
    op.create_index(op.f("ix_votes_visitor_comment_id"), "votes", ["visitor", "comment_id"])
    op.create_index(op.f("ix_votes_comment_id_network"), "votes", ["comment_id", "network"])
    _index_networks("votes", "voted_at")


def _create_reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", BigId, nullable=False),
        sa.Column("comment_id", BigId, nullable=False),
        sa.Column("reporter", sa.LargeBinary(), nullable=False),
        sa.Column("visitor", sa.LargeBinary(), nullable=True),
        sa.Column("network", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_reports_comment_id_comments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("comment_id", "reporter", name=op.f("uq_reports_comment_id_reporter")),
    )
    _index_networks("reports", "made_at")


def _index_networks(table: str, moment: str) -> None:
    """What still has a network, by age: housekeeping looks for the oldest."""
    op.create_index(
        f"ix_{table}_networks",
        table,
        [moment],
        sqlite_where=sa.text("network IS NOT NULL"),
        postgresql_where=sa.text("network IS NOT NULL"),
    )
