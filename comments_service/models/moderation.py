"""The append-only log of everything that changed a comment's state, and what can be undone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.database import Base


class LogEntry(Base):
    """Who (`actor`: screening, author, a moderator's e-mail or key label), what, from, to, why."""

    __tablename__ = "log_entries"
    __table_args__ = (Index(None, "comment_id"), Index(None, "site_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    actor: Mapped[str] = mapped_column(String(300))
    event: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str | None] = mapped_column(String(10))
    to_state: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    at: Mapped[datetime]


class Undo(Base):
    """What a comment was before its last decision, for as long as who decided may undo it."""

    __tablename__ = "undos"
    __table_args__ = (Index(None, "until"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), primary_key=True)
    actor: Mapped[str] = mapped_column(String(300))
    until: Mapped[datetime]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
