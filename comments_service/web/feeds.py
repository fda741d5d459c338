"""Feeds of a page's or a site's newest comments: Atom and JSON Feed, the same to everybody."""

import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template

from comments_service import settings
from comments_service.queries import feeds, sites
from comments_service.queries.feeds import EntryRow, FeedRow
from comments_service.schemas.feeds import FeedQuerySchema
from comments_service.schemas.fields import rfc3339
from comments_service.web import cors
from comments_service.web.api import caching, parsing

blueprint = Blueprint("feeds", __name__)
cors.public(blueprint, "atom", "json_feed")

ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/feed+json"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_query = FeedQuerySchema()
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class _Feed:
    """What was asked for, as `name` in the query string with its one spelling as `value`."""

    row: FeedRow
    name: str
    value: str
    site_id: int

    @property
    def id(self) -> str:
        return _urn("feed", self.site_id, self.value)

    @property
    def updated_at(self) -> datetime:
        return max((entry.updated_at for entry in self.row.entries), default=NEVER)

    def address(self, path: str) -> str:
        query = urlencode({self.name: self.value})
        return f"{settings.current().public_url.rstrip('/')}{path}?{query}"

    def entry_id(self, entry: EntryRow) -> str:
        return _urn("comment", self.site_id, entry.id)


@blueprint.get("/feed.atom")
@caching.revalidated
def atom() -> Response:
    feed = _asked()
    text = render_template(
        "feeds/atom.xml",
        feed=feed,
        row=feed.row,
        address=feed.address("/feed.atom"),
        link=_link,
        title=_title,
        rfc3339=rfc3339,
    )
    return Response(_NOT_XML.sub("", text), content_type=ATOM)


@blueprint.get("/feed.json")
@caching.revalidated
def json_feed() -> Response:
    feed = _asked()
    whole: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.row.title,
        "home_page_url": feed.row.home,
        "feed_url": feed.address("/feed.json"),
        "items": [_item(feed, entry) for entry in feed.row.entries],
    }
    return Response(json.dumps(whole), content_type=JSON)


def _asked() -> _Feed:
    asked = parsing.of_query(_query)
    if asked["url"] is not None:
        site, page = sites.of_page(asked["url"])
        return _Feed(feeds.of_page(site, page), "url", page.key, site.id)
    site, origin = sites.of_origin(asked["origin"])
    return _Feed(feeds.of_site(site, origin), "origin", origin, site.id)


def _item(feed: _Feed, entry: EntryRow) -> dict[str, Any]:
    return {
        "id": feed.entry_id(entry),
        "url": _link(entry),
        "title": _title(entry),
        "content_html": entry.body_html,
        "date_published": rfc3339(entry.created_at),
        "date_modified": rfc3339(entry.updated_at),
        "authors": [{"name": entry.author_name}],
    }


def _link(entry: EntryRow) -> str:
    return f"{entry.page_url.partition('#')[0]}#comment-{entry.id}"


def _title(entry: EntryRow) -> str:
    return f"{entry.author_name} on {entry.place}"


def _urn(*parts: str | int) -> str:
    """Stable wherever the service is reached, so that no reader gets an entry twice."""
    name = " ".join(map(str, ("comments-service", *parts)))
    return uuid.uuid5(uuid.NAMESPACE_OID, name).urn
