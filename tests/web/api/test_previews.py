"""Previews: the text as a post would make it, kept nowhere, bounded like a post."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from comments_service.settings import Settings
from tests.conftest import MakeSettings
from tests.rows import statements
from tests.thread import ORIGIN, Reader, add_site, found, pointers, problem

PATH = "/api/v1/comments/preview"


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(preview_limit="3 per minute", max_length=2000)


def _preview(client: FlaskClient, body: object, **headers: str) -> TestResponse:
    return client.post(PATH, json={"body": body}, headers=headers)


@pytest.mark.parametrize(
    "body",
    ["*One* <b>two</b>\n[three](https://a.example)", "<script>x</script>", "  trimmed  ", "1. a"],
)
def test_it_is_what_a_post_would_be(app: Flask, client: FlaskClient, body: str) -> None:
    add_site(app)
    answer = _preview(client, body)
    assert found(answer) == {"body_html": found(Reader(client).post(body))["comment"]["body_html"]}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("body", ["", " \n ", "\u200b", "x" * 2001, "a\x00b", "a\ud800", 7, None])
def test_what_could_not_be_posted_is_refused_alike(
    app: Flask, client: FlaskClient, body: object
) -> None:
    add_site(app)
    refused, posted = _preview(client, body), Reader(client).post(body)  # pyright: ignore[reportArgumentType] - what isn't text, too
    assert pointers(refused) == pointers(posted) == ["/body"]
    assert problem(refused, 422)["errors"] == problem(posted, 422)["errors"]


def test_unknown_fields_are_refused(client: FlaskClient) -> None:
    assert pointers(client.post(PATH, json={"body": "x", "url": ORIGIN})) == ["/url"]


def test_nothing_is_written(app: Flask, client: FlaskClient) -> None:
    with statements(app) as sent:
        found(_preview(client, "Hello."))
    assert sent == []


def test_previews_are_counted_per_address(client: FlaskClient) -> None:
    assert [_preview(client, "x").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_known_origins_alone_may_ask(app: Flask, client: FlaskClient) -> None:
    add_site(app)
    assert _preview(client, "x", Origin=ORIGIN).headers["Access-Control-Allow-Origin"] == ORIGIN
    foreign = _preview(client, "x", Origin="https://elsewhere.example")
    assert problem(foreign, 403)["type"] == "foreign-origin"
