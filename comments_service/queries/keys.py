"""Which API keys there are, and what a key may see."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from comments_service.database import snapshot
from comments_service.domain.tokens import digest
from comments_service.models import ApiKey


@dataclass(frozen=True)
class KeyRow:
    """A program that moderates. `site_ids`: whose comments it may see; None means every site."""

    id: int
    label: str
    created_at: datetime
    site_ids: frozenset[int] | None
    site_names: tuple[str, ...]

    @property
    def actor(self) -> str:
        """How the log names it; no e-mail and none of our own words begins so."""
        return f"key {self.label}"


def everything() -> list[KeyRow]:
    """All keys that work, oldest first."""
    with snapshot() as session:
        live = select(ApiKey).where(ApiKey.revoked_at.is_(None)).order_by(ApiKey.id)
        return [_row(key) for key in session.scalars(live)]


def of_secret(secret: str) -> KeyRow | None:
    """What a key opens; None when it was revoked or never was."""
    with snapshot() as session:
        key = session.scalar(
            select(ApiKey).where(ApiKey.digest == digest(secret), ApiKey.revoked_at.is_(None))
        )
        return _row(key) if key else None


def _row(key: ApiKey) -> KeyRow:
    return KeyRow(
        id=key.id,
        label=key.label,
        created_at=key.created_at,
        site_ids=None if key.all_sites else frozenset(site.id for site in key.sites),
        site_names=() if key.all_sites else tuple(sorted(site.name for site in key.sites)),
    )
