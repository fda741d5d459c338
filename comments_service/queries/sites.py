"""Which sites there are, and whose a page is."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from comments_service.database import rows, snapshot, table
from comments_service.domain.errors import FieldError, Invalid, UnknownSite
from comments_service.domain.urls import BadUrl, Page, parse_origin, parse_page
from comments_service.models import Site, SiteOrigin

SiteIds = frozenset[int] | None  # those somebody may see; None means every site


# Every post asks these. They are built once and from tables: by a third of the time otherwise.
_SITES, _ORIGINS = table(Site).c, table(SiteOrigin).c
_ITS_ID = select(_ORIGINS.site_id).where(_ORIGINS.authority == bindparam("authority")).limit(1)
_OF_AUTHORITY = (
    select(_SITES.id, _SITES.name, _SITES.moderation, _ORIGINS.origin, _ORIGINS.authority)
    .where(_SITES.id == _ITS_ID.scalar_subquery())
    .where(_ORIGINS.site_id == _SITES.id)
)
_IS_REGISTERED = select(_ORIGINS.site_id).where(_ORIGINS.origin == bindparam("origin"))


@dataclass(frozen=True)
class SiteRow:
    """A tenant with the origins CORS admits and the hosts (`authorities`) that are its own."""

    id: int
    name: str
    moderation: str | None
    origins: frozenset[str]
    authorities: frozenset[str]


def everything() -> list[SiteRow]:
    with snapshot() as session:
        return [_row(session, site) for site in session.scalars(select(Site).order_by(Site.id))]


def by_name(name: str) -> SiteRow:
    with snapshot() as session:
        site = session.scalar(select(Site).where(Site.name == name))
        if site is None:
            raise UnknownSite(f"There is no site named {name!r}.")
        return _row(session, site)


def by_id(site_id: int) -> SiteRow:
    with snapshot() as session:
        site = session.get(Site, site_id)
        if site is None:
            raise UnknownSite
        return _row(session, site)


def of_page(url: str, pointer: str = "/url") -> tuple[SiteRow, Page]:
    """The page and the one site that has its host; the tenant comes from nowhere else."""
    asked = page(url, pointer)
    return _of_authority(asked.authority), asked


def page(url: str, pointer: str = "/url") -> Page:
    """The page of an address, whether or not any site has it; Invalid when it is none."""
    try:
        return parse_page(url)
    except BadUrl as error:
        raise Invalid(FieldError(pointer, str(error))) from error


def of_origin(text: str, pointer: str = "/origin") -> tuple[SiteRow, str]:
    """The site that has the origin's host and port, and the origin in its one spelling."""
    try:
        origin = parse_origin(text)
    except BadUrl as error:
        raise Invalid(FieldError(pointer, str(error))) from error
    return _of_authority(origin.authority), origin.origin


def within(column: InstrumentedAttribute[int], site_ids: SiteIds) -> list[ColumnElement[bool]]:
    """What bounds a query to these sites: nothing where they are all."""
    return [] if site_ids is None else [column.in_(site_ids)]


def names(site_ids: SiteIds) -> dict[int, str]:
    """The names of these sites (None: of all), by id."""
    query = select(Site.id, Site.name).where(*within(Site.id, site_ids)).order_by(Site.name)
    with snapshot() as session:
        return {row.id: row.name for row in session.execute(query)}


def is_registered(origin: str) -> bool:
    """Whether any site has this origin."""
    return bool(rows(_IS_REGISTERED, {"origin": origin}))


def _of_authority(authority: str) -> SiteRow:
    found = rows(_OF_AUTHORITY, {"authority": authority})
    if not found:
        raise UnknownSite
    return SiteRow(
        id=found[0].id,
        name=found[0].name,
        moderation=found[0].moderation,
        origins=frozenset(row.origin for row in found),
        authorities=frozenset(row.authority for row in found),
    )


def _row(session: Session, site: Site) -> SiteRow:
    origins = session.scalars(select(SiteOrigin).where(SiteOrigin.site_id == site.id)).all()
    return SiteRow(
        id=site.id,
        name=site.name,
        moderation=site.moderation,
        origins=frozenset(origin.origin for origin in origins),
        authorities=frozenset(origin.authority for origin in origins),
    )
