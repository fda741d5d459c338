"""A page with comments, for tests: post as readers do, decide as moderators do."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from comments_service.domain.states import Decision
from comments_service.operations import moderation, sites

ORIGIN = "https://news.example"
ARTICLE = f"{ORIGIN}/night-ferry"


@dataclass
class Reader:
    """A browser that keeps its visitor token, as the widget does."""

    client: FlaskClient
    name: str = "Ruth Amberley"
    url: str = ARTICLE
    visitor: str | None = None

    def post(
        self, body: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> TestResponse:
        author = {"name": self.name} | more.pop("author", {})
        answer = self.client.post(
            "/api/v1/comments",
            json={"url": self.url, "author": author, "body": body} | more,
            headers=self.headers() | (headers or {}),
        )
        if answer.is_json and "visitor" in (answer.json or {}):
            self.visitor = answer.json["visitor"]  # pyright: ignore[reportOptionalSubscript]
        return answer

    def mine(self) -> list[dict[str, Any]]:
        answer = self.client.get(
            "/api/v1/mine", query_string={"url": self.url}, headers=self.headers()
        )
        return found(answer)["comments"]

    def headers(self) -> dict[str, str]:
        return {"Comments-Visitor": self.visitor} if self.visitor else {}


def found(answer: TestResponse) -> dict[str, Any]:
    """The JSON of an answer that is no error."""
    assert answer.status_code < 400, answer.text
    data = answer.get_json()
    assert isinstance(data, dict)
    return data  # pyright: ignore[reportUnknownVariableType]


def posted(answer: TestResponse) -> str:
    """The id of the comment that was posted."""
    return found(answer)["comment"]["id"]


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """The problem of an answer that refuses with this status."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    data = answer.get_json()
    assert isinstance(data, dict)
    assert data["status"] == status
    assert data["request_id"]
    return data  # pyright: ignore[reportUnknownVariableType]


def pointers(answer: TestResponse) -> list[str]:
    return [error["pointer"] for error in problem(answer, 422)["errors"]]


def add_site(app: Flask, name: str = "The Tide Table", *origins: str) -> int:
    with app.app_context():
        return sites.add(name, origins or [ORIGIN])


def decide(
    app: Flask, comment_id: str | int, decision: Decision, **more: Any
) -> moderation.Decided:
    with app.app_context():
        (done,) = moderation.decide(
            [int(comment_id)], decision, actor="ines@example.com", site_ids=None, **more
        )
    return done


def approve(app: Flask, comment_id: str | int) -> None:
    assert decide(app, comment_id, Decision.APPROVE).error is None


def read(client: FlaskClient, url: str = ARTICLE, **query: Any) -> dict[str, Any]:
    return found(client.get("/api/v1/comments", query_string={"url": url} | query))
