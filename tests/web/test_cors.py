"""Which pages of other origins may read and write: the contract's paragraph, line by line."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from comments_service.domain.errors import Unavailable
from comments_service.queries import sites
from tests.rows import grow, statements
from tests.thread import ARTICLE, ORIGIN, Reader, add_site, posted, problem

OWN = "http://127.0.0.1:8000"
FOREIGN = "https://evil.example"
COMMENT = {"url": ARTICLE, "author": {"name": "Ruth Amberley"}, "body": "Hello."}
PUBLIC = ("/api/v1/comments", "/api/v1/counts", "/embed.js")
ALLOWED = {"authorization", "content-type", "comments-visitor", "idempotency-key"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    add_site(app, "The Tide Table", ORIGIN, "http://staging.news.example:8080")
    add_site(app, "Another", "https://another.example")
    return app.test_client()


def words(header: str) -> set[str]:
    return {word.strip().lower() for word in header.split(",")}


def preflight(client: FlaskClient, path: str, origin: str, method: str) -> TestResponse:
    return client.options(
        path,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "content-type,comments-visitor",
        },
    )


def test_what_is_public_is_for_everybody(client: FlaskClient, app: Flask) -> None:
    (root,) = grow(app, [None])
    for path in (*PUBLIC, f"/api/v1/comments/{root}/replies"):
        for origin in (None, ORIGIN, OWN, FOREIGN, "null", "garbage"):
            headers = {"Origin": origin} if origin else {}
            answer = client.get(path, query_string={"url": ARTICLE}, headers=headers)
            assert answer.status_code == 200, path
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert "origin" not in words(answer.headers.get("Vary", ""))
            assert words(answer.headers["Access-Control-Expose-Headers"]) == {
                "etag",
                "retry-after",
            }


def test_errors_of_what_is_public_are_readable_too(client: FlaskClient) -> None:
    for query in ({"url": "javascript:1"}, {"url": "https://other.example/"}, {}):
        answer = client.get("/api/v1/comments", query_string=query, headers={"Origin": FOREIGN})
        assert answer.status_code in {404, 422}
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_registered_or_our_own_origin_is_echoed(client: FlaskClient) -> None:
    for number, origin in enumerate((ORIGIN, OWN, "http://staging.news.example:8080")):
        answer = client.post(
            "/api/v1/comments",
            json=COMMENT | {"body": f"Number {number}."},
            headers={"Origin": origin},
        )
        assert answer.status_code == 202
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert "origin" in words(answer.headers["Vary"])
        assert words(answer.headers["Access-Control-Expose-Headers"]) == {"etag", "retry-after"}
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_foreign_origin_is_403_everywhere_else(client: FlaskClient, app: Flask) -> None:
    (root,) = grow(app, [None])
    held = posted(Reader(client).post("Held."))
    calls = [
        ("POST", "/api/v1/comments", COMMENT),
        ("PATCH", f"/api/v1/comments/{held}", {"body": "Mine."}),
        ("GET", f"/api/v1/comments/{root}", None),
        ("GET", f"/api/v1/mine?url={ARTICLE}", None),
        ("POST", "/api/v1/subscriptions", {"url": ARTICLE, "email": "j@x.org", "scope": "thread"}),
        ("GET", "/api/v1/moderation/comments", None),
        ("POST", "/api/v1/moderation/decisions", {"comment_ids": [held], "decision": "approve"}),
        ("GET", "/api/v1/nothing", None),
    ]
    for origin in (
        FOREIGN,
        "null",
        "https://news.example.evil.example",
        "https://evil-news.example",
        "http://news.example",
        "https://news.example:8443",
        "http://staging.news.example",
        "http://127.0.0.1:8001",
        "",
    ):
        for method, path, json in calls:
            answer = client.open(path, method=method, json=json, headers={"Origin": origin})
            assert problem(answer, 403)["type"] == "foreign-origin", (origin, path)
            assert "Access-Control-Allow-Origin" not in answer.headers
            assert "origin" in words(answer.headers["Vary"])


def test_none_is_accepted_and_answers_still_vary(client: FlaskClient) -> None:
    answer = client.post("/api/v1/comments", json=COMMENT)
    assert answer.status_code == 202
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "origin" in words(answer.headers["Vary"])


def test_a_call_about_a_page_needs_that_sites_origin(client: FlaskClient) -> None:
    headers = {"Origin": "https://another.example"}
    answer = client.post("/api/v1/comments", json=COMMENT, headers=headers)
    assert problem(answer, 403)["type"] == "foreign-origin"


def test_malformed_comes_before_unknown_before_foreign(client: FlaskClient) -> None:
    headers = {"Origin": FOREIGN}
    malformed = COMMENT | {"body": "", "url": "https://other.example/"}
    assert problem(client.post("/api/v1/comments", json=malformed, headers=headers), 422)
    unknown = COMMENT | {"url": "https://other.example/"}
    assert problem(client.post("/api/v1/comments", json=unknown, headers=headers), 404)
    assert problem(client.post("/api/v1/comments", json=COMMENT, headers=headers), 403)


def test_refusals_can_be_read_by_the_page_that_asked(client: FlaskClient) -> None:
    headers = {"Origin": ORIGIN}
    for answer, status in (
        (client.post("/api/v1/comments", json=COMMENT | {"body": ""}, headers=headers), 422),
        (client.post("/api/v1/comments", data="x", headers=headers), 415),
        (client.get("/api/v1/mine", query_string={"url": ARTICLE}, headers=headers), 401),
        (client.get("/api/v1/nothing", headers=headers), 404),
        (client.put("/api/v1/comments", headers=headers), 405),
        (client.post("/api/v1/comments", json={"body": "x" * 300_000}, headers=headers), 413),
    ):
        problem(answer, status)
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert "retry-after" in words(answer.headers["Access-Control-Expose-Headers"])


def test_a_refusal_stands_when_the_database_cannot_be_asked_about_the_origin(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_origin: str) -> bool:
        raise Unavailable("the database is away")

    monkeypatch.setattr(sites, "is_registered", away)
    answer = client.post("/api/v1/comments", data="x", headers={"Origin": ORIGIN})
    problem(answer, 415)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "origin" in words(answer.headers["Vary"])


def test_a_preflight_says_what_may_be_sent(client: FlaskClient) -> None:
    for path, method in (
        ("/api/v1/comments", "POST"),
        ("/api/v1/comments/1", "PATCH"),
        ("/api/v1/mine", "GET"),
        ("/api/v1/subscriptions", "POST"),
        ("/api/v1/comments", "GET"),
    ):
        for origin in (ORIGIN, OWN):
            answer = preflight(client, path, origin, method)
            assert (answer.status_code, answer.data) == (204, b"")
            assert answer.headers["Access-Control-Allow-Origin"] == origin
            assert words(answer.headers["Access-Control-Allow-Headers"]) == ALLOWED
            assert method.lower() in words(answer.headers["Access-Control-Allow-Methods"])
            assert answer.headers["Access-Control-Max-Age"] == "86400"
            assert "origin" in words(answer.headers["Vary"])


def test_a_foreign_preflight_is_refused_but_for_what_is_public(client: FlaskClient) -> None:
    for origin in (FOREIGN, "null"):
        refused = preflight(client, "/api/v1/comments", origin, "POST")
        assert problem(refused, 403)["type"] == "foreign-origin"
        assert "Access-Control-Allow-Origin" not in refused.headers
        allowed = preflight(client, "/api/v1/comments", origin, "GET")
        assert allowed.status_code == 204
        assert allowed.headers["Access-Control-Allow-Origin"] == "*"


def test_a_public_answer_asks_nothing_about_the_origin(client: FlaskClient, app: Flask) -> None:
    with statements(app) as sent:
        client.get("/api/v1/counts", query_string={"url": ARTICLE}, headers={"Origin": FOREIGN})
    assert len(sent) == 1


def test_pages_and_health_are_no_business_of_other_origins(client: FlaskClient) -> None:
    answer = client.get("/health/live", headers={"Origin": ORIGIN})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_no_cookie_is_ever_set(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.post("/api/v1/comments", json=COMMENT).headers
