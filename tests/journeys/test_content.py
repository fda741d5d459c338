"""What a name and a body may hold, by the rule: nothing that can't be seen, and nothing broken."""

import pytest
from flask import Flask

from tests.thread import Reader, add_site, pointers, posted

NO_TEXT = [
    "a\x00b",
    "a\x1b[31m",
    "a\x7fb",
    "a\x85b",
    "a\ud800b",
    "a\ufffeb",
    "a\U0001ffffb",
    "\ufdd0",
]
UNSEEN = ["\u200b", "\u00ad\u200d", "\ufeff", "\u3164", "\u2800", "\u0301", "\U000e0041", " \u3000"]
TURNED = ["\u202egnp.exe", "a\u2066b", "\u200fa"]
FINE = [
    "Z\u0300\u0301\u0489\u035ca\u0300l\u0334go",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "\u0646\u0627\u0645\u0647\u200c\u0647\u0627",
    "\u05d0\u05d1\u05d2 abc",
    "null",
    "<b>Ruth</b>",
    "Robert'); DROP TABLE comments;--",
]


@pytest.fixture
def reader(app: Flask) -> Reader:
    add_site(app)
    return Reader(app.test_client())


@pytest.mark.parametrize(
    "name", [*NO_TEXT, *UNSEEN, *TURNED, "a\nb", "a\tb", "a\u2028b"], ids=ascii
)
def test_a_name_that_breaks_the_rule_is_refused(reader: Reader, name: str) -> None:
    assert pointers(reader.post("Who is it for?", author={"name": name})) == ["/author/name"]


@pytest.mark.parametrize(
    "body", [*NO_TEXT, *UNSEEN, "[a]: https://a.example", "\u200b\n\n\u200b"], ids=ascii
)
def test_a_body_that_breaks_the_rule_is_refused(reader: Reader, body: str) -> None:
    assert pointers(reader.post(body)) == ["/body"]


@pytest.mark.parametrize("text", FINE, ids=ascii)
def test_what_people_write_is_kept(reader: Reader, text: str) -> None:
    assert posted(reader.post(text, author={"name": text}))


def test_a_body_has_its_lines_and_tabs_and_may_be_turned(reader: Reader) -> None:
    assert posted(reader.post("a\r\nb\tc \u202edef\u202c"))
