"""The one reader of a request's identity: origin, machine address, visitor, bearer token."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from flask import request

from comments_service import settings
from comments_service.domain import people
from comments_service.domain.errors import ForeignOrigin, Unproven
from comments_service.domain.people import Asker
from comments_service.domain.urls import parse_origin
from comments_service.queries import sites
from comments_service.queries.sites import SiteRow

HEADER = "Comments-Visitor"


def asker(site: SiteRow) -> Asker:
    """A bad visitor token is treated as none."""
    chosen = settings.current()
    return Asker(
        visitor=chosen.keyring.visitor(site.id, request.headers.get(HEADER, "")),
        network=people.network(chosen.keyring, address()),
    )


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


def address() -> str:
    """The client's machine: the peer, or what trusted proxies say, walked from the right."""
    peer = request.remote_addr or "127.0.0.1"
    trusted = _networks(settings.current().trusted_proxies)
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    while _is_in(peer, trusted) and hops:
        hop = hops.pop()
        if not _is_address(hop):
            break
        peer = hop
    return peer if _is_address(peer) else "127.0.0.1"


def check_origin(site: SiteRow) -> None:
    """A call about a page or comment comes from that site's pages or from our own; none is fine."""
    origin = request.headers.get("Origin")
    if origin is not None and origin != own_origin() and origin not in site.origins:
        raise ForeignOrigin


def origin_is_known(origin: str) -> bool:
    return origin == own_origin() or sites.is_registered(origin)


def own_origin() -> str:
    return _origin(settings.current().public_url)


@lru_cache(maxsize=8)
def _origin(public_url: str) -> str:
    return parse_origin("/".join(public_url.split("/")[:3])).origin


@lru_cache(maxsize=8)
def _networks(text: str) -> Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip()]


def _is_in(peer: str, trusted: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    if not _is_address(peer):
        return False
    parsed = ipaddress.ip_address(peer)
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return any((mapped or parsed) in network for network in trusted)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
