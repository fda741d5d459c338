"""What may stand at once and what waits for a moderator, one rule after the other."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments_service.domain import screening
from comments_service.domain.screening import Facts, Signal, judge
from comments_service.domain.states import State

FINE = Facts(
    moderation="newcomers",
    max_links=2,
    trusted=True,
    links=[],
    own_authorities=frozenset({"news.example", "localhost:8001"}),
    elapsed=40.5,
)


def found(**facts: Any) -> list[str]:
    """The codes of what the rules found in these facts, all others being fine."""
    return [signal.code for signal in judge(replace(FINE, **facts)).signals]


def test_a_trusted_visitor_with_nothing_against_him_is_published() -> None:
    verdict = judge(FINE)
    assert verdict.state is State.APPROVED
    assert verdict.signals == ()


def test_a_filled_trap_is_held() -> None:
    assert found(trap_filled=True) == ["honeypot"]


@pytest.mark.parametrize(
    ("elapsed", "codes"),
    [
        (0.0, ["too_fast"]),
        (1.9, ["too_fast"]),
        (-5.0, ["too_fast"]),
        (2.0, []),
        (86_400.0, []),
        (None, []),  # a page without script can't tell
    ],
)
def test_a_form_filled_faster_than_two_seconds_is_held(
    elapsed: float | None, codes: list[str]
) -> None:
    assert found(elapsed=elapsed) == codes


@pytest.mark.parametrize(
    ("links", "codes"),
    [
        (["a.example"] * 2, []),
        (["a.example"] * 3, ["links"]),  # the same host three times is three links
        (["news.example"] * 9 + ["localhost:8001"] * 9, []),  # the site's own don't count
        (["news.example", "a.example", "b.example"], []),
        (["a.example", "b.example", "c.example"], ["links"]),
        (["news.example:8080"] * 3, ["links"]),
        (["www.news.example"] * 3, ["links"]),
        (["news.example.a.example"] * 3, ["links"]),
    ],
)
def test_more_links_to_other_hosts_than_allowed_are_held(
    links: list[str], codes: list[str]
) -> None:
    assert found(links=links) == codes


def test_the_signal_counts_the_links_to_other_hosts() -> None:
    verdict = judge(replace(FINE, links=["news.example", *["a.example"] * 4]))
    assert verdict.signals == (Signal("links", {"count": 4}),)


def test_where_no_link_is_allowed_one_is_held() -> None:
    assert found(max_links=0, links=["a.example"]) == ["links"]
    assert found(max_links=0, links=["news.example"]) == []


@pytest.mark.parametrize(
    ("moderation", "trusted", "codes"),
    [
        ("newcomers", False, ["first_comment"]),
        ("newcomers", True, []),
        ("all", False, ["all_held"]),
        ("all", True, ["all_held"]),
        ("none", False, []),
        ("none", True, []),
    ],
)
def test_who_waits_is_the_sites_choice(*, moderation: str, trusted: bool, codes: list[str]) -> None:
    assert found(moderation=moderation, trusted=trusted) == codes


def test_moderation_none_still_holds_what_a_machine_wrote() -> None:
    assert found(moderation="none", trap_filled=True, elapsed=0.1) == ["honeypot", "too_fast"]


def test_the_rules_run_in_their_order_and_none_stops_the_next() -> None:
    verdict = judge(
        replace(FINE, trap_filled=True, elapsed=0.1, links=["a.example"] * 3, trusted=False)
    )
    assert [signal.code for signal in verdict.signals] == [
        "honeypot",
        "too_fast",
        "links",
        "first_comment",
    ]


facts = st.builds(
    Facts,
    moderation=st.sampled_from(["newcomers", "all", "none"]),
    max_links=st.integers(0, 3),
    trusted=st.booleans(),
    links=st.lists(st.sampled_from(["news.example", "a.example", "b.example"]), max_size=5),
    own_authorities=st.just(frozenset({"news.example"})),
    trap_filled=st.booleans(),
    elapsed=st.none() | st.floats(0, 100),
)


@settings(deadline=None)
@given(facts)
def test_the_trace_keeps_every_rule_in_order_with_what_it_found(facts: Facts) -> None:
    verdict = judge(facts)
    assert verdict.trace == tuple((name, rule(facts)) for name, rule in screening.RULES)
    assert [name for name, _found in verdict.trace] == [
        "honeypot",
        "speed",
        "links",
        "everything held",
        "newcomer",
    ]


@settings(deadline=None)
@given(facts)
def test_any_hold_means_pending_and_none_approved(facts: Facts) -> None:
    verdict = judge(facts)
    assert verdict.state is (State.PENDING if verdict.signals else State.APPROVED)


@settings(deadline=None)
@given(facts)
def test_the_same_facts_have_the_same_verdict(facts: Facts) -> None:
    assert judge(facts) == judge(facts)


def test_unscreened_means_approved_by_no_rule() -> None:
    assert screening.UNSCREENED.state is State.APPROVED
    assert screening.UNSCREENED.trace == ()


def test_a_signal_comes_back_from_json_as_it_was() -> None:
    signal = Signal("links", {"count": 3})
    assert screening.as_json(signal) == {"code": "links", "params": {"count": 3}}
    assert screening.from_json(screening.as_json(signal)) == signal
