"""The browsers somebody is signed in on."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from comments_service import clock
from comments_service.domain.errors import LinkSpent, Missing
from comments_service.operations import moderators, sessions
from comments_service.queries import sessions as queries
from comments_service.queries.sessions import SessionRow
from tests.rows import statements

INES, PIET = "ines@desk.example", "piet@desk.example"


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        moderators.add(INES, role="admin")
        moderators.add(PIET, role="admin")
        yield


def _sign_in(email: str = INES, *, device: str | None = None, instead_of: str | None = None) -> str:
    token = moderators.make_link(email).rpartition("/")[2]
    return moderators.sign_in(token, device=device, instead_of=instead_of).secret


def _row(secret: str) -> SessionRow:
    found = queries.of_secret(secret)
    assert found is not None
    return found


def test_each_sign_in_is_a_session_of_its_own_with_a_secret_of_its_own() -> None:
    first, second = _sign_in(device="Firefox on Linux"), _sign_in()
    assert first != second
    listed = queries.of_moderator(_row(first).moderator.id)
    assert {one.device for one in listed} == {"Firefox on Linux", None}


def test_a_browser_that_signs_in_again_leaves_its_old_session() -> None:
    first = _sign_in()
    second = _sign_in(instead_of=first)
    assert queries.of_secret(first) is None
    assert _row(second)


def test_a_session_is_fresh_for_a_short_while() -> None:
    secret = _sign_in()
    assert _row(secret).fresh
    with time_machine.travel(clock.now() + timedelta(seconds=901)):
        assert not _row(secret).fresh


def test_a_session_is_seen_once_an_hour_and_reading_writes_nothing_between(app: Flask) -> None:
    secret, start = _sign_in(), clock.now()
    with statements(app) as sent:
        sessions.see(_row(secret))
    assert all(statement.startswith("SELECT") for statement in sent)
    with time_machine.travel(start + timedelta(minutes=61), tick=False):
        before = _row(secret)
        sessions.see(before)
        assert _row(secret).seen_at == clock.now()
        with statements(app) as sent:
            sessions.see(_row(secret))
        assert all(statement.startswith("SELECT") for statement in sent)


def test_the_last_used_stands_first() -> None:
    first, second = _sign_in(), _sign_in()
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        sessions.see(_row(first))
        listed = [one.id for one in queries.of_moderator(_row(first).moderator.id)]
    assert listed == [_row(first).id, _row(second).id]


def test_one_of_his_own_is_ended_and_only_that() -> None:
    mine, lost, piets = _sign_in(), _sign_in(), _sign_in(PIET)
    me = _row(mine).moderator.id
    sessions.end(_row(lost).id, moderator_id=me)
    assert queries.of_secret(lost) is None
    assert _row(mine)
    for foreign in (_row(piets).id, 17):
        with pytest.raises(Missing):
            sessions.end(foreign, moderator_id=me)
    assert _row(piets)


def test_what_has_ended_cannot_end_again() -> None:
    row = _row(_sign_in())
    sessions.end(row.id, moderator_id=row.moderator.id)
    with pytest.raises(Missing):
        sessions.end(row.id, moderator_id=row.moderator.id)


def test_everywhere_else_is_everywhere_but_here_and_takes_the_links_along() -> None:
    mine, others, piets = _sign_in(), [_sign_in(), _sign_in()], _sign_in(PIET)
    link = moderators.make_link(INES)
    sessions.end_others(_row(mine))
    assert [queries.of_secret(other) for other in others] == [None, None]
    assert _row(mine)
    assert _row(piets)
    with pytest.raises(LinkSpent):
        moderators.sign_in(link.rpartition("/")[2])
