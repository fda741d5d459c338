"""The first schema."""

import sqlalchemy as sa
from alembic import op

from comments_service.database import BigId, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", BigId, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("all_sites", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
    )
    op.create_table(
        "moderators",
        sa.Column("id", BigId, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("role IN ('admin', 'moderator')", name=op.f("ck_moderators_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderators")),
        sa.UniqueConstraint("email_key", name=op.f("uq_moderators_email_key")),
    )
    op.create_table(
        "sites",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("moderation", sa.String(length=20), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("name", name=op.f("uq_sites_name")),
    )
    op.create_table(
        "api_key_sites",
        sa.Column("api_key_id", BigId, nullable=False),
        sa.Column("site_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["api_key_id"], ["api_keys.id"], name=op.f("fk_api_key_sites_api_key_id_api_keys")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_api_key_sites_site_id_sites")
        ),
        sa.PrimaryKeyConstraint("api_key_id", "site_id", name=op.f("pk_api_key_sites")),
    )
    op.create_table(
        "moderator_sessions",
        sa.Column("id", BigId, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("moderator_id", BigId, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["moderator_id"],
            ["moderators.id"],
            name=op.f("fk_moderator_sessions_moderator_id_moderators"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderator_sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq_moderator_sessions_digest")),
    )
    op.create_index(
        op.f("ix_moderator_sessions_moderator_id"), "moderator_sessions", ["moderator_id"]
    )
    op.create_table(
        "moderator_sites",
        sa.Column("moderator_id", BigId, nullable=False),
        sa.Column("site_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator_id"],
            ["moderators.id"],
            name=op.f("fk_moderator_sites_moderator_id_moderators"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_moderator_sites_site_id_sites")
        ),
        sa.PrimaryKeyConstraint("moderator_id", "site_id", name=op.f("pk_moderator_sites")),
    )
    op.create_table(
        "recipients",
        sa.Column("id", BigId, nullable=False),
        sa.Column("site_id", BigId, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("refusals", BigId, nullable=False),
        sa.Column("suppressed_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_recipients_site_id_sites")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipients")),
        sa.UniqueConstraint("site_id", "email_key", name=op.f("uq_recipients_site_id_email_key")),
    )
    op.create_index(op.f("ix_recipients_email_key"), "recipients", ["email_key"])
    op.create_table(
        "sign_in_links",
        sa.Column("id", BigId, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("moderator_id", BigId, nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["moderator_id"],
            ["moderators.id"],
            name=op.f("fk_sign_in_links_moderator_id_moderators"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_in_links_digest")),
    )
    op.create_table(
        "site_origins",
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("authority", sa.String(length=300), nullable=False),
        sa.Column("site_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_site_origins_site_id_sites")
        ),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_site_origins")),
    )
    op.create_index(op.f("ix_site_origins_authority"), "site_origins", ["authority"])
    op.create_index(op.f("ix_site_origins_site_id"), "site_origins", ["site_id"])
    op.create_table(
        "threads",
        sa.Column("id", BigId, nullable=False),
        sa.Column("site_id", BigId, nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("url_key", sa.String(length=2000), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("last_seq", BigId, nullable=False),
        sa.Column("approved_count", BigId, nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_threads_state")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_threads_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
        sa.UniqueConstraint("site_id", "url_key", name=op.f("uq_threads_site_id_url_key")),
    )
    op.create_table(
        "comments",
        sa.Column("id", BigId, nullable=False),
        sa.Column("site_id", BigId, nullable=False),
        sa.Column("thread_id", BigId, nullable=False),
        sa.Column("parent_id", BigId, nullable=True),
        sa.Column("root_id", BigId, nullable=False),
        sa.Column("depth", BigId, nullable=False),
        sa.Column("seq", BigId, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("deleted_from", sa.String(length=10), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("approved_replies", BigId, nullable=False),
        sa.Column("author_name", sa.String(length=80), nullable=False),
        sa.Column("author_email", sa.String(length=254), nullable=True),
        sa.Column("author_website", sa.String(length=500), nullable=True),
        sa.Column("author_badge", sa.String(length=10), nullable=True),
        sa.Column("visitor", sa.LargeBinary(), nullable=True),
        sa.Column("network", sa.String(length=32), nullable=True),
        sa.Column("recipient_id", BigId, nullable=True),
        sa.Column("recipient_proven", sa.Boolean(), nullable=False),
        sa.Column("proposed_title", sa.String(length=200), nullable=True),
        sa.Column("lang", sa.String(length=35), nullable=True),
        sa.Column("body_source", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_version", BigId, nullable=False),
        sa.Column("held_edit_source", sa.Text(), nullable=True),
        sa.Column("held_edit_html", sa.Text(), nullable=True),
        sa.Column("held_edit_version", BigId, nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("trace", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("edited_at", UTCDateTime(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'approved', 'rejected', 'spam', 'deleted')",
            name=op.f("ck_comments_state"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comments.id"], name=op.f("fk_comments_parent_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["recipients.id"], name=op.f("fk_comments_recipient_id_recipients")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_comments_site_id_sites")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_comments_thread_id_threads")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("thread_id", "seq", name=op.f("uq_comments_thread_id_seq")),
    )
    op.create_index("ix_comments_author", "comments", ["visitor", "site_id", "state"])
    op.create_index(
        "ix_comments_held_edits",
        "comments",
        ["id"],
        sqlite_where=sa.text("held_edit_source IS NOT NULL"),
        postgresql_where=sa.text("held_edit_source IS NOT NULL"),
    )
    op.create_index(
        "ix_comments_networks",
        "comments",
        ["created_at"],
        sqlite_where=sa.text("network IS NOT NULL"),
        postgresql_where=sa.text("network IS NOT NULL"),
    )
    op.create_index("ix_comments_parent_id", "comments", ["parent_id"])
    op.create_index("ix_comments_queue", "comments", ["site_id", "state", "id"])
    op.create_index("ix_comments_queue_of_all", "comments", ["state", "id"])
    op.create_index("ix_comments_recent", "comments", ["thread_id", "created_at"])
    op.create_index("ix_comments_recipient", "comments", ["recipient_id", "thread_id"])
    op.create_index(
        "ix_comments_shown_replies",
        "comments",
        ["root_id", "seq"],
        sqlite_where=sa.text("parent_id IS NOT NULL AND shown = 1"),
        postgresql_where=sa.text("parent_id IS NOT NULL AND shown"),
    )
    op.create_index(
        "ix_comments_shown_roots",
        "comments",
        ["thread_id", "id"],
        sqlite_where=sa.text("parent_id IS NULL AND shown = 1"),
        postgresql_where=sa.text("parent_id IS NULL AND shown"),
    )
    op.create_table(
        "confirmations",
        sa.Column("id", BigId, nullable=False),
        sa.Column("recipient_id", BigId, nullable=False),
        sa.Column("thread_id", BigId, nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["recipients.id"],
            name=op.f("fk_confirmations_recipient_id_recipients"),
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_confirmations_thread_id_threads")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
    )
    op.create_index(
        op.f("ix_confirmations_recipient_id_asked_at"),
        "confirmations",
        ["recipient_id", "asked_at"],
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", BigId, nullable=False),
        sa.Column("recipient_id", BigId, nullable=False),
        sa.Column("thread_id", BigId, nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=15), nullable=False),
        sa.Column("lang", sa.String(length=35), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("scope IN ('thread', 'replies')", name=op.f("ck_subscriptions_scope")),
        sa.CheckConstraint(
            "state IN ('unconfirmed', 'active', 'ended')", name=op.f("ck_subscriptions_state")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["recipients.id"],
            name=op.f("fk_subscriptions_recipient_id_recipients"),
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_subscriptions_thread_id_threads")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint(
            "recipient_id",
            "thread_id",
            "scope",
            name=op.f("uq_subscriptions_recipient_id_thread_id_scope"),
        ),
    )
    op.create_index(
        op.f("ix_subscriptions_thread_id_scope_state"),
        "subscriptions",
        ["thread_id", "scope", "state"],
    )
    op.create_table(
        "idempotent_answers",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("comment_id", BigId, nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_idempotent_answers_comment_id_comments")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotent_answers")),
    )
    op.create_index(op.f("ix_idempotent_answers_created_at"), "idempotent_answers", ["created_at"])
    op.create_table(
        "log_entries",
        sa.Column("id", BigId, nullable=False),
        sa.Column("site_id", BigId, nullable=False),
        sa.Column("comment_id", BigId, nullable=False),
        sa.Column("actor", sa.String(length=300), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=True),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_log_entries_comment_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_log_entries_site_id_sites")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entries")),
    )
    op.create_index(op.f("ix_log_entries_comment_id"), "log_entries", ["comment_id"])
    op.create_index(op.f("ix_log_entries_site_id_id"), "log_entries", ["site_id", "id"])
    op.create_table(
        "outbox",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("dedupe_key", sa.String(length=100), nullable=False),
        sa.Column("site_id", BigId, nullable=False),
        sa.Column("comment_id", BigId, nullable=True),
        sa.Column("recipient_id", BigId, nullable=True),
        sa.Column("confirmation_id", BigId, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("leased_until", UTCDateTime(), nullable=True),
        sa.Column("attempts", BigId, nullable=False),
        sa.Column("failing_since", UTCDateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'withdrawn', 'buried')", name=op.f("ck_outbox_state")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_outbox_comment_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["confirmation_id"],
            ["confirmations.id"],
            name=op.f("fk_outbox_confirmation_id_confirmations"),
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["recipients.id"], name=op.f("fk_outbox_recipient_id_recipients")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_outbox_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
    )
    op.create_index(op.f("ix_outbox_comment_id"), "outbox", ["comment_id"])
    op.create_index(op.f("ix_outbox_confirmation_id"), "outbox", ["confirmation_id"])
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["due_at"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "revisions",
        sa.Column("id", BigId, nullable=False),
        sa.Column("comment_id", BigId, nullable=False),
        sa.Column("body_source", sa.Text(), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_revisions_comment_id_comments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_index(op.f("ix_revisions_comment_id"), "revisions", ["comment_id"])


def downgrade() -> None:
    op.drop_table("revisions")
    op.drop_table("outbox")
    op.drop_table("log_entries")
    op.drop_table("idempotent_answers")
    op.drop_table("subscriptions")
    op.drop_table("confirmations")
    op.drop_table("comments")
    op.drop_table("threads")
    op.drop_table("site_origins")
    op.drop_table("sign_in_links")
    op.drop_table("recipients")
    op.drop_table("moderator_sites")
    op.drop_table("moderator_sessions")
    op.drop_table("api_key_sites")
    op.drop_table("sites")
    op.drop_table("moderators")
    op.drop_table("api_keys")
