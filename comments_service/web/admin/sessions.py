"""Who is signed in on this browser: recognised by its cookie, let in with a new one, let out."""

from contextlib import suppress
from typing import cast

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response

from comments_service import settings
from comments_service.domain.errors import Unavailable
from comments_service.operations import sessions
from comments_service.operations.sessions import SignedIn
from comments_service.queries import sessions as queries
from comments_service.queries.moderators import ModeratorRow
from comments_service.queries.sessions import SessionRow
from comments_service.web.admin import cookies, devices

COOKIE = "comments"

blueprint = Blueprint("sessions", __name__)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    sessions.sign_out(secret())
    answer = redirect(url_for("admin.sign_in.ask"), 303)
    cookies.take(answer, COOKIE)
    return answer


def recognise() -> bool:
    """Whether this browser's session is good; whose it is, is then known to `moderator`."""
    found = queries.of_secret(secret()) if secret() else None
    if found is None:
        return False
    with suppress(Unavailable):  # a busy database keeps nobody from reading
        sessions.see(found)
    g.session = found
    return True


def current() -> SessionRow:
    """This browser's session; behind the guard there always is one."""
    return cast("SessionRow", g.session)


def moderator() -> ModeratorRow:
    return current().moderator


def secret() -> str:
    return cookies.given(COOKIE)


def let_in(signed: SignedIn) -> Response:
    """To the queue, with a new session, on a browser that is known from now on."""
    answer = redirect(url_for("admin.moderation.queue"), 303)
    cookies.give(answer, COOKIE, signed.secret, seconds=settings.current().session_seconds)
    devices.remember(answer, signed)
    return answer
