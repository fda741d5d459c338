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
BITE = 200  # comments mended in one transaction: everybody else who writes waits for it
LOOKS = 3  # at a thread in which somebody always writes
COUNTERS = ("approved_replies", "shown", "votes_up", "votes_down", "rank", "open_reports")
UNSEEN = {"threads.last_seq", "comments.open_reports"}  # readers never see these
_REPORTS = (
    select(func.count())
    .where(Report.comment_id == Comment.id, Report.settled_at.is_(None))
    .correlate(Comment)
    .scalar_subquery()
)
_RIGHT: dict[str, Any] = {name: bindparam(f"right_{name}") for name in COUNTERS}
_RIGHT["open_reports"] = _REPORTS  # counted once more: they change no version
_MENDED = update(Comment).where(Comment.id == bindparam("its_id")).values(_RIGHT)


@dataclass
class _Recount:
    """What a thread's counters should say where they don't; `wrong` counts those by name.

    `version` and `last_seq` are the thread's as it was looked at.
    """

    version: int = 0
    last_seq: int = 0
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

    What is right is found without a lock, too; it is taken for what is written, a bite at a time.
    """
    wrong: Counter[str] = Counter()
    after = 0
    while ids := _threads_after(after):
        for thread_id in ids:
            found = _look(thread_id)
            if found.wrong:
                wrong += found.wrong
                _mend_one(thread_id, found)
        after = ids[-1]
    return wrong


def _threads_after(thread_id: int) -> Sequence[int]:
    query = select(Thread.id).where(Thread.id > thread_id).order_by(Thread.id).limit(THREADS)
    with snapshot() as session:
        return session.scalars(query).all()


def _look(thread_id: int) -> _Recount:
    with snapshot() as session:
        return _recount(session, thread_id)


def _mend_one(thread_id: int, found: _Recount) -> None:
    for _ in range(LOOKS):
        if _mend_in_bites(thread_id, found):
            return
        found = _look(thread_id)
    with unit_of_work() as session:
        threads.lock(session, thread_id)
        found = _recount(session, thread_id)
        _write(session, thread_id, found, found.comments)


def _mend_in_bites(thread_id: int, found: _Recount) -> bool:
    """Whether all was mended: not, if the thread is no longer the one that was looked at."""
    for start in range(0, max(1, len(found.comments)), BITE):
        with unit_of_work() as session:
            thread = threads.lock(session, thread_id)
            if (thread.version, thread.last_seq) != (found.version, found.last_seq):
                return False
            _write(session, thread_id, found, found.comments[start : start + BITE])
    return True


def _write(
    session: Session, thread_id: int, found: _Recount, comments: Sequence[dict[str, Any]]
) -> None:
    """Some of its comments, and the thread, as it is to be looked for the next time."""
    if comments:
        session.connection().execute(_MENDED, comments)
    found.version += bool(found.wrong.keys() - UNSEEN)
    found.last_seq = found.thread.get("last_seq", found.last_seq)
    values = found.thread | {"version": found.version}
    session.execute(update(Thread).where(Thread.id == thread_id).values(values))


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
    return (
        select(
            *(Comment.id, Comment.parent_id, Comment.seq, Comment.state),
            *(cast.where(Vote.value == value).scalar_subquery() for value in (1, -1)),
            _REPORTS,
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
    columns = (Thread.approved_count, Thread.last_seq, Thread.version)
    query = select(*columns).where(Thread.id == thread_id)
    stands, found.last_seq, found.version = session.execute(query).one()
    if stands != approved:
        found.thread["approved_count"] = approved
    if found.last_seq < newest:
        found.thread["last_seq"] = newest
    found.wrong.update(f"threads.{name}" for name in found.thread)
