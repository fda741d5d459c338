"""What has had its time is forgotten, and nothing else."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, inspect, select

from comments_service.database import Base, db, snapshot, unit_of_work
from comments_service.domain.events import Scope
from comments_service.models import (
    Comment,
    Confirmation,
    IdempotentAnswer,
    ModeratorSession,
    OutboxMessage,
    SignInLink,
    Subscription,
)
from comments_service.operations import housekeeping, idempotency, moderators
from tests.scene import Scene

RUTH = "ruth@example.com"
DAY = 86_400


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
