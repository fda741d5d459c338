"""Who is to be mailed: recipients, what they subscribed to, and the confirmations asked of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from comments_service.database import Base


class Recipient(Base):
    """One e-mail address on one site. `suppressed_at`: never mailed again (refused, or asked)."""

    __tablename__ = "recipients"
    __table_args__ = (UniqueConstraint("site_id", "email_key"), Index(None, "email_key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    refusals: Mapped[int] = mapped_column(default=0)
    suppressed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Subscription(Base):
    """A wish to be mailed about one thread. `asked_at` is when it was last asked for."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        UniqueConstraint("recipient_id", "thread_id", "scope"),
        CheckConstraint("scope IN ('thread', 'replies')", name="scope"),
        CheckConstraint("state IN ('unconfirmed', 'active', 'ended')", name="state"),
        Index(None, "thread_id", "scope", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipients.id"))
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    scope: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(15))
    lang: Mapped[str | None] = mapped_column(String(35))
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    recipient: Mapped[Recipient] = relationship(lazy="raise")


class Confirmation(Base):
    """One question "shall we mail you?" about one thread; what was asked for before it is sent
    is what its button activates.
    """

    __tablename__ = "confirmations"
    __table_args__ = (Index(None, "recipient_id", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipients.id"))
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    asked_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
