"""Two sites on one service: neither sees, counts, moderates or mails for the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from comments_service import clock
from comments_service.database import snapshot
from comments_service.demo.mailbox import Mailbox
from comments_service.models import Confirmation
from comments_service.operations import keys, subscriptions
from comments_service.settings import Settings
from comments_service.worker import drain
from tests.conftest import MakeSettings
from tests.thread import ARTICLE, Reader, add_site, found, posted, problem, read

HERE, THERE = "The Tide Table", "Kiln & Clay"
FAR_PAGE = "https://kiln.example/night-ferry"
API = "/api/v1/moderation"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def settings(make_settings: MakeSettings, mailbox: Mailbox) -> Settings:
    return make_settings(smtp_url=mailbox.url, post_limit="", subscribe_limit="")


@dataclass
class Desk:
    """A program that moderates one site by its key."""

    app: Flask
    key: str

    @classmethod
    def of(cls, app: Flask, site: str) -> "Desk":
        with app.app_context():
            return cls(app, keys.add(f"the desk of {site}", [site]))

    def ask(self, path: str, **query: Any) -> Any:
        return self.app.test_client().get(
            API + path, query_string=query, headers={"Authorization": f"Bearer {self.key}"}
        )

    def decide(self, comment_id: str, decision: str) -> dict[str, Any]:
        answer = self.app.test_client().post(
            f"{API}/decisions",
            json={"comment_ids": [comment_id], "decision": decision},
            headers={"Authorization": f"Bearer {self.key}"},
        )
        return found(answer)["results"][0]

    def queue(self, state: str = "pending") -> list[str]:
        return [one["id"] for one in found(self.ask("/comments", state=state))["comments"]]


@dataclass
class Sites:
    app: Flask
    here: Desk
    there: Desk

    def reader(self, name: str = "Ruth Amberley", url: str = ARTICLE) -> Reader:
        return Reader(self.app.test_client(), name=name, url=url)


@pytest.fixture
def both(app: Flask) -> Sites:
    add_site(app, HERE, "https://news.example")
    add_site(app, THERE, "https://kiln.example")
    return Sites(app, Desk.of(app, HERE), Desk.of(app, THERE))


def test_the_same_path_on_two_sites_is_two_threads(both: Sites) -> None:
    near = posted(both.reader().post("On the ferry."))
    assert both.here.decide(near, "approve")["to"] == "approved"
    client = both.app.test_client()
    assert [one["id"] for one in read(client)["comments"]] == [near]
    assert read(client, FAR_PAGE)["comments"] == []
    counts = client.get("/api/v1/counts", query_string={"url": [ARTICLE, FAR_PAGE]})
    assert found(counts)["counts"] == {ARTICLE: 1, FAR_PAGE: 0}


def test_no_reply_crosses_over(both: Sites) -> None:
    near = posted(both.reader().post("On the ferry."))
    both.here.decide(near, "approve")
    answer = both.reader(url=FAR_PAGE).post("Across.", parent_id=near)
    assert problem(answer, 422)["errors"][0]["pointer"] == "/parent_id"


def test_a_visitor_of_one_is_a_stranger_to_the_other(both: Sites) -> None:
    reader = both.reader()
    both.here.decide(posted(reader.post("Trusted from now on.")), "approve")
    assert reader.post("Stands at once.").status_code == 201
    reader.url = FAR_PAGE
    before = reader.visitor
    answer = reader.post("A newcomer here.")
    assert answer.status_code == 202
    assert found(answer)["held_because"]["code"] == "first_comment"
    assert reader.visitor != before


def test_a_key_moderates_its_site_alone(both: Sites) -> None:
    near = posted(both.reader().post("On the ferry."))
    far = posted(both.reader(url=FAR_PAGE).post("In the kiln."))
    assert both.here.queue() == [near]
    assert both.there.queue() == [far]
    for decision in ("approve", "reject", "spam", "delete", "restore"):
        refused = both.there.decide(near, decision)
        assert refused["problem"] == both.there.decide("1", decision)["problem"]
        assert refused["problem"]["status"] == 404
    assert both.here.queue() == [near]
    problem(both.there.ask("/comments", site=HERE), 404)
    assert found(both.there.ask("/log", comment_id=far))["log"] != []
    foreign, missing = both.there.ask("/log", comment_id=near), both.there.ask("/log", comment_id=1)
    assert foreign.status_code == missing.status_code
    assert "screening" not in foreign.text


def test_a_cursor_of_one_opens_nothing_at_the_other(both: Sites) -> None:
    for number in range(2):
        posted(both.reader(f"Reader {number}").post(f"Number {number}."))
    cursor = found(both.here.ask("/comments", limit=1))["next_cursor"]
    assert problem(both.there.ask("/comments", limit=1, cursor=cursor), 422)


def test_neither_mails_for_the_other(both: Sites, mailbox: Mailbox) -> None:
    """The same address follows the same path on both: each comment tells its own site's alone."""
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for name, url in (("jo@example.com", ARTICLE), ("ann@example.com", FAR_PAGE)):
            _follow(both.app, name, url)
        questions = len(mailbox.messages)
        near = posted(both.reader().post("On the ferry."))
        assert both.there.decide(near, "approve")["problem"]["status"] == 404
        traveller.shift(timedelta(minutes=2))
        drain(both.app)
        assert len(mailbox.messages) == questions == 2
        both.here.decide(near, "approve")
        traveller.shift(timedelta(minutes=2))
        drain(both.app)
    (message,) = mailbox.messages[questions:]
    assert message.recipients == ("jo@example.com",)
    mail = message.parsed.as_string()
    assert "kiln" not in mail.lower()


def test_ending_one_sites_mails_leaves_the_others(both: Sites, mailbox: Mailbox) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for url in (ARTICLE, FAR_PAGE):
            _follow(both.app, "jo@example.com", url)
        with both.app.app_context(), snapshot() as session:
            question = session.scalars(select(Confirmation).order_by(Confirmation.id)).first()
            assert question is not None
        with both.app.app_context():
            subscriptions.suppress(question.recipient_id)
        questions = len(mailbox.messages)
        for desk, url in ((both.here, ARTICLE), (both.there, FAR_PAGE)):
            desk.decide(posted(both.reader(url=url).post("News.")), "approve")
        traveller.shift(timedelta(minutes=2))
        drain(both.app)
    (message,) = mailbox.messages[questions:]
    assert "kiln.example" in message.parsed.as_string()


def _follow(app: Flask, email: str, url: str) -> None:
    """Subscribe and confirm, as the owner of the mailbox."""
    wish = {"url": url, "email": email, "scope": "thread"}
    assert app.test_client().post("/api/v1/subscriptions", json=wish).status_code == 202
    drain(app)
    with app.app_context(), snapshot() as session:
        open_ = select(Confirmation.id).where(Confirmation.confirmed_at.is_(None))
        questions = list(session.scalars(open_))
    with app.app_context():
        for question in questions:
            subscriptions.confirm(question)
