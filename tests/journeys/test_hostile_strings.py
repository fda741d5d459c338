"""Every hostile string in every text field of every way to write and to ask: taken as the rule
says or refused as documented, and what is stored of it passes an allow-list of its own.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import product
from typing import Any
from urllib.parse import quote
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from comments_service.database import snapshot
from comments_service.domain.errors import Conflict, Invalid
from comments_service.domain.states import Decision
from comments_service.models import Comment
from comments_service.operations import keys, moderation, sites
from tests import hostile
from tests.conftest import MakeApp
from tests.contracts import repository
from tests.thread import ARTICLE, ORIGIN, Reader, posted

API = "/api/v1"
EVERY = int(os.environ.get("HOSTILE_EVERY", "8"))  # `make soak` takes each string in each place
MINE = f"{API}/mine?url={quote(ARTICLE)}"
KINDS = repository.headings("docs/problems.md")
FIELDS = ("name", "email", "notify_of", "parent_id", "key", "subject")
UNLIMITED = "post_limit subscribe_limit edit_limit report_limit preview_limit visitor_limit"


@dataclass
class Place:
    """A page with one approved comment of a reader, and a key that moderates it."""

    app: Flask
    client: FlaskClient = field(init=False)
    reader: Reader = field(init=False)
    comment: str = field(init=False)
    token: str = field(init=False)
    key: str = field(init=False)
    decisions: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        with self.app.app_context():
            sites.add("The Tide Table", [ORIGIN])
            self.key = keys.add("tests")
        self.reader = Reader(self.client)
        answer = self.reader.post("Which ship is it?")
        self.comment = posted(answer)
        self.token = answer.get_json()["edit_token"]
        self.decide(Decision.APPROVE, self.comment)

    def decide(self, decision: Decision, *comments: str) -> None:
        with self.app.app_context():
            moderation.decide(list(map(int, comments)), decision, actor="tests", site_ids=None)

    def send(
        self, path: str, data: dict[str, Any], *, method: str = "POST", **headers: str
    ) -> TestResponse:
        return self.client.open(
            API + path,
            method=method,
            data=json.dumps(data),
            content_type="application/json",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    def post(self, **changed: Any) -> TestResponse:
        author = {"name": "Ruth Amberley"} | changed.pop("author", {})
        return self.send("/comments", {"url": ARTICLE, "author": author, "body": "x"} | changed)

    def get(self, path: str, **query: str) -> TestResponse:
        given = "&".join(f"{name}={_quoted(value)}" for name, value in query.items())
        with_key = {"Authorization": f"Bearer {self.key}"} if "/moderation/" in path else {}
        return self.client.get(f"{path}?{given}", headers=with_key)

    def with_header(self, path: str, name: str, value: str) -> TestResponse:
        """As the server hands it on: bytes, whatever they are."""
        raw = value.encode("utf-8", "surrogatepass").decode("latin-1")
        return self.client.get(path, environ_overrides={f"HTTP_{name}": raw})


def _quoted(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


def _moderated(place: Place, path: str, **data: Any) -> TestResponse:
    return place.send(f"/moderation{path}", data, Authorization=f"Bearer {place.key}")


def _decided(place: Place, text: str) -> TestResponse:
    """Another decision each time, so that each reason is one of a decision that acts."""
    place.decisions += 1
    decision = "reject" if place.decisions % 2 else "spam"
    ids = [place.comment]
    return _moderated(
        place, "/decisions", comment_ids=ids, decision=decision, reason=text, tell_author=True
    )


def _with_key(place: Place, text: str) -> TestResponse:
    """The header of a call that writes."""
    raw = text.encode("utf-8", "surrogatepass").decode("latin-1")
    return place.client.post(
        f"{API}/comments",
        data=json.dumps({"url": ARTICLE, "author": {"name": "Ruth"}, "body": f"key {text!r}"}),
        content_type="application/json",
        environ_overrides={"HTTP_IDEMPOTENCY_KEY": raw},
    )


def _edited(place: Place, text: str) -> TestResponse:
    bearer = f"Bearer {place.token}"
    path = f"/comments/{place.comment}"
    return place.send(path, {"body": text}, method="PATCH", Authorization=bearer)


def _by_form(place: Place, path: str, **typed: str) -> TestResponse:
    """As a browser without script sends it: bytes, whatever they are."""
    data = "&".join(f"{name}={_quoted(value)}" for name, value in typed.items())
    kind = "application/x-www-form-urlencoded"
    return place.client.post(path, data=data, content_type=kind)


Call = Callable[[Place, str], TestResponse]
WRITES: dict[str, Call] = {
    "url": lambda place, text: place.post(url=text, body=f"on {text!r}"),
    "path of the url": lambda place, text: place.post(url=f"{ORIGIN}/{text}"),
    "title": lambda place, text: place.post(title=text, body=f"under {text!r}"),
    "name": lambda place, text: place.post(author={"name": text}, body=f"by {text!r}"),
    "email": lambda place, text: place.post(author={"email": text}, body=f"of {text!r}"),
    "website": lambda place, text: place.post(author={"website": text}, body=f"at {text!r}"),
    "body": lambda place, text: place.post(body=text),
    "lang": lambda place, text: place.post(lang=text, body=f"in {text!r}"),
    "form": lambda place, text: place.post(form={"trap": text, "proof": text}, body=f"f {text!r}"),
    "parent": lambda place, text: place.post(parent_id=text),
    "notify_of": lambda place, text: place.post(notify_of=text),
    "unknown field": lambda place, text: place.post(**{text or "x": text}),
    "idempotency key": _with_key,
    "edit": _edited,
    "preview": lambda place, text: place.send("/comments/preview", {"body": text}),
    "subscribe, email": lambda place, text: place.send(
        "/subscriptions", {"url": ARTICLE, "email": text, "scope": "thread"}
    ),
    "subscribe, lang": lambda place, text: place.send(
        "/subscriptions",
        {"url": ARTICLE, "email": "t@example.com", "scope": "thread", "lang": text},
    ),
    "report": lambda place, text: place.send(
        f"/comments/{place.comment}/reports", {"reason": "other", "text": text}
    ),
    "body by a form": lambda place, text: _by_form(
        place, "/thread", url=ARTICLE, name="Ruth", body=text
    ),
    "fields of a form": lambda place, text: _by_form(
        place, "/thread", url=ARTICLE, body=f"in {text!r}", **dict.fromkeys(FIELDS, text)
    ),
    "wish by a form": lambda place, text: _by_form(
        place, "/subscriptions", url=ARTICLE, email="v@example.com", scope=text, key=text
    ),
    "kind of report": lambda place, text: place.send(
        f"/comments/{place.comment}/reports", {"reason": text}
    ),
    "answer of the team": lambda place, text: _moderated(
        place, "/comments", parent_id=place.comment, body=text
    ),
    "reason of a decision": _decided,
    "ids of a decision": lambda place, text: _moderated(
        place, "/decisions", comment_ids=[text], decision="approve"
    ),
}
FREE = set("title name body form edit preview report".split()) | {  # noqa: SIM905 - a list of words
    "body by a form",
    "answer of the team",
    "reason of a decision",
}
ASKED: dict[str, Call] = {
    "url": lambda place, text: place.get(f"{API}/comments", url=text),
    "urls of counts": lambda place, text: place.get(f"{API}/counts", url=text),
    "url of one's own": lambda place, text: place.get(f"{API}/mine", url=text),
    "cursor": lambda place, text: place.get(f"{API}/comments", url=ARTICLE, cursor=text),
    "sort and limit": lambda place, text: place.get(
        f"{API}/comments", url=ARTICLE, sort=text, limit=text
    ),
    "site": lambda place, text: place.get(f"{API}/moderation/comments", site=text),
    "author": lambda place, text: place.get(f"{API}/moderation/comments", author=text),
    "moderation": lambda place, text: place.get(
        f"{API}/moderation/comments", state=text, cursor=text
    ),
    "log": lambda place, text: place.get(f"{API}/moderation/log", comment_id=text),
    "id in the path": lambda place, text: place.get(f"{API}/comments/{_quoted(text)}"),
    "feed": lambda place, text: place.get("/feed.atom", url=text),
    "feed of a site": lambda place, text: place.get("/feed.json", origin=text),
    "thread page": lambda place, text: place.get("/thread", url=text),
    "its root": lambda place, text: place.get("/thread", url=ARTICLE, root=text, cursor=text),
    "its order": lambda place, text: place.get("/thread", url=ARTICLE, sort=text),
    "whom to answer": lambda place, text: place.get(
        "/thread", url=ARTICLE, reply_to=text, posted=text
    ),
    "status": lambda place, text: place.get(f"/status/{_quoted(text)}"),
    "confirm": lambda place, text: place.get(f"/subscriptions/confirm/{_quoted(text)}"),
    "unsubscribe": lambda place, text: place.get(f"/subscriptions/unsubscribe/{_quoted(text)}"),
    "sign in": lambda place, text: place.get(f"/admin/sign-in/{_quoted(text)}"),
    "any path": lambda place, text: place.get(f"/{_quoted(text)}"),
    "origin": lambda place, text: place.with_header(MINE, "ORIGIN", text),
    "visitor": lambda place, text: place.with_header(MINE, "COMMENTS_VISITOR", text),
    "bearer": lambda place, text: place.with_header(
        f"{API}/moderation/comments", "AUTHORIZATION", f"Bearer {text}"
    ),
    "scheme of it": lambda place, text: place.with_header(MINE, "AUTHORIZATION", text),
    "browser": lambda place, text: place.with_header(MINE, "USER_AGENT", text),
    "forwarded": lambda place, text: place.with_header(MINE, "X_FORWARDED_FOR", text),
    "etag": lambda place, text: place.with_header(MINE, "IF_NONE_MATCH", text),
}


class Allowed(HTMLParser):
    """Fails at the first element, attribute or address that nobody allowed."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in hostile.ALLOWED, tag
        for name, value in attrs:
            assert name in hostile.ALLOWED[tag], (tag, name)
            assert name != "href" or (value or "").startswith(hostile.ALLOWED_SCHEMES), value

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def check(html: str) -> None:
    """With nothing left over that a browser might read on from."""
    parser = Allowed()
    parser.feed(html)
    parser.close()


