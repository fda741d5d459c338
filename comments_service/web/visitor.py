"""The one reader of a request's identity: origin, visitor, bearer token."""

from dataclasses import replace
from functools import lru_cache

from flask import g, request

from comments_service import clock, settings
from comments_service.domain import people
from comments_service.domain.errors import ForeignOrigin, Unproven
from comments_service.domain.people import Asker
from comments_service.domain.tokens import VISITOR_BYTES
from comments_service.domain.urls import parse_origin
from comments_service.queries import sites
from comments_service.queries.sites import SiteRow
from comments_service.settings import Settings
from comments_service.web import addresses, ratelimits

HEADER = "Comments-Visitor"


def asker(site: SiteRow) -> Asker:
    """A bad visitor token is treated as none."""
    chosen = settings.current()
    return Asker(
        visitor=chosen.keyring.visitor(site.id, request.headers.get(HEADER, "")),
        network=people.network(chosen.keyring, addresses.address()),
    )


def rationed(asker: Asker, site: SiteRow) -> Asker:
    """With a new visitor id for who proves none; unchanged when his machine's ration is spent."""
    if asker.visitor or not ratelimits.allows("visitor", _ration, site_id=site.id):
        return asker
    return _with_new_id(asker)


def ensured(asker: Asker, site: SiteRow) -> Asker:
    """The same for what can't be done without a visitor id: LimitReached when it is spent."""
    if asker.visitor:
        return asker
    ratelimits.count("visitor", _ration, site_id=site.id)
    return _with_new_id(asker)


def _ration(chosen: Settings) -> str:
    return chosen.visitor_limit


def _with_new_id(asker: Asker) -> Asker:
    return replace(asker, issued=clock.random_bytes(VISITOR_BYTES))


def proven_visitor(site: SiteRow) -> bytes:
    """The visitor of a request that needs one; Unproven without a good token."""
    visitor = asker(site).visitor
    if visitor is None:
        raise Unproven(f"A good {HEADER} header is needed.")
    return visitor


def bearer() -> str | None:
    """The token of `Authorization: Bearer`, if there is one."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def check_origin(site: SiteRow) -> None:
    """A call about a page or comment comes from that site's pages or from our own; none is fine."""
    origin = request.headers.get("Origin")
    if origin is None:
        return
    if origin != own_origin() and origin not in site.origins:
        raise ForeignOrigin
    g.origin_is_known = True  # so that its answer's headers needn't look it up


def check_known_origin() -> None:
    """For calls about no page: any site's pages may ask, or our own; none is fine."""
    origin = request.headers.get("Origin")
    if origin is not None and not origin_is_known(origin):
        raise ForeignOrigin


def origin_is_known(origin: str) -> bool:
    return origin == own_origin() or sites.is_registered(origin)


def own_origin() -> str:
    return _origin(settings.current().public_url)


@lru_cache(maxsize=8)
def _origin(public_url: str) -> str:
    return parse_origin("/".join(public_url.split("/")[:3])).origin
