"""API keys of programs that moderate."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from comments_service.database import Base
from comments_service.models.sites import Site

api_key_sites = Table(
    "api_key_sites",
    Base.metadata,
    Column[int]("api_key_id", ForeignKey("api_keys.id"), primary_key=True),
    Column[int]("site_id", ForeignKey("sites.id"), primary_key=True),
)


class ApiKey(Base):
    """Only the hash of the key is kept. `all_sites`: also those added later."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    label: Mapped[str] = mapped_column(String(100))
    all_sites: Mapped[bool]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    sites: Mapped[list[Site]] = relationship(secondary=api_key_sites, lazy="selectin")
