"""A visitor's own votes. Nobody else is told how anybody voted."""

from collections.abc import Mapping

from sqlalchemy import select

from comments_service.database import snapshot
from comments_service.models import Comment, Thread, Vote

MOST = 1_000


def own(*, site_id: int, url_key: str, visitor: bytes) -> Mapping[int, int]:
    """His votes in a page's thread by comment, of the newest comments if there are too many."""
    with snapshot() as session:
        rows = session.execute(
            select(Vote.comment_id, Vote.value)
            .join(Comment, Comment.id == Vote.comment_id)
            .join(Thread, Thread.id == Comment.thread_id)
            .where(Thread.site_id == site_id, Thread.url_key == url_key, Vote.visitor == visitor)
            .order_by(Vote.comment_id.desc())
            .limit(MOST)
        )
        return {row.comment_id: row.value for row in rows}
