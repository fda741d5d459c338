"""Ready answers are Flask's own: never older than what was written before they were asked for."""

import gzip
import itertools
import random
import sqlite3
import threading
import tracemalloc
from collections.abc import Iterable, Iterator
from contextlib import closing
from html import escape
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from werkzeug.test import TestResponse

from comments_service import clock
from comments_service.database import db, unit_of_work
from comments_service.domain.states import Decision
from comments_service.models import Comment
from comments_service.operations import sites
from comments_service.queries.versions import LOOK_SECONDS
from comments_service.settings import Settings
from comments_service.web import ready
from tests.conftest import MakeApp, MakeSettings
from tests.rows import grow
from tests.thread import ARTICLE, Reader, add_site, approve, decide, posted, read

THREAD, COUNTS = "/api/v1/comments", "/api/v1/counts"


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    """With the layer, whatever the others are run with."""
    return make_settings(ready_bytes=Settings().ready_bytes)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Flask was asked for by the layer in front of it."""
    found: list[str] = []
    ask = ready.ask

    def noted(inner: Any, environ: Any) -> Any:
        found.append(environ["QUERY_STRING"])
        return ask(inner, environ)

    monkeypatch.setattr(ready, "ask", noted)
    return found


@pytest.fixture
def reader(app: Flask, client: FlaskClient) -> Reader:
    add_site(app)
    return Reader(client)


def shown(client: FlaskClient) -> list[str]:
    return [comment["body_html"] for comment in read(client)["comments"]]


def test_flask_is_asked_once_for_a_version(app: Flask, reader: Reader, asked: list[str]) -> None:
    approve(app, posted(reader.post("One.")))
    for _ in range(3):
        assert shown(reader.client) == ["<p>One.</p>"]
    assert len(asked) == 1
    approve(app, posted(reader.post("Two.")))
    for _ in range(3):
        assert shown(reader.client) == ["<p>One.</p>", "<p>Two.</p>"]
    assert len(asked) == 2


def test_every_change_shows_in_the_next_answer(app: Flask, reader: Reader) -> None:
    client = reader.client
    assert shown(client) == []
    first = posted(reader.post("One.", title="The night ferry"))
    assert shown(client) == []
    approve(app, first)
    assert shown(client) == ["<p>One.</p>"]
    assert read(client)["thread"]["title"] == "The night ferry"
    reader.client.patch(f"{THREAD}/{first}", json={"body": "Once more."}, headers=reader.headers())
    assert shown(client) == ["<p>Once more.</p>"]
    client.put(f"{THREAD}/{first}/vote", json={"value": 1})
    assert read(client)["comments"][0]["votes"]["up"] == 1
    decide(app, first, Decision.REJECT)
    assert shown(client) == []
    decide(app, first, Decision.UNDO)
    assert shown(client) == ["<p>Once more.</p>"]
    with app.app_context():
        sites.change("The Tide Table", moderation="all")
    assert read(client)["thread"]["rules"]["moderation"] == "all"
    with app.app_context():
        sites.change("The Tide Table", origins=["https://other.example"])
    assert client.get(THREAD, query_string={"url": ARTICLE}).status_code == 404


def test_an_edit_that_is_published_and_taken_back_shows_each_time(
    app: Flask, reader: Reader
) -> None:
    first = posted(reader.post("One."))
    approve(app, first)
    links = " ".join(f"https://{name}.example" for name in ("tar", "salt", "kelp"))
    edited = reader.client.patch(
        f"{THREAD}/{first}", json={"body": links}, headers=reader.headers()
    )
    assert edited.status_code == 202
    assert shown(reader.client) == ["<p>One.</p>"]
    approve(app, first)
    assert shown(reader.client) != ["<p>One.</p>"]
    decide(app, first, Decision.UNDO)
    assert shown(reader.client) == ["<p>One.</p>"]


def _prose(length: int) -> Iterator[str]:
    """The words of our own documents, cut into pieces."""
    documents = sorted((Path(__file__).parents[2] / "docs").rglob("*.md"))
    words = " ".join(" ".join(one.read_text().split()) for one in documents)
    return (words[start : start + length] for start in itertools.count(0, length))


def _han(length: int) -> Iterator[str]:
    """As many signs as a newspaper needs, each as often as its rank says, but in no order."""
    chance, ranks = random.Random(1), range(1, 2_001)
    signs = [chr(0x4E00 + 7 * rank) for rank in ranks]
    often = [1 / rank for rank in ranks]
    return ("".join(chance.choices(signs, often, k=length)) for _ in itertools.count())


@pytest.mark.parametrize("texts", [_prose(60), _prose(180), _prose(300), _prose(2_000), _han(100)])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_first_page_of_any_thread_is_20_kilobytes_at_most_in_a_hurry_too(
    app: Flask, reader: Reader, texts: Iterator[str]
) -> None:
    grow(app, [None if place % 4 == 0 else place - place % 4 for place in range(400)])
    with app.app_context(), unit_of_work() as session:
        for comment_id in session.scalars(select(Comment.id)).all():
            body = {"body_html": f"<p>{escape(next(texts))}</p>"}
            session.execute(update(Comment).where(Comment.id == comment_id).values(body))
    packed = {"Accept-Encoding": "gzip"}
    answer = reader.client.get(THREAD, query_string={"url": ARTICLE}, headers=packed)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) <= 20 * 1024


def test_what_another_process_writes_shows_at_once(make_app: MakeApp) -> None:
    one, other = (make_app(moderation="none", post_limit="") for _ in range(2))
    add_site(one)
    writer, client = Reader(one.test_client()), other.test_client()
    for number in range(1, 11):
        posted(writer.post(f"Number {number}."))
        assert len(shown(client)) == number
        counts = client.get(COUNTS, query_string={"url": ARTICLE}).get_json()
        assert counts == {"counts": {ARTICLE: number}}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_leaves_no_mark_shows_a_moment_later(
    app: Flask, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As what is written by hand, or by a process that is killed right after its commit."""
    approve(app, posted(reader.post("One.")))
    assert shown(reader.client) == shown(reader.client) == ["<p>One.</p>"]
    with app.app_context(), closing(sqlite3.connect(str(db.engine.url.database))) as stranger:
        stranger.execute("UPDATE comments SET body_html = '<p>Other.</p>'")
        stranger.execute("UPDATE threads SET version = version + 1")
        stranger.commit()
    later = clock.monotonic() + LOOK_SECONDS
    monkeypatch.setattr(clock, "monotonic", lambda: later)
    assert shown(reader.client) == ["<p>Other.</p>"]


