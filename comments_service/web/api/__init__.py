"""The JSON API under /api/v1, one file a noun, and its own reference beside it."""

from comments_service.web.api import (
    comments,
    highlights,
    moderation,
    previews,
    reference,
    reports,
    stats,
    subscriptions,
    team_answers,
    threads,
    votes,
)
from comments_service.web.api.documented import Blueprint

__all__ = ["blueprint", "reference"]

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

moderation.blueprint.register_blueprint(team_answers.blueprint)
moderation.blueprint.register_blueprint(stats.blueprint)
for noun in (comments, highlights, moderation, previews, reports, subscriptions, threads, votes):
    blueprint.register_blueprint(noun.blueprint)
