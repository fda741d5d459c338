"""API keys for programs that moderate: made, shown once, kept as a hash, revoked."""

from collections.abc import Sequence

from sqlalchemy import select

from comments_service import clock
from comments_service.database import unit_of_work
from comments_service.domain.errors import Conflict, FieldError, Invalid, Missing
from comments_service.domain.limits import LABEL_LENGTH
from comments_service.domain.tokens import digest, encode
from comments_service.models import ApiKey
from comments_service.operations import sites

PREFIX = "ck_"
SECRET_BYTES = 32


def add(label: str, site_names: Sequence[str] = ()) -> str:
    """Make a key for the named sites, or for all there are and will be; the key itself."""
    tidy = _label(label)
    secret = PREFIX + encode(clock.random_bytes(SECRET_BYTES))
    with unit_of_work() as session:
        if session.scalar(
            select(ApiKey.id).where(ApiKey.label == tidy, ApiKey.revoked_at.is_(None))
        ):
            raise Conflict(f"There is a key {tidy!r} already.")
        session.add(
            ApiKey(
                id=clock.new_id(),
                digest=digest(secret),
                label=tidy,
                all_sites=not site_names,
                created_at=clock.now(),
                sites=sites.named(session, site_names),
            )
        )
    return secret


def revoke(label: str) -> None:
    """End a key at once."""
    with unit_of_work() as session:
        key = session.scalar(
            select(ApiKey).where(ApiKey.label == label, ApiKey.revoked_at.is_(None))
        )
        if key is None:
            raise Missing(f"There is no key {label!r}.")
        key.revoked_at = clock.now()


def _label(raw: str) -> str:
    tidy = " ".join(raw.split())
    if not 1 <= len(tidy) <= LABEL_LENGTH or not tidy.isprintable():
        raise Invalid(
            FieldError("/label", f"A label has 1 to {LABEL_LENGTH} printable characters.")
        )
    return tidy
