"""What front pages read of a site: only what every reader sees, and no more than was asked for."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from comments_service.domain.states import Decision
from comments_service.settings import Settings
from tests.conftest import MakeSettings
from tests.rows import grow, statements
from tests.thread import (
    ARTICLE,
    ORIGIN,
    Reader,
    add_site,
    approve,
    decide,
    found,
    pointers,
    posted,
    problem,
)

LATEST, DISCUSSED = "/api/v1/latest", "/api/v1/most-discussed"
CALLS = [LATEST, DISCUSSED]
POOL = f"{ORIGIN}/the-pool"


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(post_limit="", edit_limit="")


@pytest.fixture
def reader(app: Flask, client: FlaskClient) -> Reader:
    add_site(app)
    return Reader(client)


def ask(client: FlaskClient, path: str, **query: Any) -> TestResponse:
    return client.get(path, query_string={"origin": ORIGIN} | query)


def latest(client: FlaskClient, **query: Any) -> list[dict[str, Any]]:
    return found(ask(client, LATEST, **query))["comments"]


def discussed(client: FlaskClient, **query: Any) -> list[tuple[str, int]]:
    threads = found(ask(client, DISCUSSED, **query))["threads"]
    return [(thread["url"], thread["count"]) for thread in threads]


def stand(app: Flask, reader: Reader, body: str, *, url: str = ARTICLE, **more: Any) -> str:
    """Post and approve; the id."""
    comment = posted(reader.post(body, url=url, **more))
    decide(app, comment, Decision.APPROVE)
    return comment


def test_the_newest_comment_of_any_page_stands_first(
    app: Flask, reader: Reader, client: FlaskClient
) -> None:
    first = stand(app, reader, "> The boat?\n\n*Never* late.", title="The night ferry")
    second = stand(app, reader, "Warm enough.", url=f"{POOL}#lanes")
    assert [one["id"] for one in latest(client)] == [second, first]
    newest, oldest = latest(client)
    assert newest["url"] == f"{POOL}#comment-{second}"
    assert newest["title"] is None
    assert oldest.pop("created_at").endswith("Z")
    assert oldest == {
        "id": first,
        "url": f"{ARTICLE}#comment-{first}",
        "title": "The night ferry",
        "author": {"name": "Ruth Amberley"},
        "excerpt": "Never late.",
    }


def test_the_threads_with_most_comments_stand_first(
    app: Flask, reader: Reader, client: FlaskClient
) -> None:
    grow(app, [None, 0], url=POOL)
    grow(app, [None, 0, 1], url=ARTICLE)
    grow(app, [None, 0], url=f"{ORIGIN}/a-younger-one")
    assert discussed(client) == [(ARTICLE, 3), (f"{ORIGIN}/a-younger-one", 2), (POOL, 2)]


def test_what_waits_or_was_taken_away_is_never_told(
    app: Flask, reader: Reader, client: FlaskClient
) -> None:
    posted(reader.post("Waits.", url=POOL))
    hidden = {
        decision: stand(app, reader, f"Taken away: {decision}")
        for decision in (Decision.REJECT, Decision.SPAM, Decision.DELETE)
    }
    for decision, comment in hidden.items():
        decide(app, comment, decision)
    assert latest(client) == []
    assert discussed(client) == []


def test_a_tombstone_counts_for_nothing(app: Flask, reader: Reader, client: FlaskClient) -> None:
    parent = stand(app, reader, "Soon gone.")
    answer = stand(app, reader, "An answer.", parent_id=parent)
    decide(app, parent, Decision.DELETE)
    assert [one["id"] for one in latest(client)] == [answer]
    assert discussed(client) == [(ARTICLE, 1)]


def test_an_edit_that_waits_is_not_told(app: Flask, reader: Reader, client: FlaskClient) -> None:
    comment = posted(reader.post("Harmless."))
    approve(app, comment)
    text = " ".join(f"https://{host}.example" for host in "abc")
    path = f"/api/v1/comments/{comment}"
    assert client.patch(path, json={"body": text}, headers=reader.headers()).status_code == 202
    assert [one["excerpt"] for one in latest(client)] == ["Harmless."]


def test_nothing_private_is_in_it(app: Flask, reader: Reader, client: FlaskClient) -> None:
    stand(app, reader, "One.", author={"email": "ruth@reader.example"})
    for path in CALLS:
        assert "reader.example" not in ask(client, path).text


def test_a_site_tells_of_itself_alone(app: Flask, reader: Reader, client: FlaskClient) -> None:
    add_site(app, "The Kiln", "https://kiln.example", "https://www.kiln.example")
    stand(app, reader, "Of the news.")
    of_kiln = stand(app, reader, "Of the kiln.", url="https://kiln.example/glaze")
    for origin in ("https://kiln.example", "https://www.kiln.example"):
        assert [one["id"] for one in latest(client, origin=origin)] == [of_kiln]
        assert discussed(client, origin=origin) == [("https://kiln.example/glaze", 1)]


@pytest.mark.parametrize("path", CALLS)
def test_five_are_told_unless_another_number_is_asked_for(
    app: Flask, reader: Reader, client: FlaskClient, path: str
) -> None:
    for number in range(6):
        grow(app, [None], url=f"{ORIGIN}/{number}")
    [name] = found(ask(client, path))
    assert len(found(ask(client, path))[name]) == 5
    assert len(found(ask(client, path, limit=2))[name]) == 2
    assert len(found(ask(client, path, limit=20))[name]) == 6


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("", "/origin"),
        ("origin=", "/origin"),
        ("origin=https://news.example/page", "/origin"),
        ("origin=https://news.example&limit=0", "/limit"),
        ("origin=https://news.example&limit=21", "/limit"),
        ("origin=https://news.example&limit=2&limit=3", "/limit"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    reader: Reader, client: FlaskClient, path: str, query: str, pointer: str
) -> None:
    assert pointers(client.get(f"{path}?{query}")) == [pointer]


@pytest.mark.parametrize("path", CALLS)
def test_an_origin_of_no_site_is_404(reader: Reader, client: FlaskClient, path: str) -> None:
    assert problem(ask(client, path, origin="https://nobody.example"), 404)


@pytest.mark.parametrize("path", CALLS)
def test_any_page_may_read_it_and_must_ask_again(
    app: Flask, reader: Reader, client: FlaskClient, path: str
) -> None:
    stand(app, reader, "One.")
    query = {"origin": ORIGIN}
    headers = client.get(path, query_string=query, headers={"Origin": "https://a.example"}).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    known = {"If-None-Match": headers["ETag"]}
    assert client.get(path, query_string=query, headers=known).status_code == 304
    stand(app, reader, "Two.")
    assert client.get(path, query_string=query, headers=known).status_code == 200


@pytest.mark.parametrize("path", CALLS)
def test_it_takes_two_statements_however_much_there_is(
    app: Flask, reader: Reader, client: FlaskClient, path: str
) -> None:
    """One for the site, one for what is told."""
    for number in range(20):
        grow(app, [None, 0], url=f"{ORIGIN}/{number}")
    with statements(app) as sent:
        found(ask(client, path, limit=20))
    assert len([one for one in sent if one.startswith(("SELECT", "WITH"))]) == 2
