"""Pages for people: behind the links of mails, and a thread to read and write in without script.

Each link page acts only by its button, and answers errors in words.
"""

from flask import Blueprint

from comments_service.domain import people
from comments_service.web.pages import (
    comments,
    forms,
    front,
    refusals,
    status,
    subscriptions,
    threads,
)

blueprint = Blueprint("pages", __name__)

for noun in (comments, front, status, subscriptions, threads):
    blueprint.register_blueprint(noun.blueprint)
refusals.init_blueprint(blueprint)


@blueprint.context_processor
def _tools() -> dict[str, object]:
    """What the templates of several pages call."""
    return {
        "initials": people.initials,
        "closed": forms.CLOSED,
        "trap": forms.TRAP,
        "waiting": status.waiting,
    }
