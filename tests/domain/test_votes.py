"""Ranks go where votes go, and a mode says which votes there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.domain import votes

counts = st.integers(0, 1_000_000)


@given(counts, counts)
def test_a_vote_up_never_lowers_a_rank(up: int, down: int) -> None:
    assert votes.rank(up, down) <= votes.rank(up + 1, down)


@given(counts, counts)
def test_a_vote_down_never_raises_a_rank(up: int, down: int) -> None:
    assert votes.rank(up, down) >= votes.rank(up, down + 1)


@given(counts, counts)
def test_a_rank_lies_between_nothing_and_the_share_of_votes_up(up: int, down: int) -> None:
    share = up / (up + down) if up else 0
    assert 0 <= votes.rank(up, down) <= votes.SCALE * share


@given(counts)
def test_votes_down_alone_are_nothing(down: int) -> None:
    assert votes.rank(0, down) == 0


@pytest.mark.parametrize(
    ("up", "down", "bound"),
    [(1, 0, 0.20654), (1, 1, 0.09453), (10, 0, 0.72247), (5, 4, 0.26665), (600, 400, 0.56930)],
)
def test_a_rank_is_wilsons_lower_bound(up: int, down: int, bound: float) -> None:
    assert votes.rank(up, down) / votes.SCALE == pytest.approx(bound, abs=1e-5)


def test_many_who_agree_stand_before_few() -> None:
    assert votes.rank(1, 0) < votes.rank(3, 0) < votes.rank(90, 10) < votes.rank(900, 100)


@pytest.mark.parametrize(("mode", "values"), [("off", []), ("up", [0, 1]), ("both", [-1, 0, 1])])
def test_a_mode_says_which_votes_there_are(mode: str, values: list[int]) -> None:
    assert [value for value in range(-3, 4) if votes.may_be(value, mode)] == values
