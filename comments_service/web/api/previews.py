"""How a text would look, without keeping it."""

from comments_service.operations import texts
from comments_service.schemas.previews import PreviewedSchema, PreviewSchema
from comments_service.web import cors, ratelimits, visitor
from comments_service.web.api import caching
from comments_service.web.api.documented import Blueprint

blueprint = Blueprint("previews", __name__)
cors.of_site(blueprint, "preview")


@blueprint.post("/comments/preview")
@caching.fresh
@blueprint.takes(PreviewSchema)
@blueprint.gives(PreviewedSchema)
@blueprint.refuses(403, 429)
def preview(asked: dict[str, str]) -> dict[str, str]:
    """See a text as it would be posted

    Made by the same hands as a comment, and kept nowhere.
    """
    visitor.check_known_origin()
    ratelimits.count("preview", lambda chosen: chosen.preview_limit)
    return {"body_html": texts.write(asked["body"]).html}
