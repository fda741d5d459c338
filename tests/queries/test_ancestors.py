"""The comments above a comment: both ways to find them agree, and no depth is too deep."""

from datetime import UTC, datetime
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from comments_service import clock
from comments_service.database import db, snapshot, unit_of_work
from comments_service.models import Comment, Site, Thread
from comments_service.queries import ancestors

SITE, THREAD = 1, 7
SAME: dict[str, object] = {
    "site_id": SITE,
    "thread_id": THREAD,
    "state": "approved",
    "author_name": "Tess",
    "body_source": "Yes.",
    "body_html": "<p>Yes.</p>",
    "body_version": 1,
    "reasons": [],
    "trace": [],
    "created_at": datetime(2026, 3, 1, tzinfo=UTC),
}


@pytest.fixture(autouse=True)
def _a_thread(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        session.add(Site(id=SITE, name="News", created_at=clock.now()))
        session.flush()
        url = "https://news.example/night-ferry"
        session.add(Thread(id=THREAD, site_id=SITE, url=url, url_key=url, created_at=clock.now()))


def plant(session: Session, parents: list[int | None], *, first: int) -> list[list[int]]:
    """Write comments, each with its parent as a place in the list; their ancestors, nearest first.

    Ids begin at `first`.
    """
    above: list[list[int]] = []
    rows: list[dict[str, object]] = []
    for place, parent in enumerate(parents):
        own = first + place
        above.append([] if parent is None else [first + parent, *above[parent]])
        row: dict[str, object] = {
            "id": own,
            "parent_id": None if parent is None else first + parent,
            "root_id": above[-1][-1] if above[-1] else own,
            "depth": len(above[-1]),
            "seq": own,
        }
        rows.append(row)
    session.execute(insert(Comment), [SAME | row for row in rows])
    return above


def found(session: Session, comment_id: int, *, walked_depth: int) -> list[int]:
    comment = session.get_one(Comment, comment_id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ancestors, "WALKED_DEPTH", walked_depth)
        return ancestors.ancestors(session, comment)


@st.composite
def forests(draw: st.DrawFn) -> list[int | None]:
    """For each of some comments the place of its parent among those before it."""
    size = draw(st.integers(1, 25))
    return [draw(st.none() | st.integers(0, place - 1)) if place else None for place in range(size)]


def test_both_ways_find_the_same_in_any_forest(app: Flask) -> None:
    numbers = count(1, 100)

    @settings(
        deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow], database=None
    )
    @given(forests())
    def agree(parents: list[int | None]) -> None:
        first = next(numbers)
        with unit_of_work() as session:
            above = plant(session, parents, first=first)
        with snapshot() as session:
            for place, expected in enumerate(above):
                assert found(session, first + place, walked_depth=10**6) == expected
                assert found(session, first + place, walked_depth=-1) == expected

    with app.app_context():
        agree()


@pytest.mark.parametrize("depth", [0, 1, ancestors.WALKED_DEPTH, ancestors.WALKED_DEPTH + 1, 1_000])
def test_a_chain_is_found_to_its_root_nearest_first(app: Flask, depth: int) -> None:
    with app.app_context(), unit_of_work() as session:
        above = plant(session, [None, *range(depth)], first=1)
        comment = session.get_one(Comment, depth + 1)
        assert ancestors.ancestors(session, comment) == above[-1] == list(range(depth, 0, -1))


def test_a_deep_chain_is_read_in_one_statement(app: Flask) -> None:
    statements: list[str] = []
    with app.app_context(), unit_of_work() as session:
        plant(session, [None, *range(1_000)], first=1)
        comment = session.get_one(Comment, 1_001)
        event.listen(db.engine, "before_cursor_execute", lambda *say: statements.append(say[2]))
        ancestors.ancestors(session, comment)
    assert len([one for one in statements if one.startswith("SELECT")]) == 1
