"""Voting on a comment: one vote a visitor, given, turned and taken back by the same call."""

from typing import Any

from comments_service import settings
from comments_service.operations import votes
from comments_service.queries import comments, sites
from comments_service.schemas.votes import CastSchema, VoteSchema
from comments_service.web import cors, ratelimits, visitor
from comments_service.web.api import caching
from comments_service.web.api.documented import VISITOR_OR_NONE, Blueprint
from comments_service.web.api.threads import number

blueprint = Blueprint("votes", __name__)
cors.of_site(blueprint, "vote")


@blueprint.put("/comments/<comment_id>/vote")
@caching.private
@blueprint.admits(VISITOR_OR_NONE)
@blueprint.takes(VoteSchema)
@blueprint.gives(CastSchema)
@blueprint.refuses(403, 404, 429)
def vote(wanted: dict[str, int], comment_id: str) -> dict[str, Any]:
    """Vote on a comment

    1 up, -1 down, 0 takes the vote back. The last one counts.
    """
    asked, value = number(comment_id), wanted["value"]
    site = sites.by_id(comments.site_of_shown(asked))
    visitor.check_origin(site)
    ratelimits.count("vote", lambda chosen: chosen.vote_limit, site_id=site.id)
    asker = visitor.asker(site)
    if value:
        asker = visitor.ensured(asker, site)
    cast = votes.cast(asked, value, site=site, asker=asker)
    body: dict[str, Any] = {"votes": {"up": cast.up, "down": cast.down}, "my_vote": cast.mine}
    if cast.visitor is not None:
        body["visitor"] = settings.current().keyring.visitor_token(site.id, cast.visitor)
    return body
