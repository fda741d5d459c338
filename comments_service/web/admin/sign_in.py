"""Signing in by a one-time link. Opening the link does nothing; its button acts, once."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from comments_service import settings
from comments_service.operations import moderators
from comments_service.web import csrf, ratelimits
from comments_service.web.admin import sessions

blueprint = Blueprint("sign_in", __name__, url_prefix="/sign-in")


@blueprint.get("")
def ask() -> str | Response:
    """Says where a link comes from."""
    if sessions.recognise():
        return redirect(url_for("admin.moderation.queue"), 303)
    return render_template("admin/sign-in.html", minutes=_minutes())


@blueprint.get("/<token>")
def link(token: str) -> str:  # noqa: ARG001 - nothing is asked of it before the button
    return render_template("admin/sign-in-link.html", minutes=_minutes())


@blueprint.post("/<token>")
def sign_in(token: str) -> Response:
    """LinkSpent (410) for a link that was used, is too old, or never was."""
    csrf.check(silent_acts=True)
    ratelimits.count("sign-in", lambda chosen: chosen.sign_in_limit)
    answer = redirect(url_for("admin.moderation.queue"), 303)
    sessions.hand_out(answer, moderators.sign_in(token))
    return answer


def _minutes() -> int:
    return max(1, settings.current().sign_in_seconds // 60)
