"""Reading: a thread, the replies of a root, a permalink, the counters."""

from typing import Any

from flask import Response

from comments_service.domain import ids
from comments_service.domain.errors import Missing
from comments_service.domain.urls import BadUrl, Page, parse_page
from comments_service.queries import comments as comment_queries
from comments_service.queries import permalinks, sites, threads
from comments_service.queries.permalinks import Permalink
from comments_service.queries.sites import SiteRow
from comments_service.schemas.queries import (
    CountsQuerySchema,
    ListQuerySchema,
    PermalinkQuerySchema,
    ThreadQuerySchema,
)
from comments_service.schemas.threads import (
    CountsSchema,
    PermalinkSchema,
    RepliesPageSchema,
    ThreadPageSchema,
    replies_page,
    thread_page,
)
from comments_service.web import cors, visitor
from comments_service.web.api import caching
from comments_service.web.api.documented import Blueprint

blueprint = Blueprint("threads", __name__)
cors.public(blueprint, "thread", "replies", "counts")
cors.of_site(blueprint, "permalink")


@blueprint.get("/comments")
@caching.revalidated
@blueprint.takes(ThreadQuerySchema, location="query")
@blueprint.gives(ThreadPageSchema, 200, 304)
@blueprint.refuses(404)
def thread(asked: dict[str, Any]) -> Response:
    """Read a page's comments

    Roots in order, each with its first replies. A page nobody has commented on is an empty thread.
    """
    page = sites.page(asked["url"])
    found = threads.page(page, sort=asked["sort"], limit=asked["limit"], cursor=asked["cursor"])
    return _json(thread_page(found))


@blueprint.get("/comments/<comment_id>/replies")
@caching.revalidated
@blueprint.takes(ListQuerySchema, location="query")
@blueprint.gives(RepliesPageSchema, 200, 304)
@blueprint.refuses(404)
def replies(asked: dict[str, Any], comment_id: str) -> Response:
    """Read all that stands below a root, by arrival"""
    found = threads.replies(
        number(comment_id), site=site_of(comment_id), limit=asked["limit"], cursor=asked["cursor"]
    )
    return _json(replies_page(found))


@blueprint.get("/comments/<comment_id>")
@caching.fresh
@blueprint.takes(PermalinkQuerySchema, location="query")
@blueprint.gives(PermalinkSchema)
@blueprint.refuses(403, 404)
def permalink(asked: dict[str, Any], comment_id: str) -> Permalink:
    """Find one comment and its place in the thread"""
    site = site_of(comment_id)
    found = permalinks.find(number(comment_id), site=site, sort=asked["sort"])
    visitor.check_origin(site)  # only now: what isn't shown must look like what isn't there
    return found


@blueprint.get("/counts")
@caching.revalidated
@blueprint.takes(CountsQuerySchema, location="query")
@blueprint.gives(CountsSchema, 200, 304)
def counts(asked: dict[str, list[str]]) -> dict[str, dict[str, int]]:
    """Count the comments of up to 100 pages

    Keys as given; a page nobody knows, or that is none, counts 0.
    """
    pages = {url: _page_of(url) for url in dict.fromkeys(asked["url"])}
    found = threads.counts([page for page in pages.values() if page])
    return {"counts": {url: found.get(page.key, 0) if page else 0 for url, page in pages.items()}}


def site_of(comment_id: str) -> SiteRow:
    return sites.by_id(comment_queries.whose(number(comment_id)).site_id)


def number(comment_id: str) -> int:
    """An id from a path; what is no id is nothing."""
    known = ids.parse(comment_id)
    if known is None:
        raise Missing
    return known


def _json(written: bytes) -> Response:
    return Response(written, mimetype="application/json")


def _page_of(url: str) -> Page | None:
    try:
        return parse_page(url)
    except BadUrl:
        return None
