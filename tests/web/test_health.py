"""Whether the process lives, and whether it can serve."""

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import MakeApp
from tests.thread import problem

NOWHERE = {"sqlite": "sqlite:////nowhere/x.sqlite3", "postgresql": "postgresql://@/x?host=/no"}


def test_a_service_with_its_database_is_ready(client: FlaskClient) -> None:
    for path in ("/health/live", "/health/ready"):
        answer = client.get(path)
        assert (answer.status_code, answer.json) == (200, {"status": "ok"})
        assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_database_it_lives_and_is_not_ready(
    make_app: MakeApp, database_kind: str
) -> None:
    _lives_and_is_not_ready(make_app(database_url=NOWHERE[database_kind]))


def test_without_tables_it_lives_and_is_not_ready(
    make_app: MakeApp, database_url: str, database_kind: str
) -> None:
    other = database_url + "-empty"
    if database_kind == "postgresql":
        other = database_url.replace("?", "?options=-csearch_path%3Dnowhere&")
    _lives_and_is_not_ready(make_app(database_url=other))


def _lives_and_is_not_ready(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/health/live").status_code == 200
    answer = client.get("/health/ready")
    assert problem(answer, 503)["type"] == "busy"
    assert answer.headers["Retry-After"]
