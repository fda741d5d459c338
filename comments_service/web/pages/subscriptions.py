"""Confirming and ending mails. GET shows one button and does nothing; POST acts, again and again
with the same end.
"""

from flask import Blueprint, render_template

from comments_service import settings
from comments_service.domain.errors import LinkSpent, Missing
from comments_service.domain.tokens import Purpose
from comments_service.operations import subscriptions
from comments_service.queries import subscriptions as queries
from comments_service.web import csrf

blueprint = Blueprint("subscriptions", __name__, url_prefix="/subscriptions")


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
