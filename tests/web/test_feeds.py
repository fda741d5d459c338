"""Feeds as a feed reader meets them: well-formed, kept by everybody, nothing private in them."""

import json
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from comments_service.database import unit_of_work
from comments_service.domain.states import Decision
from comments_service.models import Comment, Thread
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

ATOM = "{http://www.w3.org/2005/Atom}"
KINDS = ["/feed.atom", "/feed.json"]


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(post_limit="", edit_limit="", moderation="none")


@pytest.fixture
def reader(app: Flask, client: FlaskClient) -> Reader:
    add_site(app)
    return Reader(client)


def ask(client: FlaskClient, path: str, **query: str) -> TestResponse:
    return client.get(path, query_string=query or {"url": ARTICLE})


def parsed(answer: TestResponse) -> ET.Element:
    assert answer.status_code == 200, answer.text
    return ET.fromstring(answer.data)


def texts(answer: TestResponse, path: str) -> list[str | None]:
    steps = "/".join(f"{ATOM}{step}" for step in path.split("/"))
    return [found.text for found in parsed(answer).findall(steps)]


def items(answer: TestResponse) -> list[dict[str, object]]:
    assert answer.status_code == 200, answer.text
    return json.loads(answer.data)["items"]


def test_the_newest_comment_of_a_page_stands_first(reader: Reader, client: FlaskClient) -> None:
    first, second = posted(reader.post("*One*.")), posted(reader.post("Two."))
    atom, feed = ask(client, "/feed.atom"), ask(client, "/feed.json")
    assert texts(atom, "entry/content") == ["<p>Two.</p>", "<p><em>One</em>.</p>"]
    assert [one["content_html"] for one in items(feed)] == texts(atom, "entry/content")
    assert [one["id"] for one in items(feed)] == texts(atom, "entry/id")
    links = [one.get("href") for one in parsed(atom).iter(f"{ATOM}link")]
    assert links[2:] == [f"{ARTICLE}#comment-{second}", f"{ARTICLE}#comment-{first}"]
    assert [one["url"] for one in items(feed)] == links[2:]


def test_each_entry_names_its_author_its_page_and_its_times(
    reader: Reader, client: FlaskClient
) -> None:
    with time_machine.travel("2026-05-03T13:10:00Z", tick=False) as traveller:
        answer = found(reader.post("A tpyo.", title="The night ferry"))
        traveller.shift(timedelta(minutes=5))
        path = f"/api/v1/comments/{answer['comment']['id']}"
        found(client.patch(path, json={"body": "A typo."}, headers=reader.headers()))
    atom = ask(client, "/feed.atom")
    assert texts(atom, "title") == ["The night ferry"]
    assert texts(atom, "updated") == ["2026-05-03T13:15:00Z"]
    assert texts(atom, "entry/title") == ["Ruth Amberley on The night ferry"]
    assert texts(atom, "entry/author/name") == ["Ruth Amberley"]
    assert texts(atom, "entry/published") == ["2026-05-03T13:10:00Z"]
    assert texts(atom, "entry/updated") == ["2026-05-03T13:15:00Z"]
    [item] = items(ask(client, "/feed.json"))
    assert item["authors"] == [{"name": "Ruth Amberley"}]
    assert item["date_published"] == "2026-05-03T13:10:00Z"
    assert item["date_modified"] == "2026-05-03T13:15:00Z"


def test_a_sites_feed_has_all_its_pages_and_no_other_sites(
    reader: Reader, app: Flask, client: FlaskClient
) -> None:
    add_site(app, "Another", "https://another.example")
    reader.post("Here.")
    reader.post("There.", url=f"{ORIGIN}/bread-prices")
    Reader(client, url="https://another.example/").post("Elsewhere.")
    atom = ask(client, "/feed.atom", origin=ORIGIN)
    assert texts(atom, "entry/content") == ["<p>There.</p>", "<p>Here.</p>"]
    assert texts(atom, "title") == ["The Tide Table"]
    assert texts(atom, "entry/title")[0] == "Ruth Amberley on news.example/bread-prices"
    assert len(items(ask(client, "/feed.json", origin=ORIGIN))) == 2


@pytest.mark.parametrize("path", KINDS)
def test_only_what_readers_see_is_in_it(
    reader: Reader, app: Flask, client: FlaskClient, path: str
) -> None:
    top = posted(reader.post("Rude words.", author={"email": "ruth@example.com"}))
    reader.post("A kind reply.", parent_id=top)
    decide(app, top, Decision.REJECT)
    decide(app, posted(reader.post("Another rude word.")), Decision.SPAM)
    answer = ask(client, path)
    assert "A kind reply." in answer.text
    assert "ude word" not in answer.text
    assert "ruth@example" not in answer.text


