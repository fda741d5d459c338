"""Posting, editing, and a visitor's own comments."""

import functools
from typing import Any

from flask import Response

from comments_service import settings
from comments_service.domain.errors import Refused, Unproven
from comments_service.domain.people import Asker
from comments_service.domain.tokens import Purpose
from comments_service.operations import comments, idempotency
from comments_service.operations.answers import Posted
from comments_service.queries import comments as queries
from comments_service.queries import sites, votes
from comments_service.queries.comments import Whose
from comments_service.queries.sites import SiteRow
from comments_service.schemas import comments as schemas
from comments_service.schemas import reasons
from comments_service.schemas.comments import (
    EditSchema,
    IdempotencySchema,
    MineSchema,
    NewComment,
    NewCommentSchema,
    PostedSchema,
)
from comments_service.schemas.queries import PageQuerySchema
from comments_service.web import cors, posting, ratelimits, visitor
from comments_service.web.api import caching, parsing
from comments_service.web.api.documented import AUTHOR, VISITOR, VISITOR_OR_NONE, Blueprint
from comments_service.web.api.threads import number

blueprint = Blueprint("comments", __name__)

cors.of_site(blueprint, "post", "edit", "delete", "mine")


@blueprint.post("/comments")
@caching.private
@blueprint.admits(VISITOR_OR_NONE)
@blueprint.takes(NewCommentSchema)
@blueprint.takes(IdempotencySchema, location="headers")
@blueprint.gives(PostedSchema, 201, 202)
@blueprint.refuses(403, 404, 409, 429)
def post(new: NewComment, headers: dict[str, str | None]) -> Response:
    """Post a comment

    201 when it stands, 202 when it waits for a moderator. What is answered with the same
    Idempotency-Key again is the first answer.
    """
    site, page = sites.of_page(new.url)
    visitor.check_origin(site)
    asker, key = visitor.asker(site), headers["key"]
    wanted = (
        idempotency.request(key, site_id=site.id, visitor=asker.visitor, body=parsing.body())
        if key
        else None
    )
    enter = functools.partial(_enter, asker, site)
    posted = posting.post(new, site=site, page=page, asker=asker, wanted=wanted, enter=enter)
    return _answer(posted, site)


@blueprint.patch("/comments/<comment_id>")
@caching.private
@blueprint.admits(AUTHOR)
@blueprint.takes(EditSchema)
@blueprint.gives(PostedSchema, 200, 202)
@blueprint.refuses(401, 403, 404, 429)
def edit(changed: dict[str, str], comment_id: str) -> Response:
    """Edit a comment

    200 when the edit stands, 202 when it waits beside the text that readers see.
    """
    asked = number(comment_id)
    site, _whose = _own(asked)
    return _answer(comments.edit(asked, changed["body"], site=site), site, stands=200)


@blueprint.delete("/comments/<comment_id>")
@caching.private
@blueprint.admits(AUTHOR)
@blueprint.gives(None, 204)
@blueprint.refuses(401, 403, 404, 429)
def delete(comment_id: str) -> Response:
    """Delete one's own comment

    For good. By its edit token as long as it can be edited, by the visitor token at any time.
    """
    asked = number(comment_id)
    site, whose = _own(asked)
    proven = whose.visitor is not None and visitor.asker(site).visitor == whose.visitor
    comments.delete(asked, site=site, by_token=not proven)
    gone = Response(status=204)
    del gone.headers["Content-Type"]
    return gone


@blueprint.get("/mine")
@caching.private
@blueprint.admits(VISITOR)
@blueprint.takes(PageQuerySchema, location="query")
@blueprint.gives(MineSchema)
@blueprint.refuses(401, 403, 404)
def mine(asked: dict[str, str]) -> dict[str, Any]:
    """One's own comments of a page that readers may not see yet, and one's votes there"""
    site, page = sites.of_page(asked["url"])
    visitor.check_origin(site)
    who = visitor.proven_visitor(site)
    return {
        "comments": queries.own(site_id=site.id, url_key=page.key, visitor=who),
        "votes": votes.own(site_id=site.id, url_key=page.key, visitor=who),
    }


def _enter(asker: Asker, site: SiteRow) -> Asker:
    """Count a post, and hand out a visitor token where none was shown."""
    with ratelimits.together():
        posting.count(site)
        return visitor.rationed(asker, site)


def _own(comment_id: int) -> tuple[SiteRow, Whose]:
    """The site and the author of a comment that the asker proves to be his; counts the change."""
    whose = queries.whose(comment_id)
    site = sites.by_id(whose.site_id)
    visitor.check_origin(site)
    _prove_authorship(comment_id, site, whose)
    ratelimits.count("edit", lambda chosen: chosen.edit_limit, site_id=site.id)
    return site, whose


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
    elif visitor.proven_visitor(site) != whose.visitor:
        raise Refused("Somebody else wrote this comment.")


def _answer(posted: Posted, site: SiteRow, *, stands: int = 201) -> Response:
    chosen, row = settings.current(), posted.comment
    status_token = posting.status_token(posted, site)
    body: dict[str, Any] = {
        "comment": row,
        "edit_token": chosen.keyring.object_token(Purpose.EDIT, row.id, site.id),
        "editable_until": posted.editable_until,
        "status_url": f"{chosen.public_url.rstrip('/')}/status/{status_token}",
    }
    if posted.visitor is not None:
        body["visitor"] = chosen.keyring.visitor_token(site.id, posted.visitor)
    if posted.held:
        body["held_because"] = reasons.for_author(posted.held_because)
    status = 202 if posted.held else stands
    return Response(schemas.posted(body), status, mimetype="application/json")
