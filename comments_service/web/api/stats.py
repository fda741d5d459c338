"""Figures, by API key. It stands below the moderation blueprint and its guard."""

from typing import Any

from comments_service.queries import stats as queries
from comments_service.queries.stats import StatsRow
from comments_service.schemas.stats import StatsQuerySchema, StatsSchema
from comments_service.web.api import caching, moderation
from comments_service.web.api.documented import MODERATOR, Blueprint

blueprint = Blueprint("stats", __name__)


@blueprint.get("/stats")
@caching.private
@blueprint.admits(MODERATOR)
@blueprint.takes(StatsQuerySchema, location="query")
@blueprint.gives(StatsSchema)
@blueprint.refuses(401, 403, 404)
def stats(asked: dict[str, Any]) -> StatsRow:
    """Read how much there is, how much waits, and what came and went by day"""
    return queries.stats(site_ids=moderation.sites_asked(asked["site"]))
