"""Asking to be mailed: the same answer whoever asks."""

from flask import Blueprint, Response, jsonify

from comments_service.operations import subscriptions
from comments_service.queries import sites
from comments_service.schemas.subscriptions import NewSubscription, NewSubscriptionSchema
from comments_service.web import cors, ratelimits, visitor
from comments_service.web.api import parsing

blueprint = Blueprint("subscriptions", __name__)
cors.of_site(blueprint, "subscribe")

_new_subscription = NewSubscriptionSchema()


@blueprint.post("/subscriptions")
def subscribe() -> Response:
    wish: NewSubscription = parsing.load(_new_subscription, parsing.body())
    site, page = sites.of_page(wish.url)
    visitor.check_origin(site)
    ratelimits.count("subscribe", lambda chosen: chosen.subscribe_limit, site_id=site.id)
    subscriptions.subscribe(wish, site_id=site.id, page=page)
    answer = jsonify(detail="Check your inbox: one click and you're in.")
    answer.status_code = 202
    answer.headers["Cache-Control"] = "no-store"
    return answer
