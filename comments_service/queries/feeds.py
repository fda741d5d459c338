"""The newest comments of a page or of a whole site, for feeds: what readers see, no tombstones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from comments_service.database import snapshot
from comments_service.domain.states import State
from comments_service.domain.urls import Page
from comments_service.models import Comment, Thread
from comments_service.queries.sites import SiteRow

MOST = 50


@dataclass(frozen=True)
class EntryRow:
    """An approved comment; `place` names its page by title, or by address while it has none."""

    id: int
    page_url: str
    place: str
    author_name: str
    body_html: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class FeedRow:
    """Newest first. `home` is what it is about: the page, or the site's origin."""

    title: str
    home: str
    entries: Sequence[EntryRow]


def of_page(site: SiteRow, page: Page) -> FeedRow:
    """A page without a thread has an empty feed."""
    with snapshot() as session:
        thread = session.scalar(
            select(Thread).where(Thread.site_id == site.id, Thread.url_key == page.key)
        )
        if thread is None:
            return FeedRow(_address(page.key), page.url, [])
        found = select(Comment, Thread).where(Comment.thread_id == thread.id)
        entries = _newest(session, found.order_by(Comment.seq.desc()))
        return FeedRow(_place(thread), thread.url, entries)


def of_site(site: SiteRow, origin: str) -> FeedRow:
    with snapshot() as session:
        found = select(Comment, Thread).where(Comment.site_id == site.id)
        return FeedRow(site.name, origin, _newest(session, found.order_by(Comment.id.desc())))


def _newest(session: Session, found: Select[Comment, Thread]) -> list[EntryRow]:
    query = (
        found.join(Thread, Thread.id == Comment.thread_id)
        .where(Comment.state == State.APPROVED)
        .limit(MOST)
    )
    return [_entry(comment, thread) for comment, thread in session.execute(query)]


def _entry(comment: Comment, thread: Thread) -> EntryRow:
    return EntryRow(
        id=comment.id,
        page_url=thread.url,
        place=_place(thread),
        author_name=comment.author_name,
        body_html=comment.body_html,
        created_at=comment.created_at,
        updated_at=comment.edited_at or comment.created_at,
    )


def _place(thread: Thread) -> str:
    return thread.title or _address(thread.url_key)


def _address(key: str) -> str:
    return key.removeprefix("https://")
