"""Comments, with the counters that make a thread readable in two statements, and revisions."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from comments_service.database import Base
from comments_service.models.threads import Thread


class Comment(Base):
    """One comment, whatever became of it.

    `seq` numbers a thread's comments by arrival, parents first. `root_id` is its own id for a root.
    `approved_replies` counts approved descendants at any depth; `shown` is true for what readers
    find in the list: approved comments, and tombstones above approved replies. `network` is a keyed
    hash, `visitor` the id behind the visitor's token. `recipient_id` is whose e-mail was typed;
    `recipient_proven` says that its mailbox confirmed this authorship. `deleted_from` is the state
    before a moderator's delete. `proposed_title`: the page's title as posted. The held edit is the
    text that waits beside the approved one. `posted_digest` is of the text as it was posted, None
    when its author deleted it. `rank` orders by votes: the lower bound of the share of votes up, in
    billionths. `open_reports` no moderator has settled yet; `kept`: one read this text although it
    was reported, so reports hide it no more.
    """

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("thread_id", "seq"),
        CheckConstraint(
            "state IN ('pending', 'approved', 'rejected', 'spam', 'deleted')", name="state"
        ),
        Index(
            "ix_comments_shown_roots",
            "thread_id",
            "id",
            sqlite_where=text("parent_id IS NULL AND shown = 1"),
            postgresql_where=text("parent_id IS NULL AND shown"),
        ),
        Index(
            "ix_comments_shown_replies",
            "root_id",
            "seq",
            sqlite_where=text("parent_id IS NOT NULL AND shown = 1"),
            postgresql_where=text("parent_id IS NOT NULL AND shown"),
        ),
        Index(
            "ix_comments_top_roots",
            "thread_id",
            "rank",
            "id",
            sqlite_where=text("parent_id IS NULL AND shown = 1"),
            postgresql_where=text("parent_id IS NULL AND shown"),
        ),
        Index(
            "ix_comments_reported",
            "open_reports",
            "id",
            sqlite_where=text("open_reports > 0"),
            postgresql_where=text("open_reports > 0"),
        ),
        Index("ix_comments_queue", "site_id", "state", "id"),
        Index("ix_comments_queue_of_all", "state", "id"),
        Index(
            "ix_comments_parent_id",
            "parent_id",
            sqlite_where=text("parent_id IS NOT NULL"),
            postgresql_where=text("parent_id IS NOT NULL"),
        ),
        Index("ix_comments_author", "visitor", "site_id", "state"),
        Index(
            "ix_comments_recipient",
            "recipient_id",
            "thread_id",
            sqlite_where=text("recipient_id IS NOT NULL"),
            postgresql_where=text("recipient_id IS NOT NULL"),
        ),
        Index(
            "ix_comments_posted",
            "thread_id",
            "posted_digest",
            sqlite_where=text("posted_digest IS NOT NULL"),
            postgresql_where=text("posted_digest IS NOT NULL"),
        ),
        Index(None, "body_version"),
        Index(
            "ix_comments_networks",
            "created_at",
            sqlite_where=text("network IS NOT NULL"),
            postgresql_where=text("network IS NOT NULL"),
        ),
        Index(
            "ix_comments_emails",
            text("lower(author_email)"),
            sqlite_where=text("author_email IS NOT NULL"),
            postgresql_where=text("author_email IS NOT NULL"),
        ),
        Index(
            "ix_comments_names",
            literal_column("lower(author_name)", Text).label("lower_name"),
            postgresql_ops={"lower_name": "text_pattern_ops"},
        ),
        Index(
            "ix_comments_held_edits",
            "id",
            sqlite_where=text("held_edit_source IS NOT NULL"),
            postgresql_where=text("held_edit_source IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    root_id: Mapped[int]
    depth: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    deleted_from: Mapped[str | None] = mapped_column(String(10))
    shown: Mapped[bool] = mapped_column(default=False)
    approved_replies: Mapped[int] = mapped_column(default=0)
    votes_up: Mapped[int] = mapped_column(default=0)
    votes_down: Mapped[int] = mapped_column(default=0)
    rank: Mapped[int] = mapped_column(default=0)
    open_reports: Mapped[int] = mapped_column(default=0)
    kept: Mapped[bool] = mapped_column(default=False)
    author_name: Mapped[str] = mapped_column(String(80))
    author_email: Mapped[str | None] = mapped_column(String(254))
    author_website: Mapped[str | None] = mapped_column(String(500))
    author_badge: Mapped[str | None] = mapped_column(String(10))
    visitor: Mapped[bytes | None]
    network: Mapped[str | None] = mapped_column(String(32))
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("recipients.id"))
    recipient_proven: Mapped[bool] = mapped_column(default=False)
    proposed_title: Mapped[str | None] = mapped_column(String(200))
    lang: Mapped[str | None] = mapped_column(String(35))
    body_source: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    body_version: Mapped[int]
    posted_digest: Mapped[bytes | None] = mapped_column(LargeBinary(8))
    held_edit_source: Mapped[str | None] = mapped_column(Text)
    held_edit_html: Mapped[str | None] = mapped_column(Text)
    held_edit_version: Mapped[int | None]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    trace: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]

    thread: Mapped[Thread] = relationship(lazy="raise")


class Revision(Base):
    """A text a comment had before it was edited; kept for moderators."""

    __tablename__ = "revisions"
    __table_args__ = (Index(None, "comment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    body_source: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
