"""The address of the service itself. It has no page of its own: whoever types it runs it."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
def front() -> Response:
    return redirect(url_for("admin.moderation.queue"), 303)
