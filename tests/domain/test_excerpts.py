"""One line that tells what a comment says."""

import time

import pytest

from comments_service.domain import limits
from comments_service.domain.excerpts import excerpt
from comments_service.domain.markup import render


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("Two *words*.", "Two words."),
        (
            "One line\nand the next.\n\nAnother paragraph.",
            "One line and the next. Another paragraph.",
        ),
        ("1. tea\n2. milk", "tea milk"),
        ("a & b <3", "a & b <3"),
        ("un*believ*able", "unbelievable"),
        ("> what he said\n\nNo, never.", "No, never."),
        ("> what he said\n> > and she", "what he said and she"),
    ],
)
def test_it_is_what_the_comment_says_without_what_it_quotes(typed: str, line: str) -> None:
    assert excerpt(render(typed)) == line


def test_a_long_text_is_cut_between_words() -> None:
    line = excerpt(f"<p>{'ferry, ' * 50}</p>")
    assert len(line) <= limits.EXCERPT_LENGTH
    assert line.endswith("ferry…")


def test_a_text_without_spaces_is_cut_all_the_same() -> None:
    assert excerpt(f"<p>{'渡' * 500}</p>") == "渡" * (limits.EXCERPT_LENGTH - 1) + "…"


def test_a_text_that_just_fits_is_whole() -> None:
    assert excerpt(f"<p>{'x' * limits.EXCERPT_LENGTH}</p>") == "x" * limits.EXCERPT_LENGTH


def test_no_more_is_read_than_the_line_takes() -> None:
    html = "<p>one</p>" * 200_000
    begun = time.perf_counter()
    excerpt(html)
    assert time.perf_counter() - begun < 0.5


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_tag_across_the_edge_of_what_is_read_is_no_text(cut: int) -> None:
    filler = "<br>" * ((4 * limits.EXCERPT_LENGTH - cut) // 4)
    assert excerpt(
        f'{filler}<a href="https://news.example/" rel="nofollow">tea</a> &amp; milk'
    ) == ("tea & milk")
