"""Figures for moderators: how much there is, how much waits, and what came and went by day.

`site_ids` bounds everything here; None means every site.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, extract, func, literal_column, select
from sqlalchemy.orm import Session

from comments_service import clock
from comments_service.database import snapshot
from comments_service.domain.states import State
from comments_service.models import Comment, LogEntry, Thread
from comments_service.queries import sites
from comments_service.queries.sites import SiteIds

DAYS = 30
DAY_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True)
class DayRow:
    """What was posted on a day of UTC, and how many comments came into these states."""

    day: date
    posted: int = 0
    approved: int = 0
    rejected: int = 0
    spam: int = 0


@dataclass(frozen=True, kw_only=True)
class StatsRow:
    """`days` ends with today and leaves none out."""

    states: dict[str, int]
    held_edits: int
    reported: int
    threads: int
    oldest_pending: datetime | None
    days: Sequence[DayRow]


def stats(*, site_ids: SiteIds) -> StatsRow:
    held = (Comment.held_edit_source.is_not(None), Comment.state == State.APPROVED)
    reported = Comment.open_reports > literal_column("0")
    oldest = (
        select(Comment.created_at)
        .where(Comment.state == State.PENDING, *sites.within(Comment.site_id, site_ids))
        .order_by(Comment.id)
        .limit(1)
    )
    with snapshot() as session:
        return StatsRow(
            states=_states(session, site_ids),
            held_edits=_count(session, *held, *sites.within(Comment.site_id, site_ids)),
            reported=_count(session, reported, *sites.within(Comment.site_id, site_ids)),
            threads=_count(session, *sites.within(Thread.site_id, site_ids), table=Thread),
            oldest_pending=session.scalar(oldest),
            days=_days(session, site_ids, today=clock.now().date()),
        )


def _states(session: Session, site_ids: SiteIds) -> dict[str, int]:
    rows = session.execute(
        select(Comment.state, func.count())
        .where(*sites.within(Comment.site_id, site_ids))
        .group_by(Comment.state)
    )
    return {str(state): 0 for state in State} | {row[0]: row[1] for row in rows}


def _count(
    session: Session,
    *where: ColumnElement[bool],
    table: type[Comment] | type[Thread] = Comment,
) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def _days(session: Session, site_ids: SiteIds, *, today: date) -> Sequence[DayRow]:
    """From the log, whose ids grow with time: only its end is read."""
    first = today - timedelta(days=DAYS - 1)
    since = datetime.combine(first, time(), UTC)
    first_id = (int(since.timestamp() * 1000) - clock.EPOCH_MS) << clock.LOW_BITS
    seconds = extract("epoch", LogEntry.at)
    day = (seconds - seconds % DAY_SECONDS).label("day")
    rows = session.execute(
        select(
            day,
            func.sum(case((LogEntry.event == "post", 1), else_=0)),
            *(_came_into(state) for state in (State.APPROVED, State.REJECTED, State.SPAM)),
        )
        .where(LogEntry.id >= max(first_id, 0), LogEntry.at >= since)
        .where(*sites.within(LogEntry.site_id, site_ids))
        .group_by(day)
    )
    found = {datetime.fromtimestamp(int(row[0]), UTC).date(): row[1:] for row in rows}
    return [
        _day(one, found.get(one, (0, 0, 0, 0)))
        for one in (first + timedelta(days=number) for number in range(DAYS))
    ]


def _came_into(state: State) -> ColumnElement[int]:
    changed = LogEntry.from_state.is_distinct_from(LogEntry.to_state)
    return func.sum(case(((LogEntry.to_state == state) & changed, 1), else_=0))


def _day(day: date, figures: Sequence[Any]) -> DayRow:
    posted, approved, rejected, spam = map(int, figures)
    return DayRow(day=day, posted=posted, approved=approved, rejected=rejected, spam=spam)