QUESTIONS = [
    {"url": ARTICLE},
    {"url": ARTICLE, "sort": "newest"},
    {"url": ARTICLE, "sort": "top"},
    {"url": ARTICLE, "sort": "worst"},
    {"url": ARTICLE, "limit": "50"},
    {"url": ARTICLE, "limit": "2"},
    {"url": ARTICLE, "limit": "0"},
    {"url": ARTICLE, "cursor": "forged"},
    {"url": ARTICLE, "cursor": ""},
    {"url": ARTICLE, "lang": "pt"},
    {"url": [ARTICLE, ARTICLE]},
    {"url": f"{ARTICLE}/?utm_source=letter"},
    {"url": "https://news.example/nobody-wrote-here"},
    {"url": "https://stranger.example/"},
    {"url": "javascript:alert(1)"},
    {"url": f"{ARTICLE}\u2028"},
    {"url": b"https://news.example/\xff"},
    {"url": ""},
    {},
]


@pytest.mark.parametrize("path", [THREAD, COUNTS])
def test_it_answers_as_flask_does(make_app: MakeApp, path: str) -> None:
    app, alone = make_app(), make_app(ready_bytes=0).test_client()
    add_site(app)
    grow(app, [None] * 60)
    for query in QUESTIONS:
        for headers in ({}, {"If-None-Match": "*"}, {"Origin": "https://stranger.example"}):
            told = _facts(alone.get(path, query_string=query, headers=headers))
            for _ in range(2):
                found = app.test_client().get(path, query_string=query, headers=headers)
                assert _facts(found) == told, query


