"""What became of a comment: for whoever has the link that its author was given."""

from flask import Blueprint, render_template

from comments_service.queries import status
from comments_service.queries.status import StatusRow
from comments_service.schemas import reasons

blueprint = Blueprint("status", __name__)


def waiting(row: StatusRow) -> str:
    """That it waits, and why where links are the reason: the author can post it without them."""
    because = reasons.for_author(row.held_because)["code"]
    links = ", because of its links" if because == "links" else ""
    return f"Waiting for a moderator{links}."


@blueprint.get("/status/<token>")
def show(token: str) -> str:
    return render_template("pages/status.html", row=status.of_token(token))
