"""Role, site, object and verb, over every call the OpenAPI document has that names a comment.

Who may not is refused as the contract says, what is another site's looks like what isn't there,
and a refusal changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from comments_service.database import snapshot
from comments_service.domain.states import Decision
from comments_service.models import Comment, LogEntry, OutboxMessage, Report, Vote
from comments_service.operations import keys
from tests.conftest import MakeApp
from tests.thread import ARTICLE, Reader, add_site, approve, decide, found, posted

# Who may is decided before any table is asked, in the same way on both databases.
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])

OTHER = "https://weather.example"
LIMITS = ("post", "edit", "vote", "report", "preview", "subscribe", "visitor")
STATES = ("approved", "held", "rejected", "deleted", "missing", "no id")
ROLES = (
    "anybody",
    "its author",
    "its edit token",
    "another visitor",
    "another comment's edit token",
    "a visitor of the other site",
    "an edit token of the other site",
    "a forged visitor",
    "a forged token",
    "a key of its site",
    "a key of the other site",
    "a key of all sites",
    "a revoked key",
)
AUTHORS = {"its author", "its edit token"}
KEYS = {"a key of its site", "a key of all sites"}
OWN = "DELETE /api/v1/comments/{comment_id}", "PATCH /api/v1/comments/{comment_id}"
SHOWN = (
    "GET /api/v1/comments/{comment_id}",
    "GET /api/v1/comments/{comment_id}/replies",
    "POST /api/v1/comments/{comment_id}/reports",
    "PUT /api/v1/comments/{comment_id}/vote",
)
MODERATED = "GET /api/v1/moderation/log", "POST /api/v1/moderation/comments"
DECIDED = "POST /api/v1/moderation/decisions"
ANSWERED = "POST /api/v1/comments"
KNOWN = {*OWN, *SHOWN, *MODERATED, DECIDED, ANSWERED}
WITHOUT_A_COMMENT = {
    "GET /api/v1/comments",
    "GET /api/v1/counts",
    "GET /api/v1/latest",
    "GET /api/v1/mine",
    "GET /api/v1/most-discussed",
    "GET /api/v1/moderation/comments",
    "GET /api/v1/moderation/stats",
    "POST /api/v1/comments/preview",
    "POST /api/v1/subscriptions",
}


@dataclass
class Scene:
    """Two sites, everybody who may come, and the comment that is tried."""

    app: Flask
    client: FlaskClient
    tokens: dict[str, str]
    visitors: dict[str, str]
    author: Reader
    edit_token: str = ""
    comment: str = ""

    def prepare(self, state: str) -> None:
        """A new comment in that state; nothing depends on what was tried before."""
        if state in {"missing", "no id"}:
            self.comment = {"missing": "4611686018427387904", "no id": "ferry"}[state]
            return
        answer = self.author.post(f"The ferry was late, {state}, {next(_numbers)}.")
        self.comment, self.edit_token = posted(answer), found(answer)["edit_token"]
        if state == "held":
            return
        approve(self.app, self.comment)
        if state in {"rejected", "deleted"}:
            how = {"rejected": Decision.REJECT, "deleted": Decision.DELETE}[state]
            decide(self.app, self.comment, how)

    def headers(self, role: str) -> dict[str, str]:
        if role == "its author":
            return self.author.headers()
        if role == "its edit token":
            return {"Authorization": f"Bearer {self.edit_token or 'none'}"}
        if role in self.visitors:
            return {"Comments-Visitor": self.visitors[role]}
        return {"Authorization": f"Bearer {self.tokens[role]}"} if role in self.tokens else {}

    def call(self, label: str, role: str) -> TestResponse:
        method, _, path = label.partition(" ")
        bodies: dict[str, Any] = {
            OWN[1]: {"body": "The ferry was on time."},
            SHOWN[2]: {"reason": "spam"},
            SHOWN[3]: {"value": 1},
            MODERATED[1]: {"parent_id": self.comment, "body": "We asked the captain."},
            DECIDED: {"comment_ids": [self.comment], "decision": "spam"},
            ANSWERED: {
                "url": ARTICLE,
                "author": {"name": "Ben"},
                "body": f"So it was, {next(_numbers)}.",
                "parent_id": self.comment,
            },
        }
        query = {"comment_id": self.comment} if label == MODERATED[0] else {}
        return self.client.open(
            path.replace("{comment_id}", self.comment),
            method=method,
            headers=self.headers(role),
            json=bodies.get(label),
            query_string=query,
        )

    def everything(self) -> list[tuple[Any, ...]]:
        """What a refusal must not change."""
        tables: tuple[Any, ...] = (Vote, Report, LogEntry, OutboxMessage)
        with self.app.app_context(), snapshot() as session:
            rows: list[Any] = [
                *session.execute(select(Comment.id, Comment.state, Comment.body_source)),
                *(tuple(session.execute(select(*one.__table__.primary_key))) for one in tables),
            ]
            return sorted(map(tuple, rows), key=str)


_numbers: Iterator[int] = iter(range(1_000_000))


@pytest.fixture
def scene(make_app: MakeApp) -> Scene:
    unlimited = {f"{name}_limit": "" for name in LIMITS}
    app = make_app(
        **unlimited, moderation="all", votes_per_network=None, smtp_url="smtp://127.0.0.1:9"
    )
    add_site(app)
    add_site(app, "Weather", OTHER)
    client = app.test_client()
    author, other = Reader(client, "Ruth"), Reader(client, "Ben")
    stranger = Reader(client, "Ines", url=f"{OTHER}/fog")
    others, strangers = found(other.post("Mine.")), found(stranger.post("Fog again."))
    author.post("The first of many.")
    with app.app_context():
        revoked = keys.add("revoked")
        keys.revoke("revoked")
        tokens = {
            "another comment's edit token": others["edit_token"],
            "an edit token of the other site": strangers["edit_token"],
            "a forged token": others["edit_token"][:-2] + "AA",
            "a key of its site": keys.add("here", ["The Tide Table"]),
            "a key of the other site": keys.add("there", ["Weather"]),
            "a key of all sites": keys.add("everywhere"),
            "a revoked key": revoked,
        }
    visitors = {
        "another visitor": str(other.visitor),
        "a visitor of the other site": str(stranger.visitor),
        "a forged visitor": str(other.visitor)[:-2] + "AA",
    }
    return Scene(app, client, tokens, visitors, author)


def expected(label: str, role: str, state: str) -> int:  # noqa: PLR0911 - a table, row by row
    """The status the contract gives; a 2xx is 200 here."""
    there = state not in {"missing", "no id"}
    if label in SHOWN:
        if state != "approved":
            return 404
        return 403 if label in SHOWN[2:] and role == "its author" else 200
    if label in OWN:
        return _of_own(label, role, state) if there else 404
    if label == ANSWERED:
        return 200 if state == "approved" else 422
    if role not in KEYS and role != "a key of the other site":
        return 401
    if label == DECIDED:
        return 200
    if label == MODERATED[0] and state == "no id":
        return 422
    if label == MODERATED[1] and state == "no id":
        return 422
    if role not in KEYS or not there:
        return 404
    return 422 if label == MODERATED[1] and state != "approved" else 200


def _of_own(label: str, role: str, state: str) -> int:
    if role in AUTHORS:
        return 403 if label == OWN[1] and state in {"rejected", "deleted"} else 200
    return 403 if role in {"another visitor", "another comment's edit token"} else 401


def test_every_call_that_names_a_comment_is_in_the_matrix(scene: Scene) -> None:
    document = found(scene.client.get("/api/openapi.json"))
    calls = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
        if method != "parameters"
    }
    assert calls == KNOWN | WITHOUT_A_COMMENT


@pytest.mark.parametrize("label", sorted(KNOWN))
def test_nobody_reaches_further_than_he_may(scene: Scene, label: str) -> None:
    holes: list[str] = []
    for state in STATES:
        before = None
        for role in ROLES:
            if before is None:
                scene.prepare(state)
                before = scene.everything()
            answer = scene.call(label, role)
            status = 200 if answer.status_code < 300 else answer.status_code
            if status != expected(label, role, state):
                holes.append(f"{role}, {state}: {answer.status_code} {answer.text[:200]}")
            if status == 200:
                before = None
            elif scene.everything() != before:
                holes.append(f"{role}, {state}: refused, and yet it changed something")
                before = None
    assert holes == []


@pytest.mark.parametrize("label", sorted({*SHOWN, *MODERATED, DECIDED}))
def test_what_is_hidden_or_foreign_answers_like_what_is_not_there(scene: Scene, label: str) -> None:
    def told(state: str, role: str) -> Any:
        scene.prepare(state)
        answer = scene.call(label, role)
        text = answer.text.replace(scene.comment, "ID")
        return answer.status_code, text.replace(answer.get_json().get("request_id", "-"), "REQUEST")

    role = "a key of the other site" if "moderation" in label else "another visitor"
    hidden = ("approved", *STATES[1:4]) if "moderation" in label else STATES[1:4]
    missing = told("missing", role)
    assert {state: told(state, role) for state in hidden} == dict.fromkeys(hidden, missing)


def test_a_key_decides_nothing_of_another_site(scene: Scene) -> None:
    scene.prepare("approved")
    answer = scene.call(DECIDED, "a key of the other site")
    [result] = found(answer)["results"]
    assert result["problem"]["status"] == 404
    assert found(scene.client.get(f"/api/v1/comments/{scene.comment}"))
