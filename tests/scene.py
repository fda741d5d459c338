"""A site with a mailbox and a clock that moves when told: what tests of mails are played on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from comments_service import clock, settings
from comments_service.app import create_app
from comments_service.database import db, snapshot
from comments_service.demo.mailbox import Mailbox
from comments_service.domain.events import Scope
from comments_service.domain.people import Asker
from comments_service.domain.states import Decision, State
from comments_service.domain.tokens import VISITOR_BYTES
from comments_service.models import Comment, Confirmation, OutboxMessage, Recipient
from comments_service.operations import comments, moderation, sites, subscriptions
from comments_service.queries import sites as site_queries
from comments_service.schemas.comments import NewComment
from comments_service.schemas.subscriptions import NewSubscription
from comments_service.worker import drain
from tests.conftest import MakeSettings

PAGE = "https://saltmarsh.example/night-ferry"
TITLE = "The night ferry comes back in May"
START = datetime(2026, 5, 3, 13, 10, tzinfo=UTC)
LINK = re.compile(r"^https?://\S+$", re.MULTILINE)


@dataclass
class Scene:
    """`at` moves the clock: `scene.at.shift(60)`. Everything is done by the real operations."""

    app: Flask
    mailbox: Mailbox
    at: time_machine.Traveller
    posted: int = field(default=0, init=False)

    def post(
        self,
        name: str = "Ruth Amberley",
        *,
        body: str = "",
        email: str | None = None,
        notify_of: Scope | None = None,
        parent: int | None = None,
        visitor: bytes | None = None,
        approve: bool = True,
        title: str | None = TITLE,
        page: str = PAGE,
    ) -> int:
        """The id of a new comment; it waits unless it is approved at once."""
        self.posted += 1
        new = NewComment(
            url=page,
            body=body or f"Comment number {self.posted}.",
            author_name=name,
            author_email=email,
            author_website=None,
            parent_id=parent,
            title=title,
            notify_of=notify_of,
            lang=None,
            trap_filled=False,
            elapsed=None,
        )
        site, parsed = site_queries.of_page(page)
        issued = None if visitor else clock.random_bytes(VISITOR_BYTES)
        asker = Asker(visitor=visitor, network=f"network {self.posted}", issued=issued)
        done = comments.post(new, site=site, page=parsed, asker=asker)
        if approve:
            self.decide(done.comment.id, Decision.APPROVE)
        return done.comment.id

    def decide(self, comment_id: int, decision: Decision) -> State | None:
        [done] = moderation.decide([comment_id], decision, actor="maren@example.com", site_ids=None)
        assert done.error is None, done.error
        return done.to_state

    def visitor_of(self, comment_id: int) -> bytes | None:
        with snapshot() as session:
            return session.get_one(Comment, comment_id).visitor

    def subscribe(self, email: str, scope: Scope = Scope.THREAD, *, page: str = PAGE) -> None:
        wish = NewSubscription(url=page, email=email, scope=scope, lang=None, trap_filled=False)
        site, parsed = site_queries.of_page(page)
        subscriptions.subscribe(wish, site_id=site.id, page=parsed)

    def confirm(self, email: str) -> None:
        """As if its owner had pressed the button of every question that was mailed to him."""
        for question in self.questions(email):
            if question.sent_at is not None:
                subscriptions.confirm(question.id)

    def follow(self, email: str, *scopes: Scope, page: str = PAGE) -> None:
        """Subscribe, be asked, confirm; the question is taken out of the counted mails."""
        for scope in scopes or (Scope.THREAD,):
            self.subscribe(email, scope, page=page)
        drain(self.app)
        self.confirm(email)

    def questions(self, email: str) -> list[Confirmation]:
        with snapshot() as session:
            query = select(Confirmation).join(Recipient, Recipient.id == Confirmation.recipient_id)
            return list(session.scalars(query.where(Recipient.email == email)))

    def recipient(self, email: str) -> Recipient:
        with snapshot() as session:
            return session.scalars(select(Recipient).where(Recipient.email == email)).one()

    def refuse(self, **answers: tuple[int, str]) -> None:
        """What the mail server says to each name before the @; nothing said, it takes all."""

        def reject(email: str) -> tuple[int, str] | None:
            return answers.get(email.partition("@")[0])

        self.mailbox.reject = reject

    def outbox(self, kind: str | None = None) -> list[OutboxMessage]:
        with snapshot() as session:
            rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
            return [row for row in rows if kind in {None, row.kind}]

    def work(self) -> int:
        """What the worker does now; how many messages that was."""
        return drain(self.app)

    def settle(self) -> int:
        self.at.shift(settings.current().settle_seconds)
        return self.work()

    def mails(self, email: str | None = None) -> list[EmailMessage]:
        """What arrived, but for the questions; of everybody or of one."""
        return [
            message.parsed
            for message in self.mailbox.messages
            if email in {None, *message.recipients}
            and not str(message.parsed["Subject"]).startswith("Please confirm")
        ]


def text(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain",))
    assert part
    return str(part.get_content()).replace("\r\n", "\n")


def html(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("html",))
    assert part
    return str(part.get_content())


def links(mail: EmailMessage) -> list[str]:
    """The addresses that stand alone on their line."""
    return LINK.findall(text(mail))


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def scene(make_settings: MakeSettings, mailbox: Mailbox) -> Iterator[Scene]:
    """One site, everything held until it is approved, mails after a minute."""
    app = create_app(make_settings(smtp_url=mailbox.url, moderation="all"))
    app.testing = True
    with app.app_context(), time_machine.travel(START, tick=False) as traveller:
        sites.add("Saltmarsh Courier", ["https://saltmarsh.example"])
        yield Scene(app, mailbox, traveller)
        db.engine.dispose()
