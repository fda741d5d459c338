"""The moderators' desk. The guard stands on this blueprint, so that no route can forget it."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from comments_service.domain.errors import Missing
from comments_service.web import csrf
from comments_service.web.admin import account, answers, moderation, sessions, sign_in

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
blueprint.register_blueprint(sign_in.blueprint)
blueprint.register_blueprint(moderation.blueprint)
blueprint.register_blueprint(sessions.blueprint)
blueprint.register_blueprint(account.blueprint)
blueprint.register_blueprint(answers.blueprint)

OPEN = "admin.sign_in"  # the one blueprint that works without a session
READING = frozenset({"GET", "HEAD", "OPTIONS"})


@blueprint.before_request
def _guard() -> Response | None:
    """Nobody gets further without a session, and no form of another page acts with one."""
    if request.blueprint == OPEN:
        return None
    if not sessions.recognise():
        return redirect(url_for("admin.sign_in.ask"), 303)
    if request.method not in READING:
        csrf.check(silent_acts=False)
    return None


@blueprint.get("/<path:_unknown>")
def nothing(_unknown: str) -> Response:
    """So that the guard stands before what isn't there, too."""
    raise Missing
