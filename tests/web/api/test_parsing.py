"""Bodies that are no honest JSON object are refused in words, never by a fault."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from comments_service.domain import limits
from tests.thread import ARTICLE, add_site, found, pointers, problem

POST = "/api/v1/comments"
GOOD = {"url": ARTICLE, "author": {"name": "Ruth Amberley"}, "body": "The ferry was late."}
TEXT = json.dumps(GOOD)


@pytest.fixture
def settled(app: Flask, client: FlaskClient) -> FlaskClient:
    add_site(app)
    return client


def with_elapsed(number: str) -> str:
    return f'{TEXT[:-1]}, "form": {{"elapsed": {number}}}}}'


UNREADABLE = {
    "nothing": b"",
    "space": b" \n",
    "no JSON": b"url=https://news.example",
    "a torn object": TEXT[:-1].encode(),
    "something after it": TEXT.encode() + b"{}",
    "a list": b"[" + TEXT.encode() + b"]",
    "a text": b'"' + b"a" * 100 + b'"',
    "a number": b"1",
    "null": b"null",
    "NaN": with_elapsed("NaN").encode(),
    "Infinity": with_elapsed("-Infinity").encode(),
    "5,000 digits": with_elapsed("9" * 5_000).encode(),
    "lists, 100,000 deep": b"[" * 100_000,
    "objects, 40,000 deep": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    "a deep one inside": with_elapsed("[" * 100_000 + "]" * 100_000).encode(),
    "the same name twice": (TEXT[:-1] + ', "body": "Another."}').encode(),
    "the same name twice, spelt otherwise": (TEXT[:-1] + ', "b\\u006fdy": "Another."}').encode(),
    "the same name twice, below": TEXT.replace('"author": {', '"author": {"name": "Jo", ').encode(),
    "a byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16 without a mark": TEXT.encode("utf-16-le"),
    "UTF-32": TEXT.encode("utf-32"),
    "Latin-1": TEXT.replace("late", "l\u00e4te").encode("latin-1"),
    "a NUL": b"\0" + TEXT.encode(),
    "a comment": b"/* hello */" + TEXT.encode(),
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_is_no_json_object_is_refused_as_a_whole(settled: FlaskClient, body: bytes) -> None:
    answer = settled.post(POST, data=body, content_type="application/json")
    assert pointers(answer) == [""]


NUMBERS = {"beyond a float": "1e999", "4,000 digits": "9" * 4_000, "a fraction": "1.5e-999"}


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS.keys())
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_no_number_is_a_fault(settled: FlaskClient, number: str) -> None:
    answer = settled.post(POST, data=with_elapsed(number), content_type="application/json")
    assert answer.status_code in {201, 202, 422}
    text = settled.post(POST, json=GOOD | {"body": 0}).text
    assert "/body" in text
    parent = f'{TEXT[:-1]}, "parent_id": {number}}}'
    assert pointers(settled.post(POST, data=parent, content_type="application/json"))


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/problem+json",
        "application/json5",
        "*/*",
        "",
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_another_media_type_is_415_so_that_browsers_ask_first(
    settled: FlaskClient, kind: str
) -> None:
    assert problem(settled.post(POST, data=TEXT, content_type=kind), 415)["type"] == "media-type"


@pytest.mark.parametrize(
    "kind", ["application/json", "APPLICATION/JSON", "application/json; charset=utf-16"]
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_json_is_utf_8_whatever_is_said_of_it(settled: FlaskClient, kind: str) -> None:
    assert found(settled.post(POST, data=TEXT.encode(), content_type=kind))["comment"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_body_may_have_256_kib_and_no_byte_more(settled: FlaskClient) -> None:
    padded = TEXT[:-1].encode() + b" " * (limits.BODY_BYTES - len(TEXT)) + b"}"
    assert len(padded) == limits.BODY_BYTES
    assert found(settled.post(POST, data=padded, content_type="application/json"))
    answer = settled.post(POST, data=padded + b" ", content_type="application/json")
    assert problem(answer, 413)["type"] == "too-large"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_repeated_names_of_a_query_are_refused_and_unknown_ones_ignored(
    settled: FlaskClient,
) -> None:
    read = "/api/v1/comments"
    twice = settled.get(read, query_string=[("url", ARTICLE), ("url", ARTICLE)])
    assert pointers(twice) == ["/url"]
    many = [("url", ARTICLE), *((f"name{number}", "1") for number in range(10_000))]
    assert found(settled.get(read, query_string=many))["comments"] == []
    assert pointers(settled.get(f"{read}?url=%00")) == ["/url"]
    assert settled.get(f"{read}?url=%ff%fe").status_code == 422
