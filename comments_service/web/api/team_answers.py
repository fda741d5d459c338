"""Answering as the team, by API key. It stands below the moderation blueprint and its guard."""

from typing import Any

from comments_service.operations import team_answers
from comments_service.schemas.team_answers import AnsweredSchema, NewAnswerSchema
from comments_service.web.api import caching, moderation
from comments_service.web.api.documented import MODERATOR, Blueprint

blueprint = Blueprint("team_answers", __name__)


@blueprint.post("/comments")
@caching.private
@blueprint.admits(MODERATOR)
@blueprint.takes(NewAnswerSchema)
@blueprint.gives(AnsweredSchema, 201)
@blueprint.refuses(401, 403, 404, 409)
def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Answer a comment as the team

    The answer stands at once, with the site's name and the team's badge.
    """
    someone = moderation.key()
    written = team_answers.answer(
        asked["parent_id"], asked["body"], actor=someone.actor, site_ids=someone.site_ids
    )
    return {"comment": written}
