"""What readers typed, in a mail: readable, and nothing in it to follow."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comments_service.domain.plaintext import unlinked


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("see https://evil.example/win!", "see [link]"),
        ("see evil.example/login now", "see [link] now"),
        ("(mail.evil.example:8080/a?b#c)", "([link]"),
        ("evil.xn--p1ai/x", "[link]"),
        ("почта.рф/вход", "[link]"),
        ("www.evil.example", "[link]"),
        ("//evil.example/x", "//[link]"),
        ("mailto:eve@evil.example", "[link]"),
    ],
)
def test_an_address_stands_as_a_word(typed: str, shown: str) -> None:
    assert unlinked(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("go to evil.example now", "go to evil.|example now"),
        ("a.b.evil.example", "a.b.|evil.|example"),
        ("eve@evil.example", "eve@evil.|example"),
        ("evil.example?win", "evil.|example?win"),
        ("evil.XN--P1AI", "evil.|XN--P1AI"),
        ("README.md", "README.|md"),
    ],
)
def test_a_host_is_read_unchanged_and_not_linked(typed: str, shown: str) -> None:
    assert unlinked(typed) == shown.replace("|", "\u200b")


@pytest.mark.parametrize(
    "typed",
    [
        "e.g. this, i.e. that, at 5 p.m., or U.S.A.",
        "3.5 km/h on 1.2.2026, 24/7 and/or never",
        "J. R. R. Tolkien wrote it. And then... .net",
        "He/she is from St. Ives/Cornwall: 7:30/8",
        "10.0.0.0/8",
    ],
)
def test_ordinary_text_stands_as_it_was_typed(typed: str) -> None:
    assert unlinked(typed) == typed


@given(st.text(alphabet=st.sampled_from("ab1.:/@-wéß \n[]()<>?#\u200b\u202e")))
@example("a." * 5_000)
@example("a" * 10_000)
@example("1." * 5_000 + "aa/")
@settings(deadline=None)
def test_no_host_is_left_and_a_second_time_changes_nothing(typed: str) -> None:
    once = unlinked(typed)
    assert not re.search(r"\S\.[^\W\d_]{2}|://[^\s<>]", once)
    assert unlinked(once) == once
