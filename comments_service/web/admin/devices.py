"""The cookie of a browser somebody has signed in with: his wrong passwords count apart there.

It opens nothing. It only keeps strangers who guess at his password from shutting him out.
"""

from flask import request
from werkzeug.wrappers import Response

from comments_service import settings
from comments_service.domain import devices
from comments_service.domain.tokens import Purpose
from comments_service.operations.sessions import SignedIn
from comments_service.queries import moderators
from comments_service.web import ratelimits
from comments_service.web.admin import cookies

COOKIE = "comments-device"
ONE_YEAR = 31_536_000


def name() -> str:
    return devices.name(request.headers.get("User-Agent", ""))


def remember(answer: Response, signed: SignedIn) -> None:
    token = settings.current().keyring.object_token(
        Purpose.DEVICE, signed.moderator_id, signed.email_key
    )
    cookies.give(answer, COOKIE, token, seconds=ONE_YEAR)


def count_password(email: str) -> None:
    """LimitReached when too many were tried for this address, moderated with or not."""
    key = moderators.key_of(email)
    known = settings.current().keyring.proves(cookies.given(COOKIE), Purpose.DEVICE, key)
    what = "password-known" if known else "password"
    ratelimits.count(what, lambda chosen: chosen.password_limit, whom=key)
