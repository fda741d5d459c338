"""The JSON API under /api/v1, one file a noun."""

from flask import Blueprint

from comments_service.web.api import comments, moderation, subscriptions, threads

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

for noun in (comments, moderation, subscriptions, threads):
    blueprint.register_blueprint(noun.blueprint)
