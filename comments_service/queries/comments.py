"""Comments as rows for the wire: for readers (tombstones keep nothing) and for their own author."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from comments_service import clock, settings
from comments_service.database import snapshot
from comments_service.domain import people
from comments_service.domain.errors import Missing
from comments_service.domain.states import State
from comments_service.models import Comment, Thread

REMOVED, IN_REVIEW = "removed", "in_review"
OWN_APPROVED = timedelta(hours=1)


@dataclass(frozen=True)
class AuthorRow:
    name: str
    website: str | None
    avatar: str
    badge: str | None


@dataclass(frozen=True)
class VotesRow:
    up: int = 0
    down: int = 0


NO_VOTES = VotesRow()


@dataclass(frozen=True, kw_only=True)
class CommentRow:
    """One comment as it may be shown; a tombstone has no author and no body."""

    id: int
    parent_id: int | None
    root_id: int
    depth: int
    seq: int
    author: AuthorRow | None
    body_html: str | None
    created_at: datetime
    edited_at: datetime | None
    state: str
    pinned: bool = False
    votes: VotesRow = NO_VOTES
    reply_count: int = 0
    replies: "list[CommentRow]" = field(default_factory=list["CommentRow"])
    replies_cursor: str | None = None


Shown = Any  # a comment, or a row of its `COLUMNS` alone
COLUMNS = (
    Comment.id,
    Comment.parent_id,
    Comment.root_id,
    Comment.depth,
    Comment.seq,
    Comment.state,
    Comment.approved_replies,
    Comment.votes_up,
    Comment.votes_down,
    Comment.author_name,
    Comment.author_badge,
    Comment.visitor,
    Comment.body_html,
    Comment.created_at,
    Comment.edited_at,
)


@dataclass(frozen=True)
class Whose:
    """Where a comment belongs and who is proven to have written it."""

    site_id: int
    thread_id: int
    visitor: bytes | None


def public_row(comment: Shown, *, site_id: int) -> CommentRow:
    """What readers see of a comment that is shown to them."""
    if comment.state == State.APPROVED:
        return _row(comment, site_id=site_id, state=State.APPROVED)
    return CommentRow(
        id=comment.id,
        parent_id=comment.parent_id,
        root_id=comment.root_id,
        depth=comment.depth,
        seq=comment.seq,
        author=None,
        body_html=None,
        created_at=comment.created_at,
        edited_at=None,
        state=IN_REVIEW if comment.state == State.PENDING else REMOVED,
        reply_count=comment.approved_replies,
    )


def own_row(comment: Comment, *, site_id: int) -> CommentRow:
    """What its proven author sees: whatever isn't approved is pending to him, an edit that waits
    stands in the place of the text that others read.
    """
    if comment.state != State.APPROVED:
        return _row(comment, site_id=site_id, state=State.PENDING)
    row = _row(comment, site_id=site_id, state=State.APPROVED)
    if comment.held_edit_html is None:
        return row
    return replace(row, body_html=comment.held_edit_html, state=State.PENDING)


def moderated_row(comment: Comment, *, site_id: int) -> CommentRow:
    """What those see who decide: the text that stands, under its inner state."""
    return _row(comment, site_id=site_id, state=comment.state)


def first_row(comment: Comment, *, site_id: int, body_html: str, held: bool) -> CommentRow:
    """The comment as it was when it was posted."""
    state = State.PENDING if held else State.APPROVED
    row = _row(comment, site_id=site_id, state=state)
    return replace(row, body_html=body_html, edited_at=None, votes=NO_VOTES, reply_count=0)


def whose(comment_id: int) -> Whose:
    """Missing when there is no such comment."""
    with snapshot() as session:
        row = session.execute(
            select(Comment.site_id, Comment.thread_id, Comment.visitor).where(
                Comment.id == comment_id
            )
        ).first()
        if row is None:
            raise Missing
        return Whose(*row)


def site_of_shown(comment_id: int) -> int:
    """The site of a comment that readers see; Missing for a held one as for none."""
    with snapshot() as session:
        site_id = session.scalar(
            select(Comment.site_id).where(Comment.id == comment_id, Comment.state == State.APPROVED)
        )
        if site_id is None:
            raise Missing
        return site_id


def own(*, site_id: int, url_key: str, visitor: bytes) -> Sequence[CommentRow]:
    """A visitor's own held comments of a page, those with a held edit, and his approved ones of the
    last hour.
    """
    recent = clock.now() - OWN_APPROVED
    undecided = and_(Comment.state.in_((State.SPAM, State.REJECTED)), Comment.decided_at.is_(None))
    edit_waits = Comment.held_edit_source.is_not(None)
    shown = or_(
        Comment.state == State.PENDING,
        undecided,
        and_(Comment.state == State.APPROVED, or_(Comment.created_at > recent, edit_waits)),
    )
    with snapshot() as session:
        found = session.scalars(
            select(Comment)
            .join(Thread, Thread.id == Comment.thread_id)
            .where(Thread.site_id == site_id, Thread.url_key == url_key)
            .where(Comment.visitor == visitor, Comment.site_id == site_id, shown)
            .order_by(Comment.seq.desc())
            .limit(_MOST_OWN)
        )
        return [own_row(comment, site_id=site_id) for comment in reversed(found.all())]


_MOST_OWN = 100


def _row(comment: Shown, *, site_id: int, state: str) -> CommentRow:
    return CommentRow(
        id=comment.id,
        parent_id=comment.parent_id,
        root_id=comment.root_id,
        depth=comment.depth,
        seq=comment.seq,
        author=AuthorRow(
            name=comment.author_name,
            website=None,  # hidden: no site can show it yet, and rules.website says so
            avatar=people.avatar(
                settings.current().keyring,
                site_id=site_id,
                visitor=comment.visitor,
                name=comment.author_name,
            ),
            badge=comment.author_badge,
        ),
        body_html=comment.body_html,
        created_at=comment.created_at,
        edited_at=comment.edited_at,
        state=state,
        votes=VotesRow(comment.votes_up, comment.votes_down)
        if comment.votes_up or comment.votes_down
        else NO_VOTES,
        reply_count=comment.approved_replies,
    )
