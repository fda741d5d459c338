"""Whether a form was sent from one of our own pages: by Sec-Fetch-Site, else by Origin."""

from flask import request

from comments_service.domain.errors import Refused
from comments_service.web import visitor

OWN_SITES = frozenset({"same-origin", "none"})  # none: the person himself, by reload or address bar


def check(*, silent_acts: bool) -> None:
    """Refused when another page sent this. A client that tells nothing may act where the address
    itself is the secret (`silent_acts`), never where a cookie is.
    """
    own = _is_own()
    if own is None:
        own = silent_acts
    if not own:
        raise Refused("This was sent from another page. Open it here and try again.")


def _is_own() -> bool | None:
    """None: the client sent neither header."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in OWN_SITES
    origin = request.headers.get("Origin")
    return None if origin is None else origin == visitor.own_origin()
