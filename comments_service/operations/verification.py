"""Counting again what is counted beside the rows, and mending what differs.

Never assigns a state, and writes nothing where everything is right. The service may be running.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Executable, bindparam, func, select, text, update
from sqlalchemy.orm import Session

from comments_service.database import snapshot, unit_of_work
from comments_service.domain import votes
from comments_service.domain.states import State
from comments_service.models import Comment, Report, Thread, Vote
from comments_service.operations import threads

THREADS = 500  # ids read at one time
ROWS = 1_000  # comments held at one time
COUNTERS = ("approved_replies", "shown", "votes_up", "votes_down", "rank", "open_reports")
UNSEEN = {"threads.last_seq", "comments.open_reports"}  # readers never see these


@dataclass
class _Recount:
    """What a thread's counters should say where they don't; `wrong` counts those by name."""

    thread: dict[str, int] = field(default_factory=dict[str, int])
    comments: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    wrong: Counter[str] = field(default_factory=Counter[str])


def damage() -> list[str]:
    """What SQLite finds wrong with its file, a line each; PostgreSQL looks after its own."""
    with snapshot() as session:
        if session.get_bind().dialect.name != "sqlite":
            return []
        verdicts = session.scalars(text("PRAGMA integrity_check")).all()
        broken = session.execute(text("PRAGMA foreign_key_check")).all()
    found = [str(verdict) for verdict in verdicts if verdict != "ok"]
    return found + [f"row {row[1]} of {row[0]} lacks its row of {row[2]}" for row in broken]


def mend() -> Counter[str]:
    """Recount thread by thread; how many of each counter were wrong, and are mended.

    A thread is locked only when it looked wrong without.
    """
    wrong: Counter[str] = Counter()
    after = 0
    while ids := _threads_after(after):
        for thread_id in ids:
            with snapshot() as session:
                looks_wrong = _recount(session, thread_id).wrong
            if looks_wrong:
                wrong += _mend_one(thread_id)
        after = ids[-1]
    return wrong


def _threads_after(thread_id: int) -> Sequence[int]:
    query = select(Thread.id).where(Thread.id > thread_id).order_by(Thread.id).limit(THREADS)
    with snapshot() as session:
        return session.scalars(query).all()


def _mend_one(thread_id: int) -> Counter[str]:
    with unit_of_work() as session:
        threads.lock(session, thread_id)
        found = _recount(session, thread_id)
        if found.comments:
            right: dict[str, Any] = {name: bindparam(f"right_{name}") for name in COUNTERS}
            mended = update(Comment).where(Comment.id == bindparam("its_id")).values(right)
            session.connection().execute(mended, found.comments)
        seen = found.wrong.keys() - UNSEEN
        values = found.thread | ({"version": Thread.version + 1} if seen else {})
        if values:
            session.execute(update(Thread).where(Thread.id == thread_id).values(values))
    return found.wrong


def _recount(session: Session, thread_id: int) -> _Recount:
    """One pass from the newest to the oldest: replies come before what they answer, so what is
    below a comment is known when its turn comes, at any depth.
    """
    found = _Recount()
    approved = newest = 0
    below: dict[int, int] = {}
    rows: Iterable[Sequence[Any]] = session.execute(
        _comments(thread_id), execution_options={"yield_per": ROWS}
    )
    for number, parent_id, seq, state, up, down, reports, *stand in rows:
        counts, replies = state == State.APPROVED, below.pop(number, 0)
        if parent_id is not None:
            below[parent_id] = below.get(parent_id, 0) + replies + counts
        approved, newest = approved + counts, max(newest, seq)
        right = [replies, counts or replies > 0, up, down, votes.rank(up, down), reports]
        if right != stand:
            _note(found, number, stand, right)
    _look_at_thread(session, thread_id, found, approved=approved, newest=newest)
    return found


def _comments(thread_id: int) -> Executable:
    """Never the texts; with each comment what its votes and reports come to."""
    cast = select(func.count()).where(Vote.comment_id == Comment.id)
    waiting = select(func.count()).where(
        Report.comment_id == Comment.id, Report.settled_at.is_(None)
    )
    return (
        select(
            *(Comment.id, Comment.parent_id, Comment.seq, Comment.state),
            *(cast.where(Vote.value == value).scalar_subquery() for value in (1, -1)),
            waiting.scalar_subquery(),
            *(getattr(Comment, name) for name in COUNTERS),
        )
        .where(Comment.thread_id == thread_id)
        .order_by(Comment.seq.desc())
    )


def _note(found: _Recount, number: int, stand: Sequence[Any], right: Sequence[Any]) -> None:
    given = {f"right_{name}": value for name, value in zip(COUNTERS, right, strict=True)}
    found.comments.append({"its_id": number} | given)
    both = zip(COUNTERS, stand, right, strict=True)
    found.wrong.update(f"comments.{name}" for name, stands, is_right in both if stands != is_right)


def _look_at_thread(
    session: Session, thread_id: int, found: _Recount, *, approved: int, newest: int
) -> None:
    """The last number given may be beyond the newest comment's, never before it."""
    query = select(Thread.approved_count, Thread.last_seq).where(Thread.id == thread_id)
    stands, last = session.execute(query).one()
    if stands != approved:
        found.thread["approved_count"] = approved
    if last < newest:
        found.thread["last_seq"] = newest
    found.wrong.update(f"threads.{name}" for name in found.thread)
