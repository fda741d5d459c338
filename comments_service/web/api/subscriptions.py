"""Asking to be mailed: the same answer whoever asks."""

from comments_service.operations import subscriptions
from comments_service.queries import sites
from comments_service.schemas.subscriptions import (
    AskedSchema,
    NewSubscription,
    NewSubscriptionSchema,
)
from comments_service.web import cors, ratelimits, visitor
from comments_service.web.api import caching
from comments_service.web.api.documented import Blueprint

blueprint = Blueprint("subscriptions", __name__)
cors.of_site(blueprint, "subscribe")


@blueprint.post("/subscriptions")
@caching.fresh
@blueprint.takes(NewSubscriptionSchema)
@blueprint.gives(AskedSchema, 202)
@blueprint.refuses(403, 404, 409, 429)
def subscribe(wish: NewSubscription) -> dict[str, str]:
    """Ask to be mailed about a page

    The answer is the same whoever asks; a mail asks the address to confirm.
    """
    site, page = sites.of_page(wish.url)
    visitor.check_origin(site)
    ratelimits.count("subscribe", lambda chosen: chosen.subscribe_limit, site_id=site.id)
    subscriptions.subscribe(wish, site_id=site.id, page=page)
    return {"detail": "Check your inbox: one click and you're in."}
