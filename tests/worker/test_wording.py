"""Moments, lists and lines, as mails say them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.domain.events import Scope
from comments_service.worker import wording

NOW = datetime(2026, 5, 6, 9, 0, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(0), "today"),
        (timedelta(hours=10), "yesterday"),
        (timedelta(days=3), "on Sunday"),
        (timedelta(days=7), "on 29 April 2026"),
    ],
)
def test_days_are_told_as_people_tell_them(ago: timedelta, words: str) -> None:
    assert wording.day(NOW - ago, NOW) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (604_800, "7 days"),
        (86_400, "1 day"),
        (5_400, "90 minutes"),
        (3_600, "1 hour"),
        (90, "90 seconds"),
    ],
)
def test_a_duration_takes_the_largest_unit_that_fits_whole(seconds: int, words: str) -> None:
    assert wording.duration(seconds) == words


def test_wishes_are_joined() -> None:
    both = wording.scopes((Scope.THREAD, Scope.REPLIES))
    assert both == "new follow-up comments and new replies to your comments"


@given(st.text())
def test_a_line_never_breaks_nor_turns(text: str) -> None:
    line = wording.one_line(text)
    assert len(line.splitlines()) <= 1
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert wording.one_line(line) == line
    line.encode()


def test_wrapping_keeps_quotation_marks_and_whole_words() -> None:
    long = "https://saltmarsh.example/" + "x" * 90
    wrapped = wording.wrapped(f"> {'word ' * 30}\n{long}", "> ")
    lines = wrapped.splitlines()
    assert all(line.startswith("> > ") for line in lines[:-1])
    assert lines[-1] == f"> {long}"


def test_a_long_text_is_cut_between_words() -> None:
    assert wording.shortened("one two, three", 9) == "one two…"
    assert wording.shortened("short", 9) == "short"
