"""The comments above a comment, without recursion and without a step per level in deep threads."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from comments_service.database import table
from comments_service.models import Comment

WALKED_DEPTH = 64
_COMMENTS = table(Comment).c
_PARENT = select(_COMMENTS.parent_id).where(_COMMENTS.id == bindparam("id"))
_BRANCH = select(_COMMENTS.id, _COMMENTS.parent_id).where(
    _COMMENTS.thread_id == bindparam("thread_id"), _COMMENTS.root_id == bindparam("root_id")
)


def ancestors(session: Session, comment: Comment) -> list[int]:
    """Their ids, nearest first. Shallow chains are walked, deep ones read at once."""
    parents = _all_parents(session, comment) if comment.depth > WALKED_DEPTH else None
    found: list[int] = []
    parent = comment.parent_id
    while parent is not None:
        found.append(parent)
        parent = _parent(session, parent) if parents is None else parents[parent]
    return found


def _parent(session: Session, comment_id: int) -> int | None:
    return session.scalar(_PARENT, {"id": comment_id})


def _all_parents(session: Session, comment: Comment) -> dict[int, int | None]:
    """Of the whole branch; the thread is named because every branch has an index only within it."""
    rows = session.execute(_BRANCH, {"thread_id": comment.thread_id, "root_id": comment.root_id})
    return {row.id: row.parent_id for row in rows}
