"""Asking to be mailed over HTTP: the same answer whoever asks, and plain refusals."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from comments_service import clock
from comments_service.database import snapshot
from comments_service.models import Confirmation, Recipient, Subscription
from comments_service.operations import subscriptions
from comments_service.settings import Settings
from tests.conftest import MakeApp, MakeSettings
from tests.thread import ARTICLE, ORIGIN, add_site, found, pointers, problem

EMAIL = "jo@example.com"


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(subscribe_limit="", smtp_url="smtp://127.0.0.1:2525")


@pytest.fixture
def site(app: Flask) -> int:
    return add_site(app)


def ask(client: FlaskClient, email: str = EMAIL, **more: Any) -> TestResponse:
    headers = more.pop("headers", {})
    wish = {"url": ARTICLE, "email": email, "scope": "thread"} | more
    return client.post("/api/v1/subscriptions", json=wish, headers=headers)


def said(answer: TestResponse) -> tuple[int, bytes, list[tuple[str, str]]]:
    return answer.status_code, answer.data, sorted(answer.headers)


def questions(app: Flask) -> list[Confirmation]:
    with app.app_context(), snapshot() as session:
        return list(session.scalars(select(Confirmation).order_by(Confirmation.id)))


def states(app: Flask) -> list[str]:
    with app.app_context(), snapshot() as session:
        return list(session.scalars(select(Subscription.state).order_by(Subscription.id)))


def test_the_answer_is_the_same_whatever_is_known(
    app: Flask, client: FlaskClient, site: int
) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        answers = [said(ask(client)), said(ask(client)), said(ask(client, scope="replies"))]
        (question,) = questions(app)
        with app.app_context():
            subscriptions.note_sending(question.id)
            subscriptions.confirm(question.id)
        assert states(app) == ["active", "active"]
        answers += [said(ask(client)), said(ask(client, "JO@example.com"))]
        with app.app_context(), snapshot() as session:
            recipient = session.scalars(select(Recipient.id)).one()
        with app.app_context():
            subscriptions.suppress(recipient)
        traveller.shift(timedelta(days=2))
        answers += [said(ask(client)), said(ask(client, "nobody@example.com"))]
        answers += [said(ask(client, "robot@example.com", form={"trap": "x"}))]
    assert answers[0][0] == 202
    assert all(answer == answers[0] for answer in answers)
    assert states(app) == ["ended", "ended", "unconfirmed"]
    assert len(questions(app)) == 4, "the worker drops those that ask nobody anything"


def test_an_answer_is_never_kept(client: FlaskClient, site: int) -> None:
    assert ask(client).headers["Cache-Control"] == "no-store"


def test_an_address_is_asked_once_a_day_and_page_and_thrice_in_all(
    app: Flask, client: FlaskClient, site: int
) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for number in range(9):
            for _again in range(3):
                found(ask(client, url=f"{ORIGIN}/{number}"))
        now = clock.now()
        assert sum(one.asked_at <= now for one in questions(app)) == 3
        assert len(questions(app)) == 6, "the next day's are kept for it, what goes beyond isn't"
        traveller.shift(timedelta(days=1, seconds=1))
        found(ask(client, url=f"{ORIGIN}/4"))
        assert len(questions(app)) == 6, "that one is on its way"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_each_field_has_its_complaint(client: FlaskClient, site: int) -> None:
    complaints: list[tuple[dict[str, Any], str]] = [
        ({"url": ""}, "/url"),
        ({"url": "javascript:1"}, "/url"),
        ({"url": None}, "/url"),
        ({"email": ""}, "/email"),
        ({"email": "jo@"}, "/email"),
        ({"email": "jo@example.com\nBcc: all@example.com"}, "/email"),
        ({"email": "%@example.com, x@example.com"}, "/email"),
        ({"email": ["jo@example.com"]}, "/email"),
        ({"scope": "everything"}, "/scope"),
        ({"scope": None}, "/scope"),
        ({"lang": "a_b"}, "/lang"),
        ({"form": {"elapsed": "soon"}}, "/form/elapsed"),
        ({"state": "active"}, "/state"),
    ]
    for change, pointer in complaints:
        assert pointer in pointers(ask(client, **change)), change
    assert pointers(ask(client, "", scope="everything")) == ["/email", "/scope"]


def test_the_page_must_be_a_sites_and_the_origin_its_own(client: FlaskClient, site: int) -> None:
    url = "https://other.example/"
    assert problem(ask(client, url=url), 404)["type"] == "unknown-site"
    foreign = {"Origin": "https://other.example"}
    assert problem(ask(client, headers=foreign), 403)["type"] == "foreign-origin"
    assert ask(client, headers={"Origin": ORIGIN}).status_code == 202


@pytest.mark.parametrize(
    "smtp", [{"smtp_url": ""}, {"smtp_url": "smtp://mail.example:25"}], ids=["none", "not ours"]
)
def test_without_working_mail_it_is_refused(make_app: MakeApp, smtp: dict[str, str]) -> None:
    """The public address of the tests is loopback: only a loopback server would be used."""
    app = make_app(**smtp)
    add_site(app)
    assert problem(ask(app.test_client()), 409)["type"] == "notify-off"
    assert states(app) == []


def test_five_a_minute_and_then_no_more(make_app: MakeApp) -> None:
    app = make_app(smtp_url="smtp://127.0.0.1:2525")
    add_site(app)
    answers = [ask(app.test_client(), f"jo{number}@example.com") for number in range(6)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert problem(answers[-1], 429)["type"] == "limit-reached"
