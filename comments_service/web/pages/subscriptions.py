"""Asking for mails by a plain form, confirming and ending them. The GET of a link shows one button
and does nothing; POST acts, again and again with the same end.
"""

from typing import cast

from flask import Blueprint, redirect, render_template, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from comments_service import settings
from comments_service.domain.errors import LinkSpent, Missing
from comments_service.domain.tokens import Purpose
from comments_service.operations import subscriptions
from comments_service.queries import sites
from comments_service.queries import subscriptions as queries
from comments_service.schemas.subscriptions import NewSubscription, NewSubscriptionSchema
from comments_service.web import csrf, problems, ratelimits
from comments_service.web.pages import forms, places, refusals
from comments_service.web.pages.places import Place

blueprint = Blueprint("subscriptions", __name__, url_prefix="/subscriptions")

FIELDS = ("scope", "email")
_new_subscription = NewSubscriptionSchema()


@blueprint.get("")
def form() -> Response:
    """Where the form stands: its own address is opened by who goes there from a refusal."""
    return redirect(places.asked().address(_anchor="subscribe"), 303)


@blueprint.post("")
def subscribe() -> Response:
    """The same answer whoever asks."""
    csrf.check(silent_acts=True)
    place = places.asked()
    try:
        _subscribe(place)
    except forms.REFUSALS as error:
        return _refused(error, place)
    return redirect(place.address(asked=1, _anchor="subscribe"), 303)


@blueprint.get("/confirm/<token>")
def question(token: str) -> str:
    row = queries.question(_confirmation(token))
    if row.expired and not row.confirmed:
        raise LinkSpent
    return render_template("pages/confirm.html", row=row)


@blueprint.post("/confirm/<token>")
def confirm(token: str) -> str:
    csrf.check(silent_acts=True)
    confirmation_id = _confirmation(token)
    queries.question(confirmation_id)
    subscriptions.confirm(confirmation_id)
    return render_template("pages/confirmed.html", row=queries.question(confirmation_id))


@blueprint.get("/unsubscribe/<token>")
def leave(token: str) -> str:
    subscription_id, recipient_id = _unsubscribed(token)
    if subscription_id is not None:
        row = queries.subscription(subscription_id)
        return render_template("pages/unsubscribe.html", row=row)
    return render_template("pages/suppress.html", row=queries.recipient(recipient_id or 0))


@blueprint.post("/unsubscribe/<token>")
def unsubscribe(token: str) -> str:
    """Also what mail programs send by themselves (RFC 8058): its body says nothing new."""
    csrf.check(silent_acts=True)
    subscription_id, recipient_id = _unsubscribed(token)
    if subscription_id is not None:
        row = queries.subscription(subscription_id)
        subscriptions.end(subscription_id)
        return render_template("pages/unsubscribed.html", row=row)
    known = queries.recipient(recipient_id or 0)
    subscriptions.suppress(recipient_id or 0)
    return render_template("pages/suppressed.html", row=known)


def _subscribe(place: Place) -> None:
    wish = _wish(place)
    site, page = sites.of_page(wish.url)
    ratelimits.count("subscribe", lambda chosen: chosen.subscribe_limit, site_id=site.id)
    subscriptions.subscribe(wish, site_id=site.id, page=page)


def _wish(place: Place) -> NewSubscription:
    typed = {name: request.form.get(name, "") for name in FIELDS}
    values = {"url": place.page.url, "form": forms.facts()} | typed
    try:
        return cast("NewSubscription", _new_subscription.load(values))
    except ValidationError as error:
        raise problems.from_validation(error) from error


def _refused(error: forms.Refusal, place: Place) -> Response:
    typed = forms.refused(error, FIELDS, lost="Not sent.", again="try")
    above = places.above(place)
    page = render_template("pages/subscribe.html", place=place, form=typed, above=above)
    return refusals.answer(error, page)


def _confirmation(token: str) -> int:
    keyring = settings.current().keyring
    confirmation_id = keyring.claimed_object(token)
    if confirmation_id is None or not keyring.proves(token, Purpose.CONFIRM):
        raise Missing
    return confirmation_id


def _unsubscribed(token: str) -> tuple[int | None, int | None]:
    """The subscription, or the recipient, that the token may end."""
    keyring = settings.current().keyring
    object_id = keyring.claimed_object(token)
    if keyring.proves(token, Purpose.UNSUBSCRIBE, "subscription"):
        return object_id, None
    if keyring.proves(token, Purpose.UNSUBSCRIBE, "recipient"):
        return None, object_id
    raise Missing
