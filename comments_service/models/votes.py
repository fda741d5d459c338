"""Votes: one a visitor and comment, from which a comment's counters are made."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.database import Base


class Vote(Base):
    """`value` is 1 or -1; a vote taken back is no row. `network`: a keyed hash, kept for a time."""

    __tablename__ = "votes"
    __table_args__ = (
        CheckConstraint("value IN (-1, 1)", name="value"),
        Index(None, "visitor", "comment_id"),
        Index(None, "comment_id", "network"),
        Index(
            "ix_votes_networks",
            "voted_at",
            sqlite_where=text("network IS NOT NULL"),
            postgresql_where=text("network IS NOT NULL"),
        ),
    )

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), primary_key=True)
    visitor: Mapped[bytes] = mapped_column(primary_key=True)
    value: Mapped[int]
    network: Mapped[str | None] = mapped_column(String(32))
    voted_at: Mapped[datetime]
