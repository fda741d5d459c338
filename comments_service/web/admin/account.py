"""A moderator's own account: who he is here, his password, the browsers he is signed in on."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from comments_service import clock, settings
from comments_service.domain import ids
from comments_service.domain.errors import Conflict, Invalid, Missing
from comments_service.operations import passwords, sessions
from comments_service.queries import moderation, sites
from comments_service.queries import sessions as queries
from comments_service.web import ratelimits
from comments_service.web.admin import devices, wording
from comments_service.web.admin import sessions as mine

blueprint = Blueprint("account", __name__, url_prefix="/account")

DONE = {
    "password": "Your password is set. Every other browser was signed out.",
    "session": "Signed out there.",
    "others": "Signed out everywhere else.",
}


@blueprint.get("")
def account() -> str:
    return _page(toast=DONE.get(request.args.get("done", "")))


@blueprint.post("/password")
def set_password() -> Response:
    """A wrong old password is counted as one at the door is."""
    one = mine.current()
    if not one.fresh:
        ratelimits.count("sign-in", lambda chosen: chosen.sign_in_limit)
        devices.count_password(one.moderator.email)
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        passwords.replace(one, old=old, new=new)
    except Invalid as error:
        faults = {fault.pointer.strip("/"): fault.detail for fault in error.errors}
        return make_response(_page(faults=faults), 422)
    except Conflict as error:
        return make_response(_page(faults={"new": str(error)}), 409)
    return _back("password")


@blueprint.post("/sessions/end-others")
def end_others() -> Response:
    sessions.end_others(mine.current())
    return _back("others")


@blueprint.post("/sessions/<session_id>/end")
def end(session_id: str) -> Response:
    """One of his own; this one's end leads to the sign-in with the next click."""
    number = ids.parse(session_id)
    if number is None:
        raise Missing
    sessions.end(number, moderator_id=mine.moderator().id)
    return _back("session")


def _page(*, faults: dict[str, str] | None = None, toast: str | None = None) -> str:
    one = mine.current()
    return render_template(
        "admin/account.html",
        one=one,
        moderator=one.moderator,
        sites=sites.names(one.moderator.site_ids),
        summary=moderation.summary(site_ids=one.moderator.site_ids),
        minutes=max(1, settings.current().fresh_seconds // 60),
        has_password=passwords.is_set(one),
        sessions=queries.of_moderator(one.moderator.id),
        faults=faults or {},
        toast=toast,
        wording=wording,
        now=clock.now(),
    )


def _back(done: str) -> Response:
    return redirect(url_for("admin.account.account", done=done), 303)
