"""The headers that tell browsers what they may do with an answer."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import MakeApp
from tests.thread import ARTICLE, add_site

MACHINES = (f"/api/v1/comments?url={ARTICLE}", "/api/v1/nothing", "/api/v1/mine", "/embed.js")
PEOPLE = ("/admin/sign-in", "/nothing")


@pytest.fixture(autouse=True)
def site(app: Flask) -> int:
    return add_site(app)


def test_no_answers_type_is_guessed(client: FlaskClient) -> None:
    for path in (*MACHINES, *PEOPLE, "/health/live"):
        answer = client.get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.content_type, path


def test_the_api_does_nothing_as_a_page_and_is_read_from_everywhere(client: FlaskClient) -> None:
    for path in MACHINES:
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_pages_are_framed_by_nobody_and_run_only_our_scripts(client: FlaskClient) -> None:
    for path in PEOPLE:
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        for rule in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
            assert rule in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_nothing_tells_what_runs_here(client: FlaskClient) -> None:
    headers = client.get(MACHINES[0]).headers
    assert not {"Server", "X-Powered-By", "Set-Cookie"} & set(headers.keys())


def test_where_readers_come_by_https_they_come_so_for_a_year(
    client: FlaskClient, make_app: MakeApp
) -> None:
    secure = make_app(public_url="https://comments.example").test_client()
    for path in (*MACHINES, *PEOPLE, "/health/live", "/desk/nothing"):
        assert secure.get(path).headers["Strict-Transport-Security"] == "max-age=31536000"
        assert "Strict-Transport-Security" not in client.get(path).headers
