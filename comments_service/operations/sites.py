"""Adding and changing sites. A host and port belongs to one site, whatever the scheme."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from comments_service import clock
from comments_service.database import unit_of_work
from comments_service.domain.errors import Conflict, FieldError, Invalid, UnknownSite
from comments_service.domain.urls import BadUrl, Origin, parse_origin
from comments_service.models import Site, SiteOrigin

DEFAULT = "default"
NAME_LENGTH = 100


def add(name: str, origins: Sequence[str]) -> int:
    """Add a site; its id. Conflict when its name or one of its hosts is taken."""
    tidy, parsed = _name(name), _parsed(origins)
    with unit_of_work() as session:
        if session.scalar(select(Site.id).where(Site.name == tidy)):
            raise Conflict(f"There is a site named {tidy!r} already.")
        site = Site(id=clock.new_id(), name=tidy, created_at=clock.now())
        session.add(site)
        session.flush()
        _give(session, site.id, parsed)
        return site.id


def change(name: str, *, moderation: str | None = None, origins: Sequence[str] = ()) -> None:
    """Set what is given; `moderation="default"` follows the service's setting again."""
    parsed = _parsed(origins)
    with unit_of_work() as session:
        site = session.scalar(select(Site).where(Site.name == name))
        if site is None:
            raise UnknownSite(f"There is no site named {name!r}.")
        if moderation is not None:
            site.moderation = None if moderation == DEFAULT else moderation
        if parsed:
            session.execute(delete(SiteOrigin).where(SiteOrigin.site_id == site.id))
            _give(session, site.id, parsed)


def named(session: Session, names: Sequence[str]) -> list[Site]:
    """The sites of these names, each once; UnknownSite for a name nobody has."""
    found = list(session.scalars(select(Site).where(Site.name.in_(names)))) if names else []
    for name in set(names) - {site.name for site in found}:
        raise UnknownSite(f"There is no site named {name!r}.")
    return found


def _give(session: Session, site_id: int, origins: Sequence[Origin]) -> None:
    for origin in origins:
        owner = session.scalar(
            select(SiteOrigin.site_id).where(SiteOrigin.authority == origin.authority).limit(1)
        )
        if owner not in {None, site_id}:
            raise Conflict(f"{origin.authority} belongs to another site already.")
        session.add(SiteOrigin(origin=origin.origin, authority=origin.authority, site_id=site_id))
        session.flush()


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= NAME_LENGTH or not tidy.isprintable():
        raise Invalid(FieldError("/name", f"A name has 1 to {NAME_LENGTH} printable characters."))
    return tidy


def _parsed(origins: Sequence[str]) -> list[Origin]:
    try:
        parsed = [parse_origin(origin) for origin in origins]
    except BadUrl as error:
        raise Invalid(FieldError("/origin", str(error))) from error
    return list({origin.origin: origin for origin in parsed}.values())
