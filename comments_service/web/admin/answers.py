"""Answering from the desk, as the team; what waits is approved first. No typed text is lost."""

from typing import Any, cast

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from comments_service.domain.errors import CommentsError, Conflict, Invalid, Missing
from comments_service.domain.states import Decision
from comments_service.operations import moderation, team_answers, texts
from comments_service.schemas.team_answers import NewAnswerSchema
from comments_service.web import problems
from comments_service.web.admin import sessions

blueprint = Blueprint("answers", __name__)

PLACE = ("comment_id", "view", "q", "from")
APPROVING = ("seen", "approve")
_new_answer = NewAnswerSchema()


@blueprint.post("/answers")
def answer() -> AnyResponse:
    """The text is looked at before anything is approved for its sake."""
    try:
        parent_id, body = _typed()
        texts.write(body)
        if "approve" in request.form:
            _approve(parent_id)
        someone = sessions.moderator()
        team_answers.answer(parent_id, body, actor=someone.actor, site_ids=someone.site_ids)
    except (Invalid, Conflict) as error:
        return _refused(error)
    return redirect(url_for("admin.moderation.queue", **_back(), answered=1), 303)


def _typed() -> tuple[int, str]:
    values = {name: request.form.get(name, "") for name in ("comment_id", "body")}
    try:
        typed = cast(
            "dict[str, Any]",
            _new_answer.load({"parent_id": values["comment_id"], "body": values["body"]}),
        )
    except ValidationError as error:
        invalid = problems.from_validation(error)
        raise Missing if invalid.errors[0].pointer == "/parent_id" else invalid from error
    return typed["parent_id"], typed["body"]


def _approve(comment_id: int) -> None:
    someone = sessions.moderator()
    [decided] = moderation.decide(
        [comment_id],
        Decision.APPROVE,
        actor=someone.actor,
        site_ids=someone.site_ids,
        seen={comment_id: request.form.get("seen", "")},
    )
    if decided.error is not None:
        raise decided.error


def _back() -> dict[str, Any]:
    """The list the form stood in, and where it goes on from there."""
    return {name: request.form[name] for name in PLACE[1:] if request.form.get(name)}


def _refused(error: CommentsError) -> Response:
    """The text once more, with what is wrong with it or has happened meanwhile.

    What was edited meanwhile isn't approved by a second try: it has to be read first.
    """
    refused = problems.refused(error)
    details = [one.detail for one in error.errors] if isinstance(error, Invalid) else [str(error)]
    fields = PLACE if isinstance(error, Conflict) else (*PLACE, *APPROVING)
    page = render_template(
        "admin/answer-refused.html",
        details=details,
        body=request.form.get("body", ""),
        kept={name: request.form[name] for name in fields if name in request.form},
        comment=url_for("admin.moderation.queue", **_back()),
    )
    return make_response(page, refused.status_code)
