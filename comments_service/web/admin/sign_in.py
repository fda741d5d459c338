"""Signing in: by password, by a mailed link, or by one from the command line.

No answer tells whether an address is known here. Opening a link does nothing; its button acts,
once.
"""

from contextlib import suppress

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from comments_service import settings
from comments_service.domain import people
from comments_service.domain.errors import LimitReached
from comments_service.operations import moderators, outbox, passwords
from comments_service.web import csrf, ratelimits
from comments_service.web.admin import devices, sessions

blueprint = Blueprint("sign_in", __name__, url_prefix="/sign-in")

MAILS = "5 per hour"  # to one address; whoever asks oftener is answered alike

WRONG = "That is no e-mail and password we know."
TOO_MANY = (
    "Too many passwords were tried for this e-mail. Try again in {minutes} min, "
    "come in by a link, or use a browser that was signed in before."
)


@blueprint.get("")
def ask() -> AnyResponse | str:
    if sessions.recognise() and "again" not in request.args:
        return redirect(url_for("admin.moderation.queue"), 303)
    return _page()


@blueprint.post("")
def by_password() -> AnyResponse:
    _count()
    email = request.form.get("email", "")
    try:
        devices.count_password(email)
    except LimitReached as error:
        minutes = -(-error.retry_after // 60)
        answer = _refused(TOO_MANY.format(minutes=minutes), 429)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    signed = passwords.sign_in(
        email,
        request.form.get("password", ""),
        device=devices.name(),
        instead_of=sessions.secret(),
    )
    return sessions.let_in(signed) if signed else _refused(WRONG, 403)


@blueprint.get("/link")
def asked() -> AnyResponse:
    return redirect(url_for("admin.sign_in.ask"), 303)


@blueprint.post("/link")
def mail_link() -> AnyResponse | str:
    """The same work and words for every address; the worker knows whether it moderates here."""
    _count()
    if not settings.current().mails_readers:
        return asked()
    with suppress(ValueError, LimitReached):
        email = people.email(request.form.get("email", ""))
        ratelimits.count("sign-in-mail", lambda _chosen: MAILS, whom=people.email_key(email))
        outbox.ask_sign_in(email)
    return render_template("admin/sign-in-mailed.html", minutes=_minutes())


@blueprint.get("/<token>")
def link(token: str) -> str:  # noqa: ARG001 - nothing is asked of it before the button
    return render_template("admin/sign-in-link.html", minutes=_minutes())


@blueprint.post("/<token>")
def by_link(token: str) -> AnyResponse:
    """LinkSpent (410) for a link that was used, is too old, or never was."""
    _count()
    signed = moderators.sign_in(token, device=devices.name(), instead_of=sessions.secret())
    return sessions.let_in(signed)


def _count() -> None:
    """No other page signs anybody in, and no machine tries for ever."""
    csrf.check(silent_acts=True)
    ratelimits.count("sign-in", lambda chosen: chosen.sign_in_limit)


def _refused(words: str, status: int) -> Response:
    return make_response(_page(words), status)


def _page(refusal: str | None = None) -> str:
    return render_template(
        "admin/sign-in.html",
        refusal=refusal,
        mails=settings.current().mails_readers,
        minutes=_minutes(),
    )


def _minutes() -> int:
    return max(1, settings.current().sign_in_seconds // 60)
