"""One approved comment and where to find it: in which page of its thread, below whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from comments_service.database import snapshot
from comments_service.domain import limits
from comments_service.domain.cursors import Sort
from comments_service.domain.errors import Missing
from comments_service.domain.states import State
from comments_service.models import Comment
from comments_service.queries import threads
from comments_service.queries.ancestors import ancestors
from comments_service.queries.comments import (
    COLUMNS,
    TABLE,
    CommentRow,
    Shown,
    public_row,
    public_rows,
)
from comments_service.queries.sites import SiteRow


@dataclass(frozen=True)
class Permalink:
    comment: CommentRow
    root: CommentRow
    ancestors: Sequence[CommentRow]
    root_cursor: str
    replies_cursor: str | None


def find(comment_id: int, *, site: SiteRow, sort: Sort = Sort.OLDEST) -> Permalink:
    """An approved comment and where to find it. Missing for a held or unknown one."""
    with snapshot() as session:
        comment = session.get(Comment, comment_id)
        if comment is None or comment.site_id != site.id or comment.state != State.APPROVED:
            raise Missing
        above = ancestors(session, comment)
        root = session.get_one(Comment, comment.root_id)
        nearest = TABLE.id.in_(above[: limits.ANCESTORS])
        found: Sequence[Shown] = session.execute(
            select(*COLUMNS).where(nearest).order_by(TABLE.seq)
        ).all()
        return Permalink(
            comment=public_row(comment, site_id=site.id),
            root=public_row(root, site_id=site.id),
            ancestors=public_rows(found, site_id=site.id),
            root_cursor=threads.cursor_at(
                _place_before(root, sort), "roots", site.id, comment.thread_id, sort
            ),
            replies_cursor=threads.cursor_at((comment.seq - 1,), "replies", site.id, root.id)
            if comment.parent_id
            else None,
        )


def _place_before(root: Shown, sort: Sort) -> tuple[int, ...]:
    """Where a page must begin to have this root first."""
    *rank, number = threads.place_of(root, sort)
    return (*rank, number - 1 if sort is Sort.OLDEST else number + 1)
