"""Whatever a counter says, it says the truth again after a look; what was true isn't touched."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from comments_service import clock
from comments_service.database import Base, db, snapshot, unit_of_work
from comments_service.demo import content
from comments_service.demo.seed import seed
from comments_service.domain import votes
from comments_service.domain.people import Asker
from comments_service.domain.reports import Reason
from comments_service.domain.states import Decision
from comments_service.models import Comment, Thread, Vote
from comments_service.operations import reports, verification
from comments_service.operations import votes as voting
from comments_service.queries import sites as site_queries
from tests.rows import grow, statements
from tests.scene import PAGE, Scene
from tests.thread import add_site

OTHER = f"{PAGE}/the-pool"
COUNTERS = (
    Comment.approved_replies,
    Comment.shown,
    Comment.votes_up,
    Comment.votes_down,
    Comment.rank,
    Comment.open_reports,
)


LIES: list[tuple[str, type[Base], int, Any]] = [
    ("approved_replies", Comment, 0, 7),
    ("approved_replies", Comment, 1, 0),
    ("approved_replies", Comment, 3, -1),
    ("shown", Comment, 0, False),
    ("shown", Comment, 1, False),
    ("shown", Comment, 3, True),
    ("votes_up", Comment, 0, 0),
    ("votes_down", Comment, 2, 1),
    ("rank", Comment, 4, 5),
    ("open_reports", Comment, 2, 0),
    ("open_reports", Comment, 4, 1),
    ("approved_count", Thread, 0, 2),
    ("last_seq", Thread, 0, 1),
]


@pytest.fixture
def played(scene: Scene) -> list[int]:
    """A thread with replies of every fate, votes and reports, by the real operations."""
    site, _page = site_queries.of_page(PAGE)
    root = scene.post()
    removed = scene.post(parent=root)
    below = scene.post(parent=removed)
    held = scene.post(parent=below, approve=False)
    lone = scene.post()
    for number, one in enumerate((root, root, root, below)):
        voting.cast(one, 1, site=site, asker=Asker(visitor=bytes([number] * 16), network="net"))
    settled = Asker(visitor=None, network="net 1")
    reports.report(lone, Reason.SPAM, None, site=site, asker=settled)
    scene.decide(lone, Decision.APPROVE)
    reports.report(below, Reason.SPAM, None, site=site, asker=settled)
    scene.decide(removed, Decision.DELETE)
    scene.post(page=OTHER)
    return [root, removed, below, held, lone]


def rows() -> list[Any]:
    """All counters there are, without the threads' versions."""
    with snapshot() as session:
        return [
            *session.execute(select(Comment.id, *COUNTERS).order_by(Comment.id)).all(),
            *session.execute(
                select(Thread.id, Thread.approved_count, Thread.last_seq).order_by(Thread.id)
            ).all(),
        ]


def versions() -> dict[str, int]:
    with snapshot() as session:
        return {row.url: row.version for row in session.execute(select(Thread.url, Thread.version))}


def change(table: type[Base], at: int, **values: Any) -> None:
    """Write to the `at`-th row, by age, behind the back of every rule."""
    with unit_of_work() as session:
        key = table.__table__.c.id
        ids = session.scalars(select(key).order_by(key)).all()
        session.execute(update(table).where(key == ids[at]).values(**values))


def write_nothing(app: Flask) -> bool:
    """Whether a look neither writes nor locks."""
    with statements(app) as sent:
        assert not verification.mend()
    return not [one for one in sent if not one.startswith("SELECT") or "FOR UPDATE" in one]


def test_what_operations_left_is_right_and_is_not_written_to(
    scene: Scene, played: list[int]
) -> None:
    before = rows(), versions()
    assert write_nothing(scene.app)
    assert (rows(), versions()) == before


def test_the_demos_threads_are_right(app: Flask) -> None:
    with app.app_context():
        seed(content.load(), page_origin="http://127.0.0.1:8001")
        assert not verification.mend()
        assert not verification.damage()


def test_any_counter_that_lies_is_mended(scene: Scene, played: list[int]) -> None:
    before = rows()
    for counter, table, at, lie in LIES:
        known = versions()
        change(table, at, **{counter: lie})
        assert rows() != before, counter
        assert verification.mend() == {f"{table.__tablename__}.{counter}": 1}
        assert rows() == before, counter
        seen_by_readers = counter not in {"last_seq", "open_reports"}
        assert versions() == known | {PAGE: known[PAGE] + seen_by_readers}, counter
    assert write_nothing(scene.app)


