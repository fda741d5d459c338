"""Opening a page's thread and keeping what readers see of it countable. No rules about who may."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import String, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from comments_service import clock
from comments_service.database import insert_if_new, table
from comments_service.domain.errors import Missing
from comments_service.domain.states import State
from comments_service.domain.urls import Page
from comments_service.models import Comment, Thread
from comments_service.queries.ancestors import ancestors

CHUNK = 500  # ids in one statement

# What every post says is built once: building a statement takes longer than running it.
_THREADS = table(Thread)
_OF_PAGE = (
    select(_THREADS.c.id, _THREADS.c.site_id, _THREADS.c.state, _THREADS.c.last_seq)
    .where(_THREADS.c.site_id == bindparam("site_id"), _THREADS.c.url_key == bindparam("url_key"))
    .with_for_update()
)
_ARRIVE = (
    update(_THREADS)
    .where(_THREADS.c.id == bindparam("thread_id"))
    .values(
        last_seq=bindparam("seq"),
        approved_count=_THREADS.c.approved_count + bindparam("shown"),
        version=_THREADS.c.version + bindparam("shown"),
        title=func.coalesce(_THREADS.c.title, bindparam("proposed", type_=String())),
    )
)


@dataclass
class LockedThread:
    """What a write needs to know of its page's thread, which nobody else changes meanwhile."""

    id: int
    site_id: int
    state: str
    last_seq: int


def find_or_open(session: Session, *, site_id: int, page: Page) -> LockedThread:
    """The page's thread, locked until the transaction ends; opened if this is its first write."""
    known = {"site_id": site_id, "url_key": page.key}
    row = session.execute(_OF_PAGE, known).first()
    if row is not None:
        return LockedThread(*row)
    insert_if_new(  # another may just have opened it
        session,
        Thread,
        id=clock.new_id(),
        site_id=site_id,
        url=page.url,
        url_key=page.key,
        state="open",
        last_seq=0,
        approved_count=0,
        version=0,
        created_at=clock.now(),
    )
    return LockedThread(*session.execute(_OF_PAGE, known).one())


def lock(session: Session, thread_id: int) -> Thread:
    """One writer at a time in a thread: SQLite has its write lock, PostgreSQL this row."""
    return session.scalars(select(Thread).where(Thread.id == thread_id).with_for_update()).one()


def lock_of(session: Session, comment_id: int, *, site_id: int) -> tuple[Comment, Thread]:
    """A comment as it is now and its thread, locked; Missing for one of another site."""
    comment = session.get(Comment, comment_id)
    if comment is None or comment.site_id != site_id:
        raise Missing
    thread = lock(session, comment.thread_id)
    session.refresh(comment)
    return comment, thread


def lock_those_of(
    session: Session, comment_ids: Iterable[int], *, site_ids: frozenset[int] | None
) -> None:
    """Lock the threads of these comments of these sites (None: of all).

    Always in one order, so that no two callers wait for each other in a circle.
    """
    query = (
        select(Thread.id)
        .where(Thread.id.in_(select(Comment.thread_id).where(Comment.id.in_(comment_ids))))
        .order_by(Thread.id)
        .with_for_update()
    )
    session.execute(query if site_ids is None else query.where(Thread.site_id.in_(site_ids)))


def arrive(session: Session, comment: Comment) -> None:
    """Count a comment that has just been written, which may be the first to give a title.

    The caller holds the thread's lock. One statement, whatever the comment's state.
    """
    shown = comment.state == State.APPROVED
    session.execute(
        _ARRIVE,
        {
            "thread_id": comment.thread_id,
            "seq": comment.seq,
            "shown": int(shown),
            "proposed": comment.proposed_title if shown else None,
        },
    )
    if shown and comment.parent_id is not None:
        _count_for_ancestors(session, ancestors(session, comment), 1)


def recount(session: Session, comment: Comment, *, change: int) -> None:
    """Carry a comment's appearance (`change` 1) or disappearance (-1) or neither (0) to counters.

    The caller holds the thread's lock and has flushed the comment's own new state.
    """
    session.execute(
        update(Thread)
        .where(Thread.id == comment.thread_id)
        .values(approved_count=Thread.approved_count + change, version=Thread.version + 1)
    )
    session.execute(
        update(Comment)
        .where(Comment.id == comment.id)
        .values(shown=or_(Comment.state == State.APPROVED, Comment.approved_replies > 0))
    )
    if change:
        _count_for_ancestors(session, ancestors(session, comment), change)


def _count_for_ancestors(session: Session, ids: Sequence[int], change: int) -> None:
    count = Comment.approved_replies + change
    for start in range(0, len(ids), CHUNK):
        session.execute(
            update(Comment)
            .where(Comment.id.in_(ids[start : start + CHUNK]))
            .values(approved_replies=count, shown=or_(Comment.state == State.APPROVED, count > 0))
        )
