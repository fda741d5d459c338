"""Comments as rows for the wire: for readers (tombstones keep nothing) and for their own author.

These rows aren't frozen, as others are: a page makes a hundred, and freezing takes three times as
long. Nobody changes one he didn't make.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import and_, or_, select

from comments_service import clock, settings
from comments_service.database import snapshot, table
from comments_service.domain import people
from comments_service.domain.errors import Missing
from comments_service.domain.states import State
from comments_service.domain.tokens import Keyring
from comments_service.models import Comment, Thread

REMOVED, IN_REVIEW = "removed", "in_review"
OWN_APPROVED = timedelta(hours=1)


@dataclass
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


@dataclass(kw_only=True)
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


Shown = Any  # a row of a comment's `COLUMNS`
TABLE = table(Comment).c
COLUMNS = (
    TABLE.id,
    TABLE.parent_id,
    TABLE.root_id,
    TABLE.depth,
    TABLE.seq,
    TABLE.rank,
    TABLE.state,
    TABLE.approved_replies,
    TABLE.votes_up,
    TABLE.votes_down,
    TABLE.author_name,
    TABLE.author_badge,
    TABLE.visitor,
    TABLE.body_html,
    TABLE.created_at,
    TABLE.edited_at,
)
_VALUES = attrgetter(*(column.key for column in COLUMNS))


@dataclass(frozen=True)
class Whose:
    """Where a comment belongs and who is proven to have written it."""

    site_id: int
    thread_id: int
    visitor: bytes | None


def public_row(comment: Comment, *, site_id: int) -> CommentRow:
    """What readers see of a comment that is shown to them."""
    [row] = public_rows([_VALUES(comment)], site_id=site_id)
    return row


def public_rows(shown: Iterable[Shown], *, site_id: int) -> list[CommentRow]:
    keyring = settings.current().keyring
    return [_public(one, site_id=site_id, keyring=keyring) for one in shown]


def _public(shown: Shown, *, site_id: int, keyring: Keyring) -> CommentRow:
    row = _row(shown, site_id=site_id, keyring=keyring)
    if row.state == State.APPROVED:
        return row
    said = IN_REVIEW if row.state == State.PENDING else REMOVED
    return replace(row, author=None, body_html=None, edited_at=None, state=said, votes=NO_VOTES)


def own_row(comment: Comment, *, site_id: int) -> CommentRow:
    """What its proven author sees: whatever isn't approved is pending to him, an edit that waits
    stands in the place of the text that others read.
    """
    row = moderated_row(comment, site_id=site_id)
    if row.state != State.APPROVED:
        return replace(row, state=State.PENDING)
    if comment.held_edit_html is None:
        return row
    return replace(row, body_html=comment.held_edit_html, state=State.PENDING)


def moderated_row(comment: Comment, *, site_id: int) -> CommentRow:
    """What those see who decide: the text that stands, under its inner state."""
    return _row(_VALUES(comment), site_id=site_id, keyring=settings.current().keyring)


def first_row(comment: Comment, *, site_id: int, body_html: str, held: bool) -> CommentRow:
    """The comment as it was when it was posted."""
    return replace(
        moderated_row(comment, site_id=site_id),
        state=State.PENDING if held else State.APPROVED,
        body_html=body_html,
        edited_at=None,
        votes=NO_VOTES,
        reply_count=0,
    )


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


def _row(values: Shown, *, site_id: int, keyring: Keyring) -> CommentRow:
    """All at once: to read a row's columns by name would take a third of the time of a page."""
    (
        number,
        parent_id,
        root_id,
        depth,
        seq,
        _rank,
        state,
        replies,
        up,
        down,
        name,
        badge,
        visitor,
        body_html,
        created_at,
        edited_at,
    ) = values
    avatar = people.avatar(keyring, site_id=site_id, visitor=visitor, name=name)
    return CommentRow(
        id=number,
        parent_id=parent_id,
        root_id=root_id,
        depth=depth,
        seq=seq,
        # Websites are hidden: no site can show them yet, and rules.website says so.
        author=AuthorRow(name=name, website=None, avatar=avatar, badge=badge),
        body_html=body_html,
        created_at=created_at,
        edited_at=edited_at,
        state=state,
        votes=VotesRow(up, down) if up or down else NO_VOTES,
        reply_count=replies,
    )
