"""The cookie of a signed-in browser: set, recognised, ended. Its flags follow the public URL."""

from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from comments_service import settings
from comments_service.operations import moderators
from comments_service.queries import moderators as queries
from comments_service.queries.moderators import ModeratorRow

blueprint = Blueprint("sessions", __name__)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    name, path, secure = _cookie()
    moderators.sign_out(request.cookies.get(name, ""))
    answer = redirect(url_for("admin.sign_in.ask"), 303)
    answer.delete_cookie(name, path=path, secure=secure, httponly=True, samesite="Lax")
    return answer


def recognise() -> bool:
    """Whether this browser's session is good; whose it is, is then known to `moderator`."""
    secret = request.cookies.get(_cookie()[0])
    found = queries.of_session(secret) if secret else None
    if found is not None:
        g.moderator = found
    return found is not None


def moderator() -> ModeratorRow:
    """Who is signed in; behind the guard there always is somebody."""
    return cast("ModeratorRow", g.moderator)


def hand_out(answer: Response, secret: str) -> None:
    name, path, secure = _cookie()
    answer.set_cookie(
        name,
        secret,
        max_age=settings.current().session_seconds,
        path=path,
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def _cookie() -> tuple[str, str, bool]:
    """Name, path and whether it is for https alone. A `__Host-` cookie can't have a sub-path."""
    parts = urlsplit(settings.current().public_url)
    secure, prefix = parts.scheme == "https", parts.path.rstrip("/")
    if secure and not prefix:
        return "__Host-comments", "/", True
    return "comments", f"{prefix}/admin", secure
