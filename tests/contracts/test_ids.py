"""Every door reads an id with the same bound: the largest that a database takes."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from comments_service import clock
from comments_service.domain import ids
from comments_service.operations import keys
from tests.rows import grow
from tests.thread import ARTICLE, add_site, found
from tests.web.admin.desk import signed_in

TOO_LARGE = ids.LARGEST + 1


@pytest.fixture(autouse=True)
def root(app: Flask, monkeypatch: pytest.MonkeyPatch) -> int:
    """A root and its reply, with the largest ids there are."""
    add_site(app)
    numbers = iter([ids.LARGEST - 1, ids.LARGEST, 1])
    with monkeypatch.context() as patched:
        patched.setattr(clock, "new_id", lambda: next(numbers))
        grow(app, [None, 0])
    return ids.LARGEST - 1


@pytest.fixture
def decide(app: Flask, client: FlaskClient) -> Callable[[int], TestResponse]:
    with app.app_context():
        key = {"Authorization": f"Bearer {keys.add('sweeper', [])}"}

    def decide(comment_id: int) -> TestResponse:
        wish = {"comment_ids": [str(comment_id)], "decision": "approve"}
        return client.post("/api/v1/moderation/decisions", json=wish, headers=key)

    return decide


def test_a_reader_finds_the_largest_id_and_none_beyond(client: FlaskClient, root: int) -> None:
    assert client.get(f"/api/v1/comments/{ids.LARGEST}").status_code == 200
    assert client.get(f"/api/v1/comments/{TOO_LARGE}").status_code == 404
    page = client.get("/thread", query_string={"url": ARTICLE, "root": root})
    assert page.status_code == 200
    assert "Number 1." in page.text
    beyond = client.get("/thread", query_string={"url": ARTICLE, "root": TOO_LARGE})
    assert beyond.status_code == 404


def test_a_program_decides_on_the_largest_id_and_on_none_beyond(
    decide: Callable[[int], TestResponse],
) -> None:
    assert found(decide(ids.LARGEST))["results"][0]["to"] == "approved"
    assert found(decide(TOO_LARGE))["results"][0]["problem"]["type"] == "not-found"


@pytest.mark.parametrize("view", ["waiting", "comments"])
@pytest.mark.parametrize("number", [ids.LARGEST, TOO_LARGE])
def test_a_list_of_the_desk_begins_at_any_id(app: Flask, view: str, number: int) -> None:
    desk = signed_in(app)
    assert "</html>" in desk.open(f"/admin/?view={view}&from={number}")
    if view == "comments":
        assert desk.card == str(ids.LARGEST if number > ids.LARGEST else ids.LARGEST - 1)