def _facts(answer: TestResponse) -> tuple[int, dict[str, str], Any]:
    headers = dict(answer.headers)
    data: Any = answer.get_json(silent=True)
    if answer.status_code >= 400:
        data.pop("request_id")
        headers.pop("Content-Length")
    return answer.status_code, headers, data


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("gzip;q=0", None),
        ("identity", None),
        ("identity, gzip;q=0.5", None),
        ("gzip, Identity", "gzip"),
        ("", None),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_it_packs_as_is_wanted(
    app: Flask, client: FlaskClient, accepted: str, encoding: str | None
) -> None:
    add_site(app)
    grow(app, [None] * 3)
    plain = client.get(THREAD, query_string={"url": ARTICLE})
    found = client.get(THREAD, query_string={"url": ARTICLE}, headers={"Accept-Encoding": accepted})
    assert found.headers.get("Content-Encoding") == encoding
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress}
    body = unpack[encoding](found.data) if encoding else found.data
    assert body == plain.data
    assert int(found.headers["Content-Length"]) == len(found.data)
    assert found.headers["ETag"] == plain.headers["ETag"]
    assert found.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_once_quiet_it_is_packed_better(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_site(app)
    grow(app, [None] * 60)

    def size() -> int:
        packed = {"Accept-Encoding": "gzip"}
        return len(client.get(THREAD, query_string={"url": ARTICLE}, headers=packed).data)

    hurried = size()
    assert size() == hurried
    later = clock.monotonic() + ready.QUIET_SECONDS + 1
    monkeypatch.setattr(clock, "monotonic", lambda: later)
    assert size() < hurried


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_unchanged_it_takes_few_bytes(app: Flask, client: FlaskClient) -> None:
    add_site(app)
    tag = client.get(THREAD, query_string={"url": ARTICLE}).headers["ETag"]
    for known in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = client.get(THREAD, query_string={"url": ARTICLE}, headers={"If-None-Match": known})
        assert (again.status_code, again.data) == (304, b"")
        assert sum(len(name) + len(value) + 4 for name, value in again.headers) < 240
    changed = client.get(
        THREAD, query_string={"url": ARTICLE}, headers={"If-None-Match": '"other"'}
    )
    assert changed.status_code == 200


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_spellings_of_a_question_share_an_answer_and_lengths_have_none(
    app: Flask, client: FlaskClient, asked: list[str]
) -> None:
    add_site(app)
    spellings: list[dict[str, str]] = [
        {"url": ARTICLE},
        {"url": f"{ARTICLE}/#comments"},
        {"sort": "oldest", "url": ARTICLE},
        {"url": ARTICLE, "limit": "50", "nonsense": "1"},
        {"url": ARTICLE, "nonsense": "2"},
    ]
    for query in spellings * 2:
        client.get(THREAD, query_string=query)
    assert len(asked) == 1
    client.get(THREAD, query_string={"url": ARTICLE, "limit": "7"})
    assert len(asked) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_flask_refuses_it_refuses_once(app: Flask, client: FlaskClient) -> None:
    add_site(app)
    handled: list[str] = []

    @app.before_request
    def note() -> None:  # pyright: ignore[reportUnusedFunction]
        handled.append("")

    answer = client.get(THREAD, query_string={"url": ARTICLE, "cursor": "forged"})
    assert answer.status_code == 422
    assert len(handled) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_changed_while_it_was_made_is_not_kept(
    app: Flask, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, ask = reader.client, ready.ask
    first = posted(reader.post("One."))

    def ask_late(inner: Any, environ: Any) -> Any:
        approve(app, first)
        return ask(inner, environ)

    with monkeypatch.context() as patch:
        patch.setattr(ready, "ask", ask_late)
        assert client.get(COUNTS, query_string={"url": ARTICLE}).get_json() == {
            "counts": {ARTICLE: 1}
        }
    decide(app, first, Decision.UNDO)
    assert client.get(COUNTS, query_string={"url": ARTICLE}).get_json() == {"counts": {ARTICLE: 0}}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_made_up_addresses_fill_no_more_memory_than_it_has(make_app: MakeApp) -> None:
    client = make_app(ready_bytes=300_000).test_client()

    def ask(start: int) -> None:
        for number in range(start, start + 700):
            for _ in range(2):
                client.get(COUNTS, query_string={"url": f"https://stranger.example/{number}"})

    ask(0)
    tracemalloc.start()
    ask(10_000)
    before, _peak = tracemalloc.get_traced_memory()
    ask(20_000)
    after, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert before < 900_000
    assert after < 900_000


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_many_at_once_wait_for_one_who_asks(
    app: Flask, client: FlaskClient, asked: list[str]
) -> None:
    add_site(app)
    grow(app, [None] * 60)
    together, found = threading.Barrier(8), list[bytes]()

    def ask() -> None:
        together.wait()
        found.append(app.test_client().get(THREAD, query_string={"url": ARTICLE}).data)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 8
    assert len(asked) == 1


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_lost_connection_costs_nothing_but_a_new_one(app: Flask, client: FlaskClient) -> None:
    add_site(app)
    grow(app, [None])
    assert len(read(client)["comments"]) == 1
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
    assert len(read(client)["comments"]) == 1
    assert len(read(client)["comments"]) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_body_or_another_method_is_flasks(app: Flask, client: FlaskClient) -> None:
    add_site(app)
    read(client)
    assert client.get(THREAD, query_string={"url": ARTICLE}, data="{}").status_code == 200
    packed = {"Content-Encoding": "gzip"}
    answers: Iterable[TestResponse] = (
        client.get(THREAD, query_string={"url": ARTICLE}, headers=packed),
        client.head(THREAD, query_string={"url": ARTICLE}),
    )
    assert [answer.status_code for answer in answers] == [415, 200]
