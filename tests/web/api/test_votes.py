"""Voting over HTTP: one vote a visitor, turned and taken back at will, never on one's own."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from comments_service import clock
from comments_service.database import snapshot
from comments_service.domain.states import Decision
from comments_service.models import Thread
from comments_service.settings import Settings
from tests.conftest import MakeApp, MakeSettings
from tests.rows import grow
from tests.thread import (
    ORIGIN,
    Reader,
    add_site,
    approve,
    decide,
    found,
    pointers,
    posted,
    problem,
    read,
)
from tests.voters import Voter, kept, tally

ANOTHER = "https://another.example"


def version(app: Flask) -> int:
    with app.app_context(), snapshot() as session:
        return session.scalars(select(Thread.version)).one()


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(post_limit="", vote_limit="", visitor_limit="", votes="both")


@pytest.fixture
def site(app: Flask) -> int:
    return add_site(app)


@pytest.fixture
def comment(app: Flask, site: int) -> str:
    return grow(app, [None])[0]


@pytest.fixture
def voter(app: Flask, site: int) -> Voter:
    return Voter(app)


class TestVoting:
    def test_a_vote_is_given_turned_and_taken_back(
        self, app: Flask, voter: Voter, comment: str
    ) -> None:
        for value, stands in ((1, (1, 0)), (1, (1, 0)), (-1, (0, 1)), (0, (0, 0)), (0, (0, 0))):
            assert tally(voter.vote(comment, value)) == (*stands, value)
            assert kept(app, comment)[:2] == stands
            assert read(voter.client)["comments"][0]["votes"]["up"] == stands[0]
            assert voter.mine() == ({comment: value} if value else {})

    def test_everybody_sees_the_sum(self, app: Flask, comment: str) -> None:
        for number, value in enumerate((1, 1, 1, -1)):
            found(Voter(app, f"192.0.{number}.1").vote(comment, value))
        assert kept(app, comment)[:2] == (3, 1)
        assert read(app.test_client())["comments"][0]["votes"] == {"up": 3, "down": 1}

    def test_only_a_change_makes_a_new_version_of_the_thread(
        self, app: Flask, voter: Voter, comment: str
    ) -> None:
        seen = [version(app)]
        for value in (0, 1, 1, -1, 0, 0):
            found(voter.vote(comment, value))
            seen.append(version(app))
        assert [after - seen[0] for after in seen] == [0, 0, 1, 1, 2, 3, 3]

    def test_the_first_vote_issues_a_visitor_and_later_ones_do_not(
        self, voter: Voter, comment: str
    ) -> None:
        assert "visitor" not in found(voter.vote(comment, 0))
        issued = found(voter.vote(comment, 1))["visitor"]
        assert "visitor" not in found(voter.vote(comment, -1))
        voter.visitor = "a forged token"
        assert found(voter.vote(comment, 1))["visitor"] not in {issued, "a forged token"}

    def test_ones_own_comment_is_not_ones_to_vote_on(self, app: Flask, voter: Voter) -> None:
        author = Reader(voter.client)
        comment = posted(author.post("Vote for me."))
        approve(app, comment)
        voter.visitor = author.visitor
        for value in (1, 0, -1):
            assert problem(voter.vote(comment, value), 403)["type"] == "own-comment"
        assert kept(app, comment) == (0, 0, 0, 0)

    def test_only_what_readers_see_can_be_voted_on(
        self, app: Flask, voter: Voter, comment: str
    ) -> None:
        grow(app, [None], url=f"{ORIGIN}/the-pool")
        found(voter.vote(comment, 1))
        held = posted(Reader(voter.client).post("Held."))
        decide(app, comment, Decision.REJECT)
        for unseen in (held, comment, "1", "x", "9" * 19, "9" * 40):
            for headers in ({}, {"Origin": ANOTHER}):
                assert problem(voter.vote(unseen, 1, **headers), 404)["type"] == "not-found"

    def test_a_tombstone_shows_no_votes(self, app: Flask, voter: Voter) -> None:
        above, _below = grow(app, [None, 0])
        found(voter.vote(above, 1))
        decide(app, above, Decision.DELETE)
        assert read(voter.client)["comments"][0]["votes"] == {"up": 0, "down": 0}
        decide(app, above, Decision.RESTORE)
        assert read(voter.client)["comments"][0]["votes"] == {"up": 1, "down": 0}

    def test_another_sites_pages_may_not_vote(self, app: Flask, voter: Voter, comment: str) -> None:
        add_site(app, "Another", ANOTHER)
        for origin in (ANOTHER, "https://evil.example"):
            answer = voter.vote(comment, 1, Origin=origin)
            assert problem(answer, 403)["type"] == "foreign-origin"
        answer = voter.vote(comment, 1, Origin=ORIGIN)
        assert found(answer)
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_another_sites_token_is_none_here(self, app: Flask, voter: Voter, comment: str) -> None:
        add_site(app, "Another", ANOTHER)
        [there] = grow(app, [None], url=f"{ANOTHER}/page")
        found(voter.vote(there, 1))
        assert "visitor" in found(voter.vote(comment, 1))

    @pytest.mark.parametrize("value", [2, -2, 1.0, 1.5, True, False, "1", None, [1], {}, 10**30])
    def test_any_other_value_is_named(self, voter: Voter, comment: str, value: Any) -> None:
        assert pointers(voter.vote(comment, value)) == ["/value"]

    def test_other_bodies_are_refused(self, voter: Voter, comment: str) -> None:
        path = f"/api/v1/comments/{comment}/vote"
        assert pointers(voter.client.put(path, json={})) == ["/value"]
        assert pointers(voter.client.put(path, json={"value": 1, "by": 2})) == ["/by"]
        assert pointers(voter.client.put(path, json=[1])) == [""]
        assert problem(voter.client.put(path, data="value=1"), 415)


class TestModes:
    @pytest.mark.parametrize(
        ("mode", "allowed"), [("off", []), ("up", [0, 1]), ("both", [-1, 0, 1])]
    )
    def test_a_mode_says_which_votes_there_are(
        self, make_app: MakeApp, mode: str, allowed: list[int]
    ) -> None:
        app = make_app(votes=mode)
        add_site(app)
        [comment] = grow(app, [None])
        assert read(app.test_client())["thread"]["rules"]["votes"] == mode
        voter = Voter(app)
        for value in (-1, 0, 1):
            answer = voter.vote(comment, value)
            if value in allowed:
                assert found(answer)["my_vote"] == value
            else:
                assert problem(answer, 403)["type"] == "votes-off"


class TestMine:
    def test_it_has_the_votes_of_that_page_alone(self, app: Flask, voter: Voter) -> None:
        up, down, _none = grow(app, [None, 0, None])
        [elsewhere] = grow(app, [None], url=f"{ORIGIN}/the-pool")
        for comment, value in ((up, 1), (down, -1), (elsewhere, 1)):
            found(voter.vote(comment, value))
        assert voter.mine() == {up: 1, down: -1}
        assert voter.mine(f"{ORIGIN}/the-pool") == {elsewhere: 1}
        assert voter.mine(f"{ORIGIN}/nobody") == {}
        other = Voter(app)
        found(other.vote(up, -1))
        assert other.mine() == {up: -1}


class TestNetworks:
    def test_the_sixth_of_one_network_is_refused_for_a_day(self, app: Flask, comment: str) -> None:
        with time_machine.travel(clock.now(), tick=False) as traveller:
            voters = [Voter(app, f"192.0.2.{number}") for number in range(6)]
            for voter in voters[:5]:
                found(voter.vote(comment, 1))
                traveller.shift(timedelta(hours=1))
            answer = voters[5].vote(comment, 1)
            assert problem(answer, 429)["type"] == "limit-reached"
            assert answer.headers["Retry-After"] == str(19 * 3600)
            assert found(Voter(app, "192.0.3.1").vote(comment, 1))["votes"]["up"] == 6
            assert tally(voters[0].vote(comment, -1)) == (5, 1, -1)
            traveller.shift(timedelta(hours=19))
            assert tally(voters[5].vote(comment, 1)) == (6, 1, 1)
            assert voters[5].vote(comment, 0).status_code == 200
        assert kept(app, comment)[:2] == (5, 1)

    def test_a_vote_taken_back_makes_room(self, app: Flask, comment: str) -> None:
        voters = [Voter(app) for _ in range(6)]
        for voter in voters[:5]:
            found(voter.vote(comment, 1))
        problem(voters[5].vote(comment, 1), 429)
        found(voters[2].vote(comment, 0))
        assert tally(voters[5].vote(comment, 1)) == (5, 0, 1)

    def test_another_comment_counts_for_itself(self, app: Flask, site: int) -> None:
        first, second = grow(app, [None, None])
        for _ in range(5):
            found(Voter(app).vote(first, 1))
        assert found(Voter(app).vote(second, 1))


class TestLimits:
    def test_votes_are_limited(self, make_app: MakeApp) -> None:
        app = make_app(vote_limit="2 per minute")
        add_site(app)
        [comment] = grow(app, [None])
        voter = Voter(app)
        assert [voter.vote(comment, value).status_code for value in (1, 0, 1)] == [200, 200, 429]

    def test_no_new_visitor_votes_when_the_ration_is_spent(self, make_app: MakeApp) -> None:
        app = make_app(visitor_limit="1 per minute")
        add_site(app)
        first, second = grow(app, [None, None])
        known, stranger = Voter(app), Voter(app)
        found(known.vote(first, 1))
        answer = stranger.vote(first, 1)
        assert problem(answer, 429)["type"] == "limit-reached"
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert tally(stranger.vote(first, 0)) == (1, 0, 0)
        assert tally(known.vote(second, 1)) == (1, 0, 1)
        assert found(Voter(app, "192.0.2.2").vote(second, 1))["visitor"]
