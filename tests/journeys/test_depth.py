"""A thread in which each of 10,000 comments answers the one before, through every door."""

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from comments_service.app import create_app
from comments_service.database import db, snapshot
from comments_service.domain.states import Decision
from comments_service.models import Comment
from comments_service.operations import keys, verification
from comments_service.settings import Settings
from tests.conftest import SECRET_KEY
from tests.rows import grow
from tests.services import Services, databases
from tests.thread import ARTICLE, Reader, add_site, decide, found, posted, read

LENGTH = 10_000
LISTS = "/api/v1/moderation/comments"


@pytest.fixture(scope="module", params=databases.KINDS)
def app(
    request: pytest.FixtureRequest, services: Services, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """Every test leaves it as it was."""
    folder = tmp_path_factory.mktemp("depth")
    with databases.fresh(request.param, services=services, folder=folder, migrated=True) as url:
        given = Settings(
            data_dir=str(folder), database_url=url, secret_key=SECRET_KEY, moderation="none"
        )
        app = create_app(given)
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="module")
def chain(app: Flask) -> list[str]:
    add_site(app)
    return grow(app, [None, *range(LENGTH - 1)])


def approved_replies(app: Flask) -> list[int]:
    with app.app_context(), snapshot() as session:
        return list(session.scalars(select(Comment.approved_replies).order_by(Comment.seq)))


def rest_of(client: FlaskClient, root: dict[str, Any]) -> list[dict[str, Any]]:
    """The replies that the first page hasn't."""
    walked: list[dict[str, Any]] = []
    cursor = root["replies_cursor"]
    while cursor:
        path = f"/api/v1/comments/{root['id']}/replies?limit=100&cursor={cursor}"
        page = found(client.get(path))
        walked += page["comments"]
        cursor = page["next_cursor"]
    return walked


def replies_from(client: FlaskClient, chain: list[str], comment: str) -> list[str]:
    """The page of replies to which a comment's own address leads."""
    cursor = found(client.get(f"/api/v1/comments/{comment}"))["replies_cursor"]
    page = found(client.get(f"/api/v1/comments/{chain[0]}/replies?cursor={cursor}"))
    return [one["id"] for one in page["comments"]]


def test_every_reply_comes_once_in_order(client: FlaskClient, chain: list[str]) -> None:
    (root,) = read(client)["comments"]
    assert root["reply_count"] == LENGTH - 1
    first, below = [root["id"]], root["replies"]
    while below:
        first.append(below[0]["id"])
        below = below[0]["replies"]
    rest = rest_of(client, root)
    assert first + [one["id"] for one in rest] == chain
    assert [one["depth"] for one in rest] == list(range(4, LENGTH))


def test_the_deepest_is_found(client: FlaskClient, chain: list[str]) -> None:
    place = found(client.get(f"/api/v1/comments/{chain[-1]}"))
    assert [one["id"] for one in place["ancestors"]] == chain[-11:-1]
    assert replies_from(client, chain, chain[-1]) == chain[-1:]
    page = read(client, cursor=place["root_cursor"])
    assert [one["id"] for one in page["comments"]] == chain[:1]


def test_it_is_read_without_script(client: FlaskClient, chain: list[str]) -> None:
    shown: list[str] = []
    address = f"/thread?url={quote(ARTICLE)}"
    for _ in range(3):
        page = client.get(address)
        assert page.status_code == 200
        shown += re.findall(r'id="comment-(\d+)"', page.text)
        following = re.findall(r'href="(/thread[^"]+cursor=[^"]+)"', page.text)
        address = html.unescape(following[-1])
    assert shown == chain[:104]
    end = found(client.get(f"/api/v1/comments/{chain[-20]}"))["replies_cursor"]
    deep = client.get("/thread", query_string={"url": ARTICLE, "root": chain[0], "cursor": end})
    assert re.findall(r'id="comment-(\d+)"', deep.text) == chain[-20:]


def test_moderators_list_it(app: Flask, client: FlaskClient, chain: list[str]) -> None:
    with app.app_context():
        key = {"Authorization": f"Bearer {keys.add('sweeper', ())}"}
    walked: list[str] = []
    query: dict[str, Any] = {"state": "approved", "limit": 100}
    for _ in range(3):
        page = found(client.get(LISTS, query_string=query, headers=key))
        walked += [one["id"] for one in page["comments"]]
        query["cursor"] = page["next_cursor"]
    assert walked == chain[:300]


def test_its_deleted_root_leaves_a_tombstone_above_all_replies(
    app: Flask, client: FlaskClient, chain: list[str]
) -> None:
    before = read(client)
    assert decide(app, chain[0], Decision.DELETE).error is None
    page = read(client)
    (root,) = page["comments"]
    assert (root["state"], root["author"], root["body_html"]) == ("removed", None, None)
    assert (root["reply_count"], page["thread"]["count"]) == (LENGTH - 1, LENGTH - 1)
    assert root["replies"] == before["comments"][0]["replies"]
    for first in (chain[4], chain[-50]):
        assert replies_from(client, chain, first) == chain[chain.index(first) :][:50]
    decide(app, chain[0], Decision.RESTORE)
    assert read(client) == before


def test_one_more_at_the_bottom_counts_for_all_above(
    app: Flask, client: FlaskClient, chain: list[str]
) -> None:
    before = approved_replies(app)
    last = posted(Reader(client).post("Still here?", parent_id=chain[-1]))
    assert approved_replies(app) == [*range(LENGTH, 0, -1), 0]
    assert found(client.get(f"/api/v1/comments/{last}"))["comment"]["depth"] == LENGTH
    with app.app_context():
        assert not verification.mend()
    decide(app, last, Decision.REJECT)
    assert approved_replies(app) == [*before, 0]