@pytest.fixture
def place(make_app: MakeApp) -> Place:
    app = make_app(max_length=10_000, **dict.fromkeys(UNLIMITED.split(), ""))
    return Place(app)


def _is_fine(answer: TestResponse) -> bool:
    if answer.status_code < 400:
        return True
    machine = answer.content_type == "application/problem+json"
    known = not machine or answer.get_json()["type"] in KINDS
    return answer.status_code < 500 and known


def _share(place: int, database_kind: str) -> Sequence[str]:
    """Each place begins with another string, so that all of them are tried somewhere.

    Fewer on the second database: most are refused before any is asked.
    """
    every = EVERY if EVERY == 1 or database_kind == "sqlite" else EVERY * 3
    return hostile.STRINGS[place % every :: every]


def _tried(place: Place, call: Call, strings: Sequence[str]) -> int:
    """How many are taken; fails where one is neither taken nor refused as documented."""
    answers = [(string, call(place, string)) for string in strings]
    wrong = [(string, one.status, one.text) for string, one in answers if not _is_fine(one)]
    assert not wrong
    return sum(1 for _, one in answers if one.status_code < 400)


def _stored(place: Place) -> Iterator[Comment]:
    with place.app.app_context(), snapshot() as session:
        yield from session.scalars(select(Comment))


