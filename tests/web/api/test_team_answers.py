"""Answering as the team over HTTP: by key, published at once, nobody named."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from comments_service.database import unit_of_work
from comments_service.domain.states import Decision
from comments_service.models import Thread
from comments_service.operations import keys
from comments_service.settings import Settings
from tests.conftest import MakeSettings
from tests.thread import (
    Reader,
    add_site,
    approve,
    decide,
    found,
    pointers,
    posted,
    problem,
    read,
)

PATH = "/api/v1/moderation/comments"
LOG = "/api/v1/moderation/log"
OTHER = "https://kiln.example"


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(post_limit="")


@pytest.fixture
def key(app: Flask) -> dict[str, str]:
    add_site(app)
    add_site(app, "Kiln & Clay", OTHER)
    with app.app_context():
        return {"Authorization": f"Bearer {keys.add('sweeper', ['The Tide Table'])}"}


@pytest.fixture
def parent(key: dict[str, str], app: Flask, client: FlaskClient) -> str:
    comment = posted(Reader(client).post("Who is it for?"))
    approve(app, comment)
    return comment


def test_an_answer_stands_at_once_with_the_sites_name_and_the_badge(
    client: FlaskClient, key: dict[str, str], parent: str
) -> None:
    answer = client.post(PATH, json={"parent_id": parent, "body": "For *all*."}, headers=key)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "private, no-store"
    comment = found(answer)["comment"]
    assert comment["state"] == "approved"
    assert comment["body_html"] == "<p>For <em>all</em>.</p>"
    assert (comment["parent_id"], comment["root_id"], comment["depth"]) == (parent, parent, 1)
    [root] = read(client)["comments"]
    assert root["reply_count"] == 1
    [reply] = root["replies"]
    assert (reply["author"]["name"], reply["author"]["badge"]) == ("The Tide Table", "team")
    assert reply["id"] == comment["id"]


def test_only_the_log_knows_who_answered(
    client: FlaskClient, key: dict[str, str], parent: str
) -> None:
    comment = posted(client.post(PATH, json={"parent_id": parent, "body": "Yes."}, headers=key))
    [entry] = found(client.get(LOG, query_string={"comment_id": comment}, headers=key))["log"]
    assert (entry["event"], entry["from"], entry["to"]) == ("post", None, "approved")
    assert "sweeper" in entry["actor"]
    assert "sweeper" not in json.dumps(read(client))


def test_a_closed_thread_can_be_answered_by_the_team(
    app: Flask, client: FlaskClient, key: dict[str, str], parent: str
) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Thread).values(state="closed"))
    answer = client.post(PATH, json={"parent_id": parent, "body": "Yes."}, headers=key)
    assert answer.status_code == 201


def test_the_same_answer_twice_is_a_duplicate(
    app: Flask, client: FlaskClient, key: dict[str, str], parent: str
) -> None:
    other = posted(Reader(client, name="Jo").post("And for me?"))
    approve(app, other)
    for comment, status in ((parent, 201), (other, 201), (parent, 409)):
        answer = client.post(PATH, json={"parent_id": comment, "body": "Yes. "}, headers=key)
        assert answer.status_code == status
    assert problem(answer, 409)["type"] == "duplicate-comment"


def test_a_foreign_comment_is_as_missing_as_an_unknown_one(
    app: Flask, client: FlaskClient, key: dict[str, str]
) -> None:
    foreign = posted(Reader(client, url=f"{OTHER}/glaze").post("Secret."))
    approve(app, foreign)
    refused = [
        problem(client.post(PATH, json={"parent_id": one, "body": "Yes."}, headers=key), 404)
        for one in (foreign, "17")
    ]
    for one in refused:
        del one["request_id"]
    assert refused[0] == refused[1]


def test_what_readers_cannot_see_is_not_answered(
    app: Flask, client: FlaskClient, key: dict[str, str], parent: str
) -> None:
    waiting = posted(Reader(client, name="Jo").post("Waiting."))
    decide(app, parent, Decision.REJECT)
    for one in (waiting, parent):
        answer = client.post(PATH, json={"parent_id": one, "body": "Yes."}, headers=key)
        assert pointers(answer) == ["/parent_id"]


@pytest.mark.parametrize("body", ["", " ", "\u200b", "x" * 10_001, "a\x00b"])
def test_a_text_is_measured_like_a_readers(
    client: FlaskClient, key: dict[str, str], parent: str, body: str
) -> None:
    answer = client.post(PATH, json={"parent_id": parent, "body": body}, headers=key)
    assert pointers(answer) == ["/body"]


def test_without_a_key_nobody_answers(client: FlaskClient, parent: str) -> None:
    for headers in ({}, {"Authorization": "Bearer ck_nothing"}):
        answer = client.post(PATH, json={"parent_id": parent, "body": "Yes."}, headers=headers)
        assert problem(answer, 401)
    assert read(client)["comments"][0]["replies"] == []
