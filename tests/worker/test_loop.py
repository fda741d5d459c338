"""The worker goes on: whatever one message does, whatever the database does."""

import logging
import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import update

from comments_service import settings
from comments_service.app import create_app
from comments_service.database import db, unit_of_work
from comments_service.demo.mailbox import Mailbox
from comments_service.domain.errors import Unavailable
from comments_service.domain.events import MessageState
from comments_service.domain.states import Decision
from comments_service.models import OutboxMessage, Recipient
from comments_service.operations import outbox, sites
from comments_service.outbound import lines
from comments_service.queries import outbox as queries
from comments_service.worker import handlers, loop, run
from tests.conftest import MakeSettings
from tests.scene import START, Scene

RUTH, TOBIAS = "ruth@example.com", "tobias@example.com"


class Flaky:
    """Fails a few times as a busy database does, then does what it should."""

    def __init__(self, real: Callable[..., object], times: int) -> None:
        self.real, self.left = real, times

    def __call__(self, *given: object) -> object:
        if self.left:
            self.left -= 1
            raise Unavailable("database is locked")
        return self.real(*given)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "PAUSE", 0.01)


@contextmanager
def _working(app: Flask) -> Generator[None]:
    """A worker in a thread of its own; it has to end when it is told to."""
    stop = Event()
    worker = Thread(target=run, args=(app, stop))
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join(10)
        assert not worker.is_alive()


@pytest.fixture
def live(make_settings: MakeSettings, mailbox: Mailbox) -> Iterator[Scene]:
    """As `scene`, with the real clock and no settle time."""
    app = create_app(make_settings(smtp_url=mailbox.url, moderation="all", settle_seconds=0))
    with app.app_context():
        sites.add("Saltmarsh Courier", ["https://saltmarsh.example"])
        yield Scene(app, mailbox, at=None)  # type: ignore[arg-type] # its clock isn't moved
        db.engine.dispose()


def test_it_sends_what_is_due_until_it_is_stopped(live: Scene) -> None:
    with _working(live.app):
        live.subscribe(RUTH)
        live.mailbox.wait_for(1)
        live.confirm(RUTH)
        live.post()
        live.mailbox.wait_for(2)
    assert len(live.mails(RUTH)) == 1


