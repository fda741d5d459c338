"""Reports: what readers told moderators about a comment."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.database import Base


class Report(Base):
    """One reader's report. `reporter` is what makes it one: the visitor, else a MAC over comment
    and network. `network` is a keyed hash, kept for a time. `settled_at`: a moderator decided.
    """

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("comment_id", "reporter"),
        Index(
            "ix_reports_networks",
            "made_at",
            sqlite_where=text("network IS NOT NULL"),
            postgresql_where=text("network IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    reporter: Mapped[bytes]
    visitor: Mapped[bytes | None]
    network: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(20))
    text: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
