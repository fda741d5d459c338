"""What became of a comment: for whoever has the link that its author was given."""

from flask import Blueprint, render_template

from comments_service.queries import status

blueprint = Blueprint("status", __name__)


@blueprint.get("/status/<token>")
def show(token: str) -> str:
    return render_template("pages/status.html", row=status.of_token(token))
