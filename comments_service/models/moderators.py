"""Moderators, the sites they serve, their one-time sign-in links and their sessions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from comments_service.database import Base
from comments_service.models.sites import Site

moderator_sites = Table(
    "moderator_sites",
    Base.metadata,
    Column[int]("moderator_id", ForeignKey("moderators.id"), primary_key=True),
    Column[int]("site_id", ForeignKey("sites.id"), primary_key=True),
)


class Moderator(Base):
    """Somebody who decides. An admin serves every site, a moderator those named in `sites`.

    `password` is its argon2id hash with its salt and costs; None: signs in by links alone.
    """

    __tablename__ = "moderators"
    __table_args__ = (CheckConstraint("role IN ('admin', 'moderator')", name="role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    password: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    sites: Mapped[list[Site]] = relationship(secondary=moderator_sites, lazy="selectin")


class SignInLink(Base):
    """A link that signs in once; only the hash of its secret is kept."""

    __tablename__ = "sign_in_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("moderators.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ModeratorSession(Base):
    """A browser that is signed in; only the hash of its cookie is kept.

    `device` names it to its owner ("Firefox on Linux"); `seen_at` is true to the hour.
    """

    __tablename__ = "moderator_sessions"
    __table_args__ = (Index(None, "moderator_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("moderators.id"))
    device: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    moderator: Mapped[Moderator] = relationship(lazy="joined")