def test_there_are_enough_of_them() -> None:
    assert len(hostile.STRINGS) >= 300


@pytest.mark.timeout(600)
@pytest.mark.parametrize("field", WRITES)
def test_what_is_written_is_taken_or_refused_and_stored_clean(
    place: Place, field: str, database_kind: str
) -> None:
    strings = _share(list(WRITES).index(field), database_kind)
    taken = _tried(place, WRITES[field], strings)
    assert taken > len(strings) / 2 or field not in FREE
    for comment in _stored(place):
        check(comment.body_html)
        check(comment.held_edit_html or "")
    ET.fromstring(place.get("/feed.atom", url=ARTICLE).data)
    assert place.get("/thread", url=ARTICLE).status_code == 200


@pytest.mark.timeout(600)
@pytest.mark.parametrize("field", ASKED)
def test_what_is_asked_is_answered_or_refused(place: Place, field: str, database_kind: str) -> None:
    _tried(place, ASKED[field], _share(list(ASKED).index(field), database_kind))


def test_a_preview_is_as_clean_as_a_comment(place: Place, database_kind: str) -> None:
    for string in _share(0, database_kind):
        answer = WRITES["preview"](place, string)
        if answer.status_code == 200:
            check(answer.get_json()["body_html"])


def test_names_of_sites_and_keys_are_kept_or_refused(place: Place, database_kind: str) -> None:
    def add_site(name: str) -> object:
        return sites.add(name, [f"https://{uuid4().hex}.example"])

    adding: tuple[Callable[[str], object], ...] = (add_site, keys.add)
    with place.app.app_context():
        for string, add in product(_share(1, database_kind), adding):
            with suppress(Invalid, Conflict):
                add(string)
