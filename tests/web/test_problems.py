"""Every refusal is a problem, whatever went wrong and wherever."""

import sqlite3
from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient

from comments_service import database
from comments_service.domain.errors import Unavailable
from tests.conftest import MakeApp
from tests.thread import ARTICLE, ORIGIN, Reader, add_site, problem

WORDS = ("type", "title", "detail", "request_id")


@pytest.fixture
def site(app: Flask) -> int:
    return add_site(app)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_refusal_says_what_and_which(client: FlaskClient, site: int) -> None:
    post = {"url": ARTICLE, "author": {"name": "Ruth"}, "body": "Hello."}
    for answer, status, code in (
        (client.get("/api/v1/nothing"), 404, "not-found"),
        (client.get("/api/v1/comments/1"), 404, "not-found"),
        (client.get("/api/v1/comments?url=https://other.example/"), 404, "unknown-site"),
        (client.get("/api/v1/comments"), 422, "invalid"),
        (client.get("/api/v1/mine", query_string={"url": ARTICLE}), 401, "token-needed"),
        (client.delete("/api/v1/counts"), 405, "method-not-allowed"),
        (client.post("/api/v1/comments", data="{}"), 415, "media-type"),
        (client.post("/api/v1/comments", json={"body": "x" * 300_000}), 413, "too-large"),
        (
            client.post("/api/v1/comments", json=post, headers={"Origin": "https://evil.example"}),
            403,
            "foreign-origin",
        ),
        (
            client.post(
                "/api/v1/subscriptions",
                json={"url": ARTICLE, "email": "jo@example.com", "scope": "thread"},
            ),
            409,
            "notify-off",
        ),
    ):
        found = problem(answer, status)
        assert found["type"] == code
        assert all(isinstance(found[word], str) and found[word] for word in WORDS)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    allowed = client.put("/api/v1/comments").headers["Allow"]
    assert {"GET", "POST"} <= set(allowed.split(", "))


def test_a_401_says_how_to_prove_it(client: FlaskClient, site: int) -> None:
    for path in (f"/api/v1/mine?url={ARTICLE}", "/api/v1/moderation/comments"):
        assert client.get(path).headers["WWW-Authenticate"].startswith("Bearer")


def test_invalid_fields_have_pointers(client: FlaskClient, site: int) -> None:
    answer = client.post("/api/v1/comments", json={"a/b~c": 1, "author": {"name": ""}})
    errors = {error["pointer"]: error["detail"] for error in problem(answer, 422)["errors"]}
    assert {"/url", "/body", "/author/name", "/a~1b~0c"} <= set(errors)
    assert all(errors.values())


def test_each_request_has_a_number_of_its_own(client: FlaskClient) -> None:
    numbers = {problem(client.get("/api/v1/x"), 404)["request_id"] for _ in range(3)}
    assert len(numbers) == 3


@pytest.fixture
def faulty(make_app: MakeApp) -> FlaskClient:
    """A service with routes that break, as no route should."""
    app = make_app()
    add_site(app)

    def broken() -> str:
        raise RuntimeError("the password is swordfish")

    def away() -> str:
        raise Unavailable("the password of the database is swordfish")

    for view in (broken, away):
        app.add_url_rule(f"/api/v1/{view.__name__}", view_func=view)
    return app.test_client()


def test_an_unexpected_error_tells_a_number_and_nothing_else(faulty: FlaskClient) -> None:
    answer = faulty.get("/api/v1/broken", headers={"Origin": ORIGIN})
    found = problem(answer, 500)
    assert found["type"] == "internal"
    assert found["request_id"] in found["detail"]
    assert "swordfish" not in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_a_busy_service_says_when_to_come_back(faulty: FlaskClient) -> None:
    answer = faulty.get("/api/v1/away")
    assert problem(answer, 503)["type"] == "busy"
    assert int(answer.headers["Retry-After"]) > 0
    assert "swordfish" not in answer.text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_lock_that_does_not_come_free_is_503(
    monkeypatch: pytest.MonkeyPatch, make_app: MakeApp, database_url: str
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 1)
    app = make_app()
    add_site(app)
    reader = Reader(app.test_client())
    path = database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = reader.post("Hello.", headers={"Origin": ORIGIN})
        assert problem(answer, 503)["type"] == "busy"
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert app.test_client().get(f"/api/v1/comments?url={ARTICLE}").status_code == 200
        other.execute("ROLLBACK")
    assert reader.post("Hello.").status_code == 202


def test_a_database_that_is_away_is_503_also_with_an_origin(
    make_app: MakeApp, database_kind: str
) -> None:
    """Who asks can't be looked up then: that must not make another error of it."""
    nowhere = {"sqlite": "sqlite:////nowhere/x.sqlite3", "postgresql": "postgresql://@/x?host=/no"}
    app = make_app(database_url=nowhere[database_kind])
    for headers in ({}, {"Origin": ORIGIN}):
        answer = Reader(app.test_client()).post("Hello.", headers=headers)
        assert problem(answer, 503)["type"] == "busy"
        assert answer.headers["Retry-After"]


def test_pages_say_in_words_that_the_database_is_away(
    make_app: MakeApp, database_kind: str
) -> None:
    nowhere = {"sqlite": "sqlite:////nowhere/x.sqlite3", "postgresql": "postgresql://@/x?host=/no"}
    client = make_app(database_url=nowhere[database_kind]).test_client()
    answer = client.get("/thread", query_string={"url": ARTICLE})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "The service is busy" in answer.text
