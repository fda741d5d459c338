"""Sites (tenants) and the origins that are theirs."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.database import Base


class Site(Base):
    """One tenant. `moderation`: newcomers, all or none; None follows the setting."""

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    moderation: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]


class SiteOrigin(Base):
    """One origin CORS admits. Its `authority` (host and port) belongs to one site, whatever the
    scheme; `operations/sites` keeps that, as two origins of one site may share it.
    """

    __tablename__ = "site_origins"
    __table_args__ = (Index(None, "authority"), Index(None, "site_id"))

    origin: Mapped[str] = mapped_column(String(300), primary_key=True)
    authority: Mapped[str] = mapped_column(String(300))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
