"""Posting, editing, and a visitor's own comments."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from comments_service import settings
from comments_service.domain.errors import Refused, Unproven
from comments_service.domain.tokens import Purpose
from comments_service.operations import answers, comments, idempotency
from comments_service.operations.answers import Posted
from comments_service.queries import comments as queries
from comments_service.queries import sites
from comments_service.queries.comments import Whose
from comments_service.queries.sites import SiteRow
from comments_service.schemas import reasons
from comments_service.schemas.comments import (
    CommentSchema,
    EditSchema,
    NewComment,
    NewCommentSchema,
)
from comments_service.schemas.fields import rfc3339
from comments_service.schemas.queries import PageQuerySchema
from comments_service.web import cors, ratelimits, visitor
from comments_service.web.api import parsing
from comments_service.web.api.threads import number, site_of

blueprint = Blueprint("comments", __name__)
cors.of_site(blueprint, "post", "edit", "mine")

_new_comment, _edit, _page_query = NewCommentSchema(), EditSchema(), PageQuerySchema()
_comment = CommentSchema()
_own_comments = CommentSchema(many=True)


@blueprint.post("/comments")
def post() -> Response:
    data, key = parsing.body(), parsing.idempotency_key()
    new: NewComment = parsing.load(_new_comment, data)
    site, page = sites.of_page(new.url)
    visitor.check_origin(site)
    asker = visitor.asker(site)
    wanted = (
        idempotency.request(key, site_id=site.id, visitor=asker.visitor, body=data) if key else None
    )
    before = answers.before(wanted, site=site) if wanted else None
    if before is not None:
        return _answer(before, site)
    ratelimits.count("post", lambda chosen: chosen.post_limit, site_id=site.id)
    return _answer(comments.post(new, site=site, page=page, asker=asker, wanted=wanted), site)


@blueprint.patch("/comments/<comment_id>")
def edit(comment_id: str) -> Response:
    body: dict[str, str] = parsing.load(_edit, parsing.body())
    site = site_of(comment_id)
    visitor.check_origin(site)
    _prove_authorship(number(comment_id), site, queries.whose(number(comment_id)))
    ratelimits.count("edit", lambda chosen: chosen.post_limit, site_id=site.id)
    posted = comments.edit(number(comment_id), body["body"], site=site)
    return _answer(posted, site, stands=200)


@blueprint.get("/mine")
def mine() -> Response:
    asked = parsing.query(_page_query)
    site, page = sites.of_page(asked["url"])
    visitor.check_origin(site)
    own = queries.own(site_id=site.id, url_key=page.key, visitor=visitor.proven_visitor(site))
    return _private(jsonify(comments=_own_comments.dump(own), votes={}))


def _prove_authorship(comment_id: int, site: SiteRow, whose: Whose) -> None:
    """By the comment's edit token, or by the visitor token that wrote it."""
    token = visitor.bearer()
    keyring = settings.current().keyring
    if token is not None:
        if keyring.claimed_object(token) is None:
            raise Unproven
        if not keyring.proves(token, Purpose.EDIT, site.id):
            raise Unproven
        if keyring.claimed_object(token) != comment_id:
            raise Refused("This token belongs to another comment.")
    elif whose.visitor is None or visitor.proven_visitor(site) != whose.visitor:
        raise Refused("Somebody else wrote this comment.")


def _answer(posted: Posted, site: SiteRow, *, stands: int = 201) -> Response:
    chosen, row = settings.current(), posted.comment
    status_token = chosen.keyring.object_token(Purpose.STATUS, row.id, site.id)
    body: dict[str, Any] = {
        "comment": _comment.dump(row),
        "edit_token": chosen.keyring.object_token(Purpose.EDIT, row.id, site.id),
        "editable_until": rfc3339(posted.editable_until),
        "status_url": f"{chosen.public_url.rstrip('/')}/status/{status_token}",
    }
    if posted.visitor is not None:
        body["visitor"] = chosen.keyring.visitor_token(site.id, posted.visitor)
    if posted.held:
        body["held_because"] = reasons.for_author(posted.held_because)
    answer = _private(jsonify(body))
    answer.status_code = 202 if posted.held else stands
    return answer


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-store"
    if request.method == "GET":
        answer.vary.add(visitor.HEADER)
    return answer
