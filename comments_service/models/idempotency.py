"""The first answer to each Idempotency-Key, without its tokens (they are made again)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.database import Base


class IdempotentAnswer(Base):
    """`key` is a MAC over site, visitor sent or none, and the key; `body` a hash of the request."""

    __tablename__ = "idempotent_answers"
    __table_args__ = (Index(None, "created_at"),)

    key: Mapped[bytes] = mapped_column(primary_key=True)
    body: Mapped[bytes]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    held: Mapped[bool]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
