"""Pages for people: behind the links of mails, and a thread to read without script.

Each link page acts only by its button, and answers errors in words.
"""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from comments_service.web.pages import refusals, status, subscriptions, threads

blueprint = Blueprint("pages", __name__)

for noun in (status, subscriptions, threads):
    blueprint.register_blueprint(noun.blueprint)
refusals.init_blueprint(blueprint)


@blueprint.get("/")
def front() -> Response:
    """The service has no page of its own to show: whoever types its address runs it."""
    return redirect(url_for("admin.moderation.queue"), 303)
