"""What a site's front page tells of its comments: the newest, and the threads with most of them.
Only what every reader sees, and a bounded number of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from comments_service.database import rows, table
from comments_service.domain.excerpts import excerpt
from comments_service.domain.states import State
from comments_service.models import Comment, Thread
from comments_service.queries.sites import SiteRow


@dataclass(frozen=True)
class BylineRow:
    name: str


@dataclass(frozen=True)
class LatestRow:
    """An approved comment; `url` leads to it, `title` is its page's."""

    id: int
    url: str
    title: str | None
    author: BylineRow
    excerpt: str
    created_at: datetime


@dataclass(frozen=True)
class DiscussedRow:
    url: str
    title: str | None
    count: int


def latest(site: SiteRow, *, limit: int) -> Sequence[LatestRow]:
    """Newest first."""
    return [
        LatestRow(
            id=row.id,
            url=f"{_page(row.url)}#comment-{row.id}",
            title=row.title,
            author=BylineRow(row.author_name),
            excerpt=excerpt(row.body_html),
            created_at=row.created_at,
        )
        for row in rows(_LATEST, {"site": site.id, "limit": limit})
    ]


def most_discussed(site: SiteRow, *, limit: int) -> Sequence[DiscussedRow]:
    """Those with most approved comments first; of two alike the younger."""
    return [
        DiscussedRow(url=_page(row.url), title=row.title, count=row.approved_count)
        for row in rows(_MOST_DISCUSSED, {"site": site.id, "limit": limit})
    ]


def _page(url: str) -> str:
    return url.partition("#")[0]


_COMMENTS, _THREADS = table(Comment).c, table(Thread).c
_LATEST = (
    select(_COMMENTS.id, _COMMENTS.author_name, _COMMENTS.body_html, _COMMENTS.created_at)
    .add_columns(_THREADS.url, _THREADS.title)
    .join_from(table(Comment), table(Thread), _THREADS.id == _COMMENTS.thread_id)
    .where(_COMMENTS.site_id == bindparam("site"), _COMMENTS.state == str(State.APPROVED))
    .order_by(_COMMENTS.id.desc())
    .limit(bindparam("limit"))
)
_MOST_DISCUSSED = (
    select(_THREADS.url, _THREADS.title, _THREADS.approved_count)
    .where(_THREADS.site_id == bindparam("site"), _THREADS.approved_count > 0)
    .order_by(_THREADS.approved_count.desc(), _THREADS.id.desc())
    .limit(bindparam("limit"))
)