def test_everything_wrong_at_once_is_mended_at_once(scene: Scene, played: list[int]) -> None:
    before, comments = rows(), 6
    with unit_of_work() as session:
        ruined = {column.key: column + 3 for column in COUNTERS if column is not Comment.shown}
        session.execute(update(Comment).values(shown=~Comment.shown, **ruined))
        session.execute(update(Thread).values(approved_count=99, last_seq=0))
    wrong = {f"comments.{column.key}": comments for column in COUNTERS}
    assert verification.mend() == wrong | {"threads.approved_count": 2, "threads.last_seq": 2}
    assert rows() == before


def test_a_number_given_to_a_comment_that_is_gone_is_never_given_again(
    scene: Scene, played: list[int]
) -> None:
    change(Thread, 0, last_seq=1_000)
    assert not verification.mend()


def test_votes_count_what_they_say(scene: Scene, played: list[int]) -> None:
    """The rows are the truth: a vote that is lost is a vote that isn't counted."""
    root = played[0]
    with unit_of_work() as session:
        session.execute(delete(Vote).where(Vote.comment_id == root, Vote.visitor == b"\1" * 16))
        session.execute(update(Vote).where(Vote.visitor == b"\2" * 16).values(value=-1))
    assert set(verification.mend()) == {"comments.votes_up", "comments.votes_down", "comments.rank"}
    with snapshot() as session:
        mended = session.get_one(Comment, root)
    assert (mended.votes_up, mended.votes_down, mended.rank) == (1, 1, votes.rank(1, 1))


def test_any_depth_and_any_number_of_threads_is_recounted(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "THREADS", 2)
    add_site(app)
    for number in range(5):
        grow(app, [None, None, 0], url=f"https://news.example/{number}")
    deep = grow(app, [None, *range(2_000)])
    with app.app_context():
        with unit_of_work() as session:
            session.execute(update(Comment).values(approved_replies=1))
        wrong = 5 * 2 + len(deep) - 1  # one of each thread is right by chance
        assert verification.mend() == {"comments.approved_replies": wrong}
        with snapshot() as session:
            assert session.get_one(Comment, int(deep[0])).approved_replies == len(deep) - 1
        assert not verification.mend()


def test_nothing_is_counted_under_the_lock(
    scene: Scene, played: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "BITE", 2)
    before, known = rows(), versions()
    for at in (0, 1, 2):
        change(Comment, at, rank=7, open_reports=3)
    with statements(scene.app) as sent:
        verification.mend()
    assert rows() == before
    assert versions() == known | {PAGE: known[PAGE] + 2}
    assert len([one for one in sent if one.startswith("SELECT comments.id")]) == len(known)


@pytest.mark.parametrize("times", [1, 99])
def test_a_thread_that_changes_meanwhile_is_recounted(
    scene: Scene, played: list[int], monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """Also one in which somebody always writes."""
    monkeypatch.setattr(verification, "BITE", 2)
    site, _page = site_queries.of_page(PAGE)
    root, *_others, lone = played  # which was kept, so that no report hides it
    came = 0

    @contextmanager
    def late() -> Generator[Session]:
        nonlocal came
        if came < times:
            came += 1
            asker = Asker(visitor=bytes([100 + came] * 16), network=f"net {came}")
            voting.cast(root, 1, site=site, asker=asker)
            reports.report(lone, Reason.OTHER, None, site=site, asker=asker)
        with unit_of_work() as session:
            yield session

    monkeypatch.setattr(verification, "unit_of_work", late)
    change(Comment, 0, votes_up=50)
    change(Comment, 4, open_reports=8)
    assert verification.mend() == {"comments.votes_up": 1, "comments.open_reports": 1}
    assert came == min(times, verification.LOOKS + 1)
    assert not verification.mend()
    with snapshot() as session:
        assert session.get_one(Comment, root).votes_up == 3 + came
        assert session.get_one(Comment, lone).open_reports == came


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_row_that_lacks_another_is_damage(app: Flask) -> None:
    with app.app_context():
        assert verification.damage() == []
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            thread = {
                "id": 1,
                "site_id": 9,
                "url": PAGE,
                "url_key": PAGE,
                "created_at": clock.now(),
            }
            connection.execute(insert(Thread), thread)
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        assert verification.damage() == ["row 1 of threads lacks its row of sites"]
