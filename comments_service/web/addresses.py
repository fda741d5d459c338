"""Which machine asks: the peer, or what trusted proxies say of it. Nothing else is believed."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from flask import g, request

from comments_service import settings


def address() -> str:
    """The client's machine: the peer, or what trusted proxies say, walked from the right."""
    if "address" not in g:
        g.address = _found()
    return g.address


def _found() -> str:
    peer = request.remote_addr or "127.0.0.1"
    trusted = _networks(settings.current().trusted_proxies)
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    while _is_in(peer, trusted) and hops:
        hop = hops.pop()
        if not _is_address(hop):
            break
        peer = hop
    return peer if _is_address(peer) else "127.0.0.1"


@lru_cache(maxsize=8)
def _networks(text: str) -> Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip()]


def _is_in(peer: str, trusted: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    parsed = _parsed(peer)
    if parsed is None:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return any((mapped or parsed) in network for network in trusted)


def _is_address(text: str) -> bool:
    return _parsed(text) is not None


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
