"""Reading: a thread, the replies of a root, a permalink, the counters."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import NotFound

from comments_service.domain import ids
from comments_service.domain.urls import BadUrl, Page, parse_page
from comments_service.queries import comments as comment_queries
from comments_service.queries import sites, threads
from comments_service.queries.sites import SiteRow
from comments_service.schemas.queries import (
    CountsQuerySchema,
    ListQuerySchema,
    PermalinkQuerySchema,
    ThreadQuerySchema,
)
from comments_service.schemas.threads import PermalinkSchema, RepliesPageSchema, ThreadPageSchema
from comments_service.web import cors, visitor
from comments_service.web.api import parsing

blueprint = Blueprint("threads", __name__)
cors.public(blueprint, "thread", "replies", "counts")
cors.of_site(blueprint, "permalink")

_thread_query, _list_query = ThreadQuerySchema(), ListQuerySchema()
_permalink_query, _counts_query = PermalinkQuerySchema(), CountsQuerySchema()
_page, _replies, _permalink = ThreadPageSchema(), RepliesPageSchema(), PermalinkSchema()


@blueprint.get("/comments")
def thread() -> Response:
    asked = parsing.query(_thread_query)
    site, page = sites.of_page(asked["url"])
    found = threads.page(
        site, page, sort=asked["sort"], limit=asked["limit"], cursor=asked["cursor"]
    )
    return revalidated(_page.dump(found))


@blueprint.get("/comments/<comment_id>/replies")
def replies(comment_id: str) -> Response:
    asked = parsing.query(_list_query)
    found = threads.replies(
        number(comment_id), site=site_of(comment_id), limit=asked["limit"], cursor=asked["cursor"]
    )
    return revalidated(_replies.dump(found))


@blueprint.get("/comments/<comment_id>")
def permalink(comment_id: str) -> Response:
    asked = parsing.query(_permalink_query)
    site = site_of(comment_id)
    found = threads.permalink(number(comment_id), site=site, sort=asked["sort"])
    visitor.check_origin(site)  # only now: what isn't shown must look like what isn't there
    answer = jsonify(_permalink.dump(found))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/counts")
def counts() -> Response:
    """Keys as given; a page nobody knows, or that is none, counts 0."""
    asked: list[str] = parsing.query(_counts_query, repeatable=frozenset({"url"}))["url"]
    pages = {url: _page_of(url) for url in dict.fromkeys(asked)}
    found = threads.counts([page for page in pages.values() if page])
    return revalidated(
        {"counts": {url: found.get(page.key, 0) if page else 0 for url, page in pages.items()}}
    )


def site_of(comment_id: str) -> SiteRow:
    return sites.by_id(comment_queries.whose(number(comment_id)).site_id)


def number(comment_id: str) -> int:
    """An id from a path; what is no id is nothing."""
    known = ids.parse(comment_id)
    if known is None:
        raise NotFound
    return known


def revalidated(data: Any) -> Response:
    """JSON that anybody may keep and must ask about: weak ETag, 304."""
    answer = jsonify(data)
    answer.add_etag(weak=True)
    answer.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    answer.vary.add("Accept-Encoding")
    answer.make_conditional(request)
    return answer


def _page_of(url: str) -> Page | None:
    try:
        return parse_page(url)
    except BadUrl:
        return None
