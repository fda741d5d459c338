"""What has had its time is forgotten, and nothing else."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, func, inspect, select
from sqlalchemy.orm import Session

from comments_service import clock
from comments_service.database import Base, db, snapshot, unit_of_work
from comments_service.domain.events import Scope
from comments_service.models import (
    Comment,
    Confirmation,
    IdempotentAnswer,
    ModeratorSession,
    OutboxMessage,
    Report,
    SignInLink,
    Subscription,
    Vote,
)
from comments_service.operations import housekeeping, idempotency, moderators, outbox
from tests.scene import Scene

RUTH = "ruth@example.com"
DAY = 86_400
unreadable = pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index"  # SQLAlchemy's, on SQLite
)


def _count(table: type[Base]) -> int:
    with snapshot() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _keep_an_answer(comment_id: int, key: bytes) -> None:
    asked = idempotency.Request(key, b"body")
    with unit_of_work() as session:
        idempotency.keep(session, asked, comment_id=comment_id, held=True, answer={})


def _rows_deleted(app: Flask) -> list[int]:
    """How many rows each DELETE from now on took."""
    counts: list[int] = []

    def note(_connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("DELETE"):
            counts.append(cursor.rowcount)

    with app.app_context():
        event.listen(db.engine, "after_cursor_execute", note)
    return counts


def test_a_network_is_kept_thirty_days(scene: Scene) -> None:
    old = scene.post()
    scene.at.shift(29 * DAY)
    new = scene.post()
    housekeeping.tidy()
    scene.at.shift(DAY + 1)
    housekeeping.tidy()
    with snapshot() as session:
        assert session.get_one(Comment, old).network is None
        assert session.get_one(Comment, new).network is not None


def _votes_and_reports(comment_id: int, count: int, network: str) -> None:
    """So many of each by strangers of one network, all at once."""
    now = clock.now()
    with unit_of_work() as session:
        for _ in range(count):
            who = clock.random_bytes(16)
            session.add(
                Vote(comment_id=comment_id, visitor=who, value=1, network=network, voted_at=now)
            )
            session.add(
                Report(
                    id=clock.new_id(),
                    comment_id=comment_id,
                    reporter=who,
                    visitor=who,
                    network=network,
                    reason="other",
                    made_at=now,
                )
            )


def _networks_of(table: type[Vote] | type[Report]) -> list[str | None]:
    with snapshot() as session:
        return sorted(session.scalars(select(table.network)), key=str)


def test_the_network_of_a_vote_or_a_report_is_kept_as_long(scene: Scene) -> None:
    comment = scene.post()
    _votes_and_reports(comment, 2, "old")
    scene.at.shift(29 * DAY)
    _votes_and_reports(comment, 1, "new")
    housekeeping.tidy()
    assert _networks_of(Vote) == _networks_of(Report) == ["new", "old", "old"]
    scene.at.shift(DAY + 1)
    housekeeping.tidy()
    assert _networks_of(Vote) == _networks_of(Report) == [None, None, "new"]
    assert (_count(Vote), _count(Report)) == (3, 3)


def test_networks_are_forgotten_in_bites_and_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    _votes_and_reports(scene.post(), 5, "old")
    scene.at.shift(31 * DAY)
    monkeypatch.setattr(housekeeping, "BITE", 2)
    assert [housekeeping.forget_networks() for _ in range(4)] == [2, 2, 1, 0]
    assert _networks_of(Vote) == _networks_of(Report) == [None] * 5


def test_a_vote_taken_back_meanwhile_is_no_error(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    _votes_and_reports(scene.post(), 2, "old")
    scene.at.shift(31 * DAY)
    with snapshot() as session:
        gone = session.scalars(select(Vote.visitor).limit(1)).one()

    @contextmanager
    def late() -> Generator[Session]:
        with unit_of_work() as session:
            session.execute(delete(Vote).where(Vote.visitor == gone))
            yield session

    monkeypatch.setattr(housekeeping, "unit_of_work", late)
    housekeeping.forget_networks()
    assert _networks_of(Vote) == [None]


@unreadable
@pytest.mark.parametrize(
    ("table", "moment"),
    [(Comment, Comment.created_at), (Vote, Vote.voted_at), (Report, Report.made_at)],
)
def test_what_still_has_a_network_is_found_by_an_index(
    app: Flask, table: type[Comment] | type[Vote] | type[Report], moment: Any
) -> None:
    """Those without are in none, so that nobody reads through them again."""
    with app.app_context():
        indexes = inspect(db.engine).get_indexes(table.__tablename__)
    [columns] = [
        index["column_names"]
        for index in indexes
        if "network IS NOT NULL" in " ".join(map(str, index.get("dialect_options", {}).values()))
    ]
    assert columns == [moment.key]


def test_a_question_nobody_answered_is_forgotten_with_its_wish(scene: Scene) -> None:
    scene.subscribe(RUTH)
    scene.subscribe("tobias@example.com", Scope.REPLIES)
    scene.work()
    scene.confirm("tobias@example.com")
    scene.at.shift(13 * DAY)
    housekeeping.tidy()
    assert _count(Confirmation) == 2
    scene.at.shift(30 * DAY)
    housekeeping.tidy()
    assert (_count(Confirmation), _count(Subscription), _count(OutboxMessage)) == (1, 1, 1)


def test_what_is_forgotten_goes_in_bites(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        _keep_an_answer(scene.post(), b"%d" % number)
        scene.subscribe(f"{number}@example.com")
    scene.work()
    scene.at.shift(60 * DAY)
    monkeypatch.setattr(housekeeping, "BITE", 2)
    monkeypatch.setattr(housekeeping, "BITES", 2)
    deleted = _rows_deleted(scene.app)
    housekeeping.tidy()
    assert max(deleted) == 2
    assert (_count(IdempotentAnswer), _count(Confirmation), _count(Subscription)) == (1, 1, 1)
    housekeeping.tidy()
    assert (_count(IdempotentAnswer), _count(Confirmation), _count(Subscription)) == (0, 0, 0)


def test_an_answer_that_may_still_be_asked_for_is_kept(scene: Scene) -> None:
    _keep_an_answer(scene.post(), b"old")
    scene.at.shift(DAY)
    _keep_an_answer(scene.post(), b"new")
    scene.at.shift(1)
    housekeeping.tidy()
    with snapshot() as session:
        assert session.scalars(select(IdempotentAnswer.key)).all() == [b"new"]


@unreadable
@pytest.mark.parametrize(
    "forgotten", [Confirmation, Subscription, OutboxMessage, SignInLink, ModeratorSession]
)
def test_what_hangs_on_a_forgotten_row_is_found_by_an_index(
    app: Flask, forgotten: type[Base]
) -> None:
    with app.app_context():
        inspector = inspect(db.engine)
        for table in inspector.get_table_names():
            led = {index["column_names"][0] for index in inspector.get_indexes(table)}
            for key in inspector.get_foreign_keys(table):
                if key["referred_table"] == forgotten.__tablename__:
                    assert key["constrained_columns"][0] in led, (table, key)


def test_links_and_sessions_end(scene: Scene) -> None:
    moderators.add("maren@example.com", role="admin")
    link = moderators.make_link("maren@example.com")
    moderators.sign_in(link.rpartition("/")[2])
    scene.at.shift(901)
    housekeeping.tidy()
    assert (_count(SignInLink), _count(ModeratorSession)) == (0, 1)
    scene.at.shift(30 * DAY)
    housekeeping.tidy()
    assert _count(ModeratorSession) == 0


def test_who_asked_for_a_link_by_mail_is_forgotten_after_a_day(scene: Scene) -> None:
    outbox.ask_sign_in("nobody@example.com")
    scene.work()
    outbox.ask_sign_in("waiting@example.com")
    scene.subscribe(RUTH)
    scene.at.shift(DAY)
    housekeeping.tidy()
    assert len(scene.outbox("sign-in")) == 2
    scene.at.shift(901)
    housekeeping.tidy()
    assert scene.outbox("sign-in") == []
    assert len(scene.outbox("confirm")) == 1
