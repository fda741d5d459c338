"""Many vote at once: the score is the sum of the votes, one a visitor; nobody meets an error."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from comments_service.database import snapshot
from comments_service.domain import votes
from comments_service.models import Vote
from comments_service.settings import Settings
from tests.conftest import MakeApp, MakeSettings
from tests.rows import grow
from tests.thread import add_site, found
from tests.voters import Voter, kept, tally


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(vote_limit="", visitor_limit="", votes="both", votes_per_network=None)


@pytest.fixture
def site(app: Flask) -> int:
    return add_site(app)


@pytest.fixture
def comment(app: Flask, site: int) -> str:
    return grow(app, [None])[0]


def all_at_once(wanted: Sequence[tuple[Voter, str, int]]) -> list[TestResponse]:
    """The answers to these votes, as many at a time as there are voters, up to fifty."""

    def vote(one: tuple[Voter, str, int]) -> TestResponse:
        voter, comment, value = one
        return voter.vote(comment, value)

    with ThreadPoolExecutor(50) as pool:
        return list(pool.map(vote, wanted))


def test_two_hundred_visitors_are_two_hundred_votes(app: Flask, comment: str) -> None:
    voters = [Voter(app) for _ in range(200)]
    answers = all_at_once([(voter, comment, 1) for voter in voters])
    assert {answer.status_code for answer in answers} == {200}
    assert len({voter.visitor for voter in voters}) == 200
    assert sorted(tally(answer)[0] for answer in answers) == list(range(1, 201))
    assert kept(app, comment) == (200, 0, votes.rank(200, 0), 200)


def test_a_hundred_votes_of_one_visitor_are_one(app: Flask, comment: str) -> None:
    voter = Voter(app)
    found(voter.vote(comment, 1))
    same = [Voter(app, visitor=voter.visitor) for _ in range(100)]
    values = [(1, -1, 0)[number % 3] for number in range(100)]
    answers = all_at_once([(one, comment, value) for one, value in zip(same, values, strict=True)])
    assert {answer.status_code for answer in answers} == {200}
    assert all(
        tally(answer) == (int(value == 1), int(value == -1), value)
        for answer, value in zip(answers, values, strict=True)
    )
    assert kept(app, comment)[3] <= 1
    assert tally(voter.vote(comment, 1)) == (1, 0, 1)


def test_many_toggle_on_several_comments_of_a_thread(app: Flask, site: int) -> None:
    comments = grow(app, [None, 0, None])
    voters = [Voter(app) for _ in range(20)]

    def toggle(number: int) -> set[int]:
        voter = voters[number]
        values = [(number + step) % 3 - 1 for step in range(9)] + [1]
        return {
            voter.vote(comments[(number + step) % 3], value).status_code
            for step, value in enumerate(values)
        }

    with ThreadPoolExecutor(20) as pool:
        assert set[int]().union(*pool.map(toggle, range(20))) == {200}
    for comment in comments:
        kept(app, comment)


def test_five_of_one_network_exactly(make_app: MakeApp) -> None:
    app = make_app(vote_limit="", visitor_limit="")
    add_site(app)
    [comment] = grow(app, [None])
    voters = [Voter(app, f"192.0.2.{number}") for number in range(40)]
    answers = all_at_once([(voter, comment, 1) for voter in voters])
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] * 5 + [429] * 35
    assert kept(app, comment)[:2] == (5, 0)
    with app.app_context(), snapshot() as session:
        assert session.scalar(select(func.count(Vote.network.distinct()))) == 1
