"""Threads: one page's discussion each."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.database import Base


class Thread(Base):
    """`url` as given by who opened it; `url_key` normalised, unique in its site.

    `title` stands once a moderator has approved it with a comment that proposed it. `last_seq` is
    the arrival number of the newest comment, `approved_count` counts the approved ones; `version`
    grows with everything readers can see.
    """

    __tablename__ = "threads"
    __table_args__ = (
        UniqueConstraint("site_id", "url_key"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        Index(
            "ix_threads_discussed",
            "site_id",
            "approved_count",
            "id",
            sqlite_where=text("approved_count > 0"),
            postgresql_where=text("approved_count > 0"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    url: Mapped[str] = mapped_column(String(2000))
    url_key: Mapped[str] = mapped_column(String(2000))
    title: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default="open")
    last_seq: Mapped[int] = mapped_column(default=0)
    approved_count: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
