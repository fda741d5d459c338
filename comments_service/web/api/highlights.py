"""What a front page shows of a site's comments: the newest, and where most is said."""

from collections.abc import Sequence
from typing import Any

from comments_service.queries import highlights, sites
from comments_service.queries.highlights import DiscussedRow, LatestRow
from comments_service.schemas.highlights import (
    HighlightsQuerySchema,
    LatestSchema,
    MostDiscussedSchema,
)
from comments_service.web import cors
from comments_service.web.api import caching
from comments_service.web.api.documented import Blueprint

blueprint = Blueprint("highlights", __name__)
cors.public(blueprint, "latest", "most_discussed")


@blueprint.get("/latest")
@caching.revalidated
@blueprint.takes(HighlightsQuerySchema, location="query")
@blueprint.gives(LatestSchema, 200, 304)
@blueprint.refuses(404)
def latest(asked: dict[str, Any]) -> dict[str, Sequence[LatestRow]]:
    """Read the newest comments of a site"""
    site, _origin = sites.of_origin(asked["origin"])
    return {"comments": highlights.latest(site, limit=asked["limit"])}


@blueprint.get("/most-discussed")
@caching.revalidated
@blueprint.takes(HighlightsQuerySchema, location="query")
@blueprint.gives(MostDiscussedSchema, 200, 304)
@blueprint.refuses(404)
def most_discussed(asked: dict[str, Any]) -> dict[str, Sequence[DiscussedRow]]:
    """Read which threads of a site have most comments"""
    site, _origin = sites.of_origin(asked["origin"])
    return {"threads": highlights.most_discussed(site, limit=asked["limit"])}
