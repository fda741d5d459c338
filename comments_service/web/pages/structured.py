"""What search engines are told of a thread: schema.org's words for the comments that a page shows.

Values only: the template writes them, so that nothing in them can end the element they stand in.
"""

from collections.abc import Iterable
from typing import Any

from comments_service.domain import markup, urls
from comments_service.queries.comments import REMOVED, CommentRow
from comments_service.queries.sites import SiteRow
from comments_service.queries.threads import ThreadRow
from comments_service.schemas.fields import rfc3339

TEAM = "team"


def of_thread(thread: ThreadRow, comments: Iterable[CommentRow], site: SiteRow) -> dict[str, Any]:
    """The discussion of an article, whose address it has: that is where comments are linked."""
    page = thread.url.partition("#")[0]
    return {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "url": page,
        "mainEntityOfPage": page,
        "headline": thread.title or urls.shown(thread.url),
        "publisher": {"@type": "Organization", "name": site.name},
        "commentCount": thread.count,
        "comment": _nested(comments, page),
    }


def _nested(tops: Iterable[CommentRow], page: str) -> list[dict[str, Any]]:
    """Replies within the comments they answer, without recursion."""
    whole: list[dict[str, Any]] = []
    stack = [(tops, whole)]
    while stack:
        siblings, into = stack.pop()
        for one in siblings:
            told = _comment(one, page)
            into.append(told)
            if one.replies:
                below: list[dict[str, Any]] = []
                told["comment"] = below
                stack.append((one.replies, below))
    return whole


def _comment(one: CommentRow, page: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "Comment",
        "url": f"{page}#comment-{one.id}",
        "dateCreated": rfc3339(one.created_at),
    }
    if one.author is None or one.body_html is None:
        return told | {"creativeWorkStatus": "Deleted" if one.state == REMOVED else "Pending"}
    kind = "Organization" if one.author.badge == TEAM else "Person"
    told |= {
        "author": {"@type": kind, "name": one.author.name},
        "text": markup.plain(one.body_html),
        "upvoteCount": one.votes.up,
    }
    return told | ({"dateModified": rfc3339(one.edited_at)} if one.edited_at else {})
