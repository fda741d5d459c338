"""The transactional outbox: what is to be sent, written in the transaction of what caused it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.database import Base


class OutboxMessage(Base):
    """One event, or one mail of an event to one recipient. `dedupe_key` makes it one for ever.

    Due when `due_at` has come and no live lease holds it. `attempts` counts the tries
    that failed for now, `failing_since` starts the five days after which they are given up.
    `payload`: what no other table holds. A mail to a moderator belongs to no site.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'withdrawn', 'buried')", name="state"),
        Index(
            "ix_outbox_due",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_outbox_of_no_site",
            "created_at",
            sqlite_where=text("site_id IS NULL"),
            postgresql_where=text("site_id IS NULL"),
        ),
        Index(None, "comment_id"),
        Index(
            None,
            "confirmation_id",
            sqlite_where=text("confirmation_id IS NOT NULL"),
            postgresql_where=text("confirmation_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    dedupe_key: Mapped[str] = mapped_column(String(100), unique=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("recipients.id"))
    confirmation_id: Mapped[int | None] = mapped_column(ForeignKey("confirmations.id"))
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
