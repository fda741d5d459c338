"""What screening and posting need to know of the past."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from comments_service.database import table
from comments_service.domain.states import State
from comments_service.models import Comment

_COMMENTS = table(Comment).c
_OF_VISITOR = _COMMENTS.visitor == bindparam("visitor")


def _posted(*by: ColumnElement[bool]) -> Select[bool]:
    """Built once and from the table: that takes longer than running it."""
    return select(
        exists(
            select(_COMMENTS.id)
            .where(_COMMENTS.thread_id == bindparam("thread_id"))
            .where(_COMMENTS.posted_digest == bindparam("digest"))
            .where(_COMMENTS.created_at > bindparam("since"), *by)
        )
    )


_POSTED_BY_VISITOR = _posted(_OF_VISITOR)
_POSTED_BY_NAME = _posted(
    _COMMENTS.author_name == bindparam("name"), _COMMENTS.network == bindparam("network")
)

_APPROVED = (
    select(_COMMENTS.id)
    .where(_OF_VISITOR, _COMMENTS.site_id == bindparam("site_id"))
    .where(_COMMENTS.state == State.APPROVED)
    .limit(bindparam("most"))
)
_PROVEN = (
    select(_COMMENTS.recipient_id)
    .where(_OF_VISITOR, _COMMENTS.thread_id == bindparam("thread_id"))
    .where(_COMMENTS.recipient_proven)
    .order_by(_COMMENTS.id.desc())
    .limit(1)
)


def approved_comments(session: Session, *, site_id: int, visitor: bytes | None, most: int) -> int:
    """How many approved comments a proven visitor has on the site, counted up to `most`."""
    if visitor is None:
        return 0
    known = {"visitor": visitor, "site_id": site_id, "most": most}
    return len(session.execute(_APPROVED, known).all())


def posted_since(
    session: Session,
    *,
    thread_id: int,
    since: datetime,
    digest: bytes,
    visitor: bytes | None,
    name: str,
    network: str,
) -> bool:
    """Whether the same visitor (without one: the same name and network) just posted this text, by
    its `posted_digest`.
    """
    where = {"thread_id": thread_id, "since": since, "digest": digest}
    if visitor is not None:
        found = session.scalar(_POSTED_BY_VISITOR, where | {"visitor": visitor})
    else:
        found = session.scalar(_POSTED_BY_NAME, where | {"name": name, "network": network})
    return bool(found)


def same_answer_since(
    session: Session, *, parent: Comment, since: datetime, body: str, badge: str
) -> bool:
    """Whether somebody with this badge just answered that comment with this text."""
    query = (
        select(Comment.id)
        .where(Comment.parent_id == parent.id, Comment.created_at > since)
        .where(Comment.author_badge == badge, Comment.body_source == body)
    )
    return bool(session.scalar(select(exists(query))))


def proven_recipient(session: Session, *, thread_id: int, visitor: bytes | None) -> int | None:
    """The recipient whose mailbox confirmed an earlier comment of this visitor in the thread."""
    if visitor is None:
        return None
    return session.scalar(_PROVEN, {"visitor": visitor, "thread_id": thread_id})