def test_the_fifty_newest_are_read_in_few_statements(app: Flask, client: FlaskClient) -> None:
    add_site(app)
    ids = grow(app, [None] * 60)
    for query in ({"url": ARTICLE}, {"origin": ORIGIN}):
        with statements(app) as sent:
            found = items(ask(client, "/feed.json", **query))
        assert [str(one["url"]).rpartition("-")[2] for one in found] == ids[:9:-1]
        assert len(sent) <= 4


@pytest.mark.parametrize("path", KINDS)
def test_an_unknown_page_of_a_site_is_an_empty_feed(
    reader: Reader, client: FlaskClient, path: str
) -> None:
    answer = ask(client, path)
    assert answer.status_code == 200
    assert answer.text.count("<entry>") == 0
    assert answer.data == ask(client, path).data


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("url=https://nobody.example/", 404),
        ("origin=https://nobody.example", 404),
        ("", 422),
        ("other=1", 422),
        (f"url={ARTICLE}&origin={ORIGIN}", 422),
        (f"url={ARTICLE}&url={ARTICLE}", 422),
        (f"origin={ORIGIN}&origin={ORIGIN}", 422),
        ("url=javascript:1", 422),
        ("origin=https://news.example/page", 422),
        ("origin=", 422),
    ],
)
def test_what_cannot_be_answered_is_a_problem(
    reader: Reader, client: FlaskClient, path: str, query: str, status: int
) -> None:
    answer = client.get(f"{path}?{query}")
    assert problem(answer, status)
    if status == 422:
        assert len(pointers(answer)) == 1


@pytest.mark.parametrize("path", KINDS)
def test_anybody_may_keep_it_and_must_ask_again(
    reader: Reader, client: FlaskClient, path: str
) -> None:
    reader.post("One.")
    answer = client.get(
        path, query_string={"url": ARTICLE}, headers={"Origin": "https://a.example"}
    )
    headers = answer.headers
    assert headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["ETag"].startswith("W/")
    known = {"If-None-Match": headers["ETag"]}
    assert client.get(path, query_string={"url": ARTICLE}, headers=known).status_code == 304
    reader.post("Two.")
    assert client.get(path, query_string={"url": ARTICLE}, headers=known).status_code == 200


def test_each_kind_has_its_media_type(reader: Reader, client: FlaskClient) -> None:
    assert ask(client, "/feed.atom").content_type == "application/atom+xml; charset=utf-8"
    assert ask(client, "/feed.json").content_type == "application/feed+json"


def test_an_id_stays_when_the_address_of_the_service_changes(
    make_settings: MakeSettings, reader: Reader, client: FlaskClient, app: Flask
) -> None:
    reader.post("One.")
    before = texts(ask(client, "/feed.atom"), "entry/id") + texts(ask(client, "/feed.atom"), "id")
    app.extensions["comments_settings"] = make_settings(public_url="https://talk.example/c")
    answer = ask(client, "/feed.atom")
    assert texts(answer, "entry/id") + texts(answer, "id") == before
    assert all(str(one).startswith("urn:uuid:") for one in before)


TAGS = {"feed", "id", "title", "updated", "link", "entry", "author", "name", "published", "content"}
HOSTILE = [
    "]]><script>alert(1)</script>",
    '"><x y="',
    "&amp;&#0;&lt;",
    "a\ufffeb\uffffc",
    "a\x08\x0b\x0c\x1b\x85b",
    "\U0001fffe\U0010ffff\u2028\u202e",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_xml_is_well_formed_whatever_is_in_it(
    reader: Reader, app: Flask, client: FlaskClient, text: str
) -> None:
    """Straight into the tables: what was imported saw no form."""
    comment = int(posted(reader.post("One.")))
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Thread).values(title=text))
        session.execute(
            update(Comment)
            .where(Comment.id == comment)
            .values(author_name=text, body_html=f"<p>{text}</p>")
        )
    for query in ({"url": ARTICLE}, {"origin": ORIGIN}):
        answer = ask(client, "/feed.atom", **query)
        [content] = texts(answer, "entry/content")
        assert content is not None
        assert content.startswith("<p>")
        assert content.endswith("</p>")
        assert {one.tag.removeprefix(ATOM) for one in parsed(answer).iter()} == TAGS
        assert items(ask(client, "/feed.json", **query))[0]["content_html"] == f"<p>{text}</p>"


def test_a_held_edit_is_not_in_it(reader: Reader, app: Flask, client: FlaskClient) -> None:
    answer = found(reader.post("Harmless."))
    approve(app, answer["comment"]["id"])
    links = " ".join(f"https://{host}.example" for host in "abc")
    path = f"/api/v1/comments/{answer['comment']['id']}"
    assert client.patch(path, json={"body": links}, headers=reader.headers()).status_code == 202
    assert texts(ask(client, "/feed.atom"), "entry/content") == ["<p>Harmless.</p>"]