def test_a_busy_database_is_waited_for(
    live: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(queries, "next_due", Flaky(queries.next_due, 3))
    monkeypatch.setattr(outbox, "claim", Flaky(outbox.claim, 2))
    live.subscribe(RUTH)
    with _working(live.app):
        live.mailbox.wait_for(1)
    assert "busy or away" in caplog.text


def test_a_mail_that_was_sent_is_recorded_however_long_the_database_is_busy(
    live: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    flaky = Flaky(outbox.complete, 5)
    monkeypatch.setattr(outbox, "complete", flaky)
    live.subscribe(RUTH)
    live.subscribe(TOBIAS)
    with _working(live.app):
        live.mailbox.wait_for(2)
    assert flaky.left == 0
    assert len(live.mailbox.messages) == 2
    assert {row.state for row in live.outbox("confirm")} == {MessageState.SENT}


def test_a_message_the_database_kept_from_being_tried_is_tried_again_at_once(
    live: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    flaky = Flaky(handlers.handle, 1)
    monkeypatch.setattr(handlers, "handle", flaky)
    live.subscribe(RUTH)
    with _working(live.app):
        live.mailbox.wait_for(1)


def test_what_one_message_breaks_waits_and_the_others_go(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scene.subscribe(RUTH)
    scene.at.shift(1)
    scene.subscribe(TOBIAS)
    real = handlers.handle

    def handle(message: outbox.Claimed, stop: Event) -> handlers.Ending:
        if message.recipient_id == scene.recipient(RUTH).id:
            raise ZeroDivisionError("a bug")
        return real(message, stop)

    with monkeypatch.context() as patched:
        patched.setattr(handlers, "handle", handle)
        assert scene.work() == 2
    assert [message.recipients for message in scene.mailbox.messages] == [(TOBIAS,)]
    [row] = [row for row in scene.outbox("confirm") if row.state == MessageState.WAITING]
    assert row.last_error == "ZeroDivisionError: a bug"
    assert RUTH not in caplog.text
    scene.at.shift(300)
    scene.work()
    assert len(scene.mailbox.messages) == 2


def test_draining_tells_how_much_was_done(scene: Scene) -> None:
    assert scene.work() == 0
    scene.subscribe(RUTH)
    assert scene.work() == 1
    scene.confirm(RUTH)
    scene.post()
    assert scene.settle() == 2


@pytest.mark.parametrize(
    "without",
    [{"smtp_url": ""}, {"smtp_url": "smtp://mail.example.com"}],
    ids=["no server", "a server elsewhere for a loopback address"],
)
def test_without_a_mail_server_that_may_be_used_mails_are_kept(
    scene: Scene, without: dict[str, str]
) -> None:
    scene.follow(RUTH)
    with_mail = settings.current()
    settings.install(scene.app, replace(with_mail, **without))  # type: ignore[arg-type]
    scene.post()
    assert scene.settle() == 1, "the event makes its mails"
    [row] = scene.outbox("follow-up")
    assert (row.state, row.attempts) == (MessageState.WAITING, 0)
    assert scene.work() == 0
    settings.install(scene.app, with_mail)
    scene.work()
    assert len(scene.mails(RUTH)) == 1


def test_a_backlog_is_worked_off_in_the_order_it_became_due(scene: Scene) -> None:
    scene.follow(RUTH)
    comments = [scene.post(f"Number {number}", approve=False) for number in range(3)]
    for comment in reversed(comments):
        scene.decide(comment, Decision.APPROVE)
        scene.at.shift(1)
    scene.settle()
    order = [str(mail["Subject"])[8:9] for mail in scene.mails(RUTH)]
    assert order == ["2", "1", "0"]
    assert scene.outbox("follow-up")[0].created_at > START


def test_what_was_sent_is_recorded_after_a_stop_too(
    live: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, stop, tries = outbox.complete, Event(), list[int]()

    def complete(message: outbox.Claimed) -> None:
        stop.set()
        tries.append(message.id)
        if len(tries) < 5:
            raise Unavailable("database is locked")
        real(message)

    monkeypatch.setattr(outbox, "complete", complete)
    live.subscribe(RUTH)
    run(live.app, stop)
    assert [row.state for row in live.outbox("confirm")] == [MessageState.SENT]
    assert len(live.mailbox.messages) == 1


def test_a_stop_that_comes_while_the_database_is_away_is_heard(
    live: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(loop, "RECORD_SECONDS", 0.1)
    monkeypatch.setattr(outbox, "complete", Flaky(outbox.complete, 1_000_000))
    live.subscribe(RUTH)
    with caplog.at_level(logging.WARNING), _working(live.app):
        live.mailbox.wait_for(1)
    assert len(live.mailbox.messages) == 1
    assert "it will be done again" in caplog.text


def test_a_stop_cuts_short_what_a_silent_mail_server_keeps_waiting(
    live: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "AFTER_STOP", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        settings.install(live.app, replace(settings.current(), smtp_url=url))
        live.subscribe(RUTH)
        with _working(live.app):
            asked, _ = silent.accept()
        asked.close()
    [row] = live.outbox("confirm")
    assert (row.state, row.attempts) == (MessageState.WAITING, 1)
    assert row.leased_until is None


def test_messages_of_a_later_version_wait_and_are_told(
    live: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    live.subscribe(RUTH)
    with unit_of_work() as session:
        session.execute(update(OutboxMessage).values(kind="digest"))
    live.subscribe(TOBIAS)
    with _working(live.app):
        live.mailbox.wait_for(1)
    assert "1 messages of kind 'digest' wait" in caplog.text
    [row] = live.outbox("digest")
    assert (row.state, row.attempts) == (MessageState.WAITING, 0)


def test_no_error_of_the_database_keeps_or_logs_what_a_row_holds(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scene.subscribe(RUTH)
    known = scene.recipient(RUTH)
    again = {"site_id": known.site_id, "email_key": known.email_key, "created_at": START}

    def handle(*_given: object) -> handlers.Ending:
        with unit_of_work() as session:
            session.add(Recipient(id=known.id + 1, email=RUTH, **again))
        raise AssertionError("the same e-mail address twice")

    with monkeypatch.context() as patched:
        patched.setattr(handlers, "handle", handle)
        scene.work()
    [row] = scene.outbox("confirm")
    assert row.last_error is not None
    assert row.last_error.startswith("IntegrityError: ")
    assert "failed" in caplog.text
    assert RUTH not in row.last_error + caplog.text
