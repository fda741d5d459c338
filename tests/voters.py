"""Readers who vote, and what the database keeps of it."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from comments_service.database import snapshot
from comments_service.domain import votes
from comments_service.models import Comment, Vote
from tests.thread import ARTICLE, found


@dataclass
class Voter:
    """A browser that keeps the visitor token its first vote was answered with."""

    app: Flask
    address: str = "192.0.2.1"
    visitor: str | None = None
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = self.address

    def vote(self, comment: str, value: Any, **headers: str) -> TestResponse:
        path = f"/api/v1/comments/{comment}/vote"
        token = {"Comments-Visitor": self.visitor} if self.visitor else {}
        answer = self.client.put(path, json={"value": value}, headers=token | headers)
        if answer.status_code == 200:
            self.visitor = found(answer).get("visitor", self.visitor)
        return answer

    def mine(self, url: str = ARTICLE) -> dict[str, int]:
        headers = {"Comments-Visitor": self.visitor or ""}
        answer = self.client.get("/api/v1/mine", query_string={"url": url}, headers=headers)
        return found(answer)["votes"]


def tally(answer: TestResponse) -> tuple[int, int, int]:
    """Up, down and one's own."""
    data = found(answer)
    return data["votes"]["up"], data["votes"]["down"], data["my_vote"]


def kept(app: Flask, comment: str) -> tuple[int, int, int, int]:
    """The comment's counters and rank, and how many votes there are; they must tell the same."""
    with app.app_context(), snapshot() as session:
        one = session.get_one(Comment, int(comment))
        values = session.scalars(select(Vote.value).where(Vote.comment_id == one.id)).all()
    assert (one.votes_up, one.votes_down) == (values.count(1), values.count(-1))
    assert one.rank == votes.rank(one.votes_up, one.votes_down)
    return one.votes_up, one.votes_down, one.rank, len(values)
