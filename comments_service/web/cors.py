"""Cross-origin answers: `*` on what is public, the known origin echoed elsewhere, others refused.

No cookie is ever involved outside /admin/.
"""

from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, Flask, Response, g, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from comments_service.domain.errors import ForeignOrigin, Unavailable
from comments_service.web import problems, visitor

ALLOWED_HEADERS = "authorization, content-type, comments-visitor, idempotency-key"
ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
EXPOSED_HEADERS = "ETag, Retry-After"
MAX_AGE = "86400"

_public: set[str] = set()
_of_site: set[str] = set()


def public(blueprint: Blueprint, *endpoints: str) -> None:
    """Declare endpoints of a blueprint that are the same for everybody."""
    _public.update(f"{blueprint.name}.{endpoint}" for endpoint in endpoints)


def of_site(blueprint: Blueprint, *endpoints: str) -> None:
    """Declare endpoints that call `visitor.check_origin` once they know the site asked about.

    Elsewhere an unknown origin is refused before anything else is looked at. Here it is looked up
    by itself only when a refusal comes before the site is known.
    """
    _of_site.update(f"{blueprint.name}.{endpoint}" for endpoint in endpoints)


def init_app(app: Flask) -> None:
    app.before_request(_guard)
    app.after_request(_mark)


def _applies() -> bool:
    return request.path.startswith(("/api/", "/feed.", "/embed.js", "/embed/"))


def _endpoint(method: str) -> str:
    """What answers this address when asked by this method; empty for nothing."""
    if method == request.method and request.endpoint:
        return request.endpoint.removeprefix("api.")
    adapter = request_ctx.url_adapter
    if adapter is None:
        return ""
    try:
        endpoint, _arguments = adapter.match(method=method)
    except HTTPException:
        return ""
    return endpoint.removeprefix("api.")


def _is_public(method: str) -> bool:
    return method in {"GET", "HEAD"} and _endpoint("GET") in _public


def _preflighted() -> str | None:
    """The method a preflight asks about; None when this isn't one."""
    if request.method != "OPTIONS":
        return None
    return request.headers.get("Access-Control-Request-Method")


def _guard() -> Response | None:
    """Answer preflights; refuse an unknown origin wherever nobody else will."""
    origin, asked = request.headers.get("Origin"), _preflighted()
    if origin is None or not _applies() or (asked is None and _is_public(request.method)):
        return None
    if asked is None and _endpoint(request.method) in _of_site:
        return None
    g.origin_is_known = visitor.origin_is_known(origin)
    if asked:
        admitted = g.origin_is_known or _is_public(asked)
        return Response(status=204) if admitted else problems.refused(ForeignOrigin())
    return None if g.origin_is_known else problems.refused(ForeignOrigin())


def _is_known(answer: Response, origin: str) -> bool:
    """False, too, when the database can't be asked; it isn't where it just couldn't be."""
    if "origin_is_known" not in g and answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
        with suppress(Unavailable):
            g.origin_is_known = visitor.origin_is_known(origin)
    return g.get("origin_is_known", False)


def _mark(answer: Response) -> Response:
    if not _applies():
        return answer
    asked = _preflighted()
    if asked is None and _is_public(request.method):
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
        return answer
    answer.vary.add("Origin")
    origin = request.headers.get("Origin")
    if origin is None or (asked and answer.status_code != 204):
        return answer
    if _is_known(answer, origin):
        answer.headers["Access-Control-Allow-Origin"] = origin
    elif asked:
        answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
    if asked:
        answer.headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
        answer.headers["Access-Control-Allow-Methods"] = ALLOWED_METHODS
        answer.headers["Access-Control-Max-Age"] = MAX_AGE
    return answer
