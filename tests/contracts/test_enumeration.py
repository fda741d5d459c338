"""No answer tells whether an e-mail is known here: the same bytes for the same statements."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from comments_service import clock
from comments_service.database import unit_of_work
from comments_service.models import Confirmation, OutboxMessage, Recipient, Subscription
from comments_service.operations import subscriptions
from comments_service.settings import Settings
from tests.conftest import MakeSettings
from tests.rows import statements
from tests.thread import ARTICLE, Reader, add_site, found, posted

FOLLOWS, SUPPRESSED = "follows@mail.example", "suppressed@mail.example"
EMAILS = (FOLLOWS, SUPPRESSED, "nobody@mail.example", "nobody-else@mail.example")


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(smtp_url="smtp://127.0.0.1:9", post_limit="", subscribe_limit="")


@pytest.fixture(autouse=True)
def known(app: Flask, client: FlaskClient) -> None:
    """Long ago both of them wrote here and said yes; one wants no mail from here any more."""
    add_site(app)
    for email in (FOLLOWS, SUPPRESSED):
        reader = Reader(client, email.partition("@")[0])
        posted(reader.post("First.", author={"email": email}, notify_of="thread"))
    then = clock.now() - timedelta(days=30)
    with app.app_context():
        with unit_of_work() as session:
            answered = {"asked_at": then, "sent_at": then, "confirmed_at": then}
            session.execute(update(Confirmation).values(answered))
            session.execute(update(Subscription).values(state="active"))
            session.execute(update(OutboxMessage).values(state="sent"))
            query = select(Recipient.id).where(Recipient.email == SUPPRESSED)
            suppressed = session.scalars(query).one()
        subscriptions.suppress(suppressed)


def test_subscribing_takes_the_same_statements_to_the_same_bytes(
    app: Flask, client: FlaskClient
) -> None:
    seen: list[tuple[int, bytes, list[str]]] = []
    for email in EMAILS:
        wish = {"url": ARTICLE, "email": email, "scope": "thread"}
        with statements(app) as sent:
            answer = client.post("/api/v1/subscriptions", json=wish)
        assert answer.status_code == 202
        seen.append((answer.status_code, answer.data, list(sent)))
    assert all(one == seen[0] for one in seen)


@pytest.mark.parametrize("notify_of", ["thread", "replies", None])
def test_posting_takes_the_same_statements_to_the_same_answer(
    app: Flask, client: FlaskClient, notify_of: str | None
) -> None:
    seen: list[tuple[object, list[str]]] = []
    for number, email in enumerate(EMAILS):
        with statements(app) as sent:
            answer = Reader(client).post(
                f"No. {number}", author={"email": email}, notify_of=notify_of
            )
        data = found(answer)
        shape = (sorted(data), sorted(data["comment"]), sorted(data["comment"]["author"]))
        seen.append(((answer.status_code, shape), list(sent)))
    assert all(one == seen[0] for one in seen)
