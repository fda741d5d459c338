"""Rows of the outbox: due, leased, ended once, and made due again only where nothing was sent."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from comments_service import clock, settings
from comments_service.domain import limits
from comments_service.domain.events import Kind, MessageState
from comments_service.domain.states import Decision
from comments_service.operations import outbox
from comments_service.queries import outbox as queries
from tests.scene import Scene

RUTH = "ruth@example.com"


@pytest.fixture
def held(scene: Scene) -> outbox.Claimed:
    """A mail to Ruth that a worker holds."""
    scene.follow(RUTH)
    scene.post()
    scene.at.shift(60)
    event = outbox.claim()
    assert event
    outbox.fan_out(event, [(scene.recipient(RUTH).id, Kind.FOLLOW_UP)])
    mail = outbox.claim()
    assert mail
    assert mail.kind is Kind.FOLLOW_UP
    return mail


def _state(scene: Scene, message: outbox.Claimed) -> str:
    [row] = [row for row in scene.outbox() if row.id == message.id]
    return row.state


def test_an_event_is_due_once_the_text_has_settled(scene: Scene) -> None:
    scene.post()
    assert outbox.claim() is None
    assert queries.next_due() == clock.now() + timedelta(seconds=60)
    scene.at.shift(60)
    assert outbox.claim()


def test_one_worker_at_a_time_holds_a_message(scene: Scene, held: outbox.Claimed) -> None:
    assert outbox.claim() is None
    assert queries.next_due() == held.leased_until
    scene.at.shift(settings.current().lease_seconds)
    again = outbox.claim()
    assert again
    assert again.id == held.id


def test_only_the_kinds_that_are_asked_for_are_claimed(scene: Scene) -> None:
    scene.subscribe(RUTH)
    assert outbox.claim([Kind.COMMENT_APPROVED]) is None
    assert queries.next_due([Kind.COMMENT_APPROVED]) is None
    assert outbox.claim([Kind.CONFIRM])


def test_fanning_out_twice_makes_no_second_mail(scene: Scene, held: outbox.Claimed) -> None:
    [event] = scene.outbox(Kind.COMMENT_APPROVED)
    claimed = replace(held, id=event.id, kind=Kind.COMMENT_APPROVED)
    outbox.fan_out(claimed, [(scene.recipient(RUTH).id, Kind.REPLY)])
    assert [row.kind for row in scene.outbox() if row.comment_id] == [
        Kind.COMMENT_APPROVED,
        Kind.FOLLOW_UP,
    ]


def test_an_event_ends_with_the_last_bite_of_its_mails(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BITE", 2)
    for name in "abcde":
        scene.follow(f"{name}@example.com")
    scene.post()
    scene.at.shift(60)
    event = outbox.claim([Kind.COMMENT_APPROVED])
    assert event
    mails = queries.recipients_of(event.comment_id or 0)
    real, done = outbox.unit_of_work, list[int]()

    @contextmanager
    def dies_in_the_third() -> Generator[Session]:
        with real() as session:
            yield session
            done.append(len(scene.outbox(Kind.FOLLOW_UP)))
            if len(done) == 3:
                raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "unit_of_work", dies_in_the_third)
        with pytest.raises(ZeroDivisionError):
            outbox.fan_out(event, mails)
    assert done == [0, 2, 4], "each bite is its own transaction"
    assert _state(scene, event) == MessageState.WAITING
    outbox.fan_out(event, mails)
    assert _state(scene, event) == MessageState.SENT
    assert len(scene.outbox(Kind.FOLLOW_UP)) == 5
    scene.work()
    assert len(scene.mails()) == 5


def test_an_event_that_reaches_nobody_ends(scene: Scene) -> None:
    scene.post()
    scene.at.shift(60)
    event = outbox.claim()
    assert event
    outbox.fan_out(event, [])
    assert _state(scene, event) == MessageState.SENT


def test_a_sent_message_never_waits_again(scene: Scene, held: outbox.Claimed) -> None:
    outbox.complete(held)
    assert held.comment_id
    scene.decide(held.comment_id, Decision.REJECT)
    scene.decide(held.comment_id, Decision.APPROVE)
    assert _state(scene, held) == MessageState.SENT


def test_a_withdrawn_message_waits_again_after_an_approval(
    scene: Scene, held: outbox.Claimed
) -> None:
    assert held.comment_id
    scene.decide(held.comment_id, Decision.REJECT)
    outbox.withdraw(held)
    assert _state(scene, held) == MessageState.WITHDRAWN
    scene.decide(held.comment_id, Decision.APPROVE)
    assert _state(scene, held) == MessageState.WAITING
    assert outbox.claim() is None
    scene.at.shift(60)
    again = outbox.claim()
    assert again
    assert again.id == held.id


def test_withdrawing_looks_whether_it_was_approved_meanwhile(
    scene: Scene, held: outbox.Claimed
) -> None:
    outbox.withdraw(held)
    assert _state(scene, held) == MessageState.WAITING
    assert outbox.claim()


def test_passing_failures_wait_longer_each_time(scene: Scene, held: outbox.Claimed) -> None:
    waits: list[float] = []
    message: outbox.Claimed | None = held
    for _ in range(10):
        assert message
        outbox.retry_later(message, "451 later")
        due = queries.next_due()
        assert due
        waits.append((due - clock.now()).total_seconds())
        assert outbox.claim() is None
        scene.at.move_to(due)
        message = outbox.claim()
    assert waits[:4] == [300, 600, 1200, 2400]
    assert max(waits) == waits[-1] == 43_200


def test_only_tries_that_failed_make_the_wait_longer(scene: Scene, held: outbox.Claimed) -> None:
    message: outbox.Claimed | None = held
    for _ in range(3):
        assert message
        outbox.release(message)
        message = outbox.claim()
    scene.at.shift(settings.current().lease_seconds)
    message = outbox.claim()
    assert message
    outbox.retry_later(message, "451 later")
    assert queries.next_due() == clock.now() + limits.FIRST_RETRY


def test_after_five_days_of_failures_a_message_is_buried(
    scene: Scene, held: outbox.Claimed
) -> None:
    outbox.retry_later(held, "451 later")
    scene.at.shift(limits.GIVE_UP_AFTER)
    again = outbox.claim()
    assert again
    outbox.retry_later(again, "451 still")
    assert _state(scene, held) == MessageState.BURIED
    assert not scene.recipient(RUTH).suppressed_at


def test_whose_lease_ran_out_can_not_put_a_message_off(scene: Scene, held: outbox.Claimed) -> None:
    scene.at.shift(settings.current().lease_seconds)
    other = outbox.claim()
    assert other
    outbox.retry_later(held, "too late")
    outbox.release(held)
    assert outbox.claim() is None
    outbox.release(other)
    assert outbox.claim()


def test_what_was_sent_is_sent_even_if_its_lease_ran_out(
    scene: Scene, held: outbox.Claimed
) -> None:
    scene.at.shift(settings.current().lease_seconds)
    other = outbox.claim()
    assert other
    outbox.complete(held)
    outbox.retry_later(other, "451 later")
    assert _state(scene, held) == MessageState.SENT


def test_an_old_failure_does_not_count_after_a_new_approval(
    scene: Scene, held: outbox.Claimed
) -> None:
    assert held.comment_id
    outbox.retry_later(held, "451 later")
    scene.decide(held.comment_id, Decision.REJECT)
    scene.at.shift(limits.GIVE_UP_AFTER)
    scene.work()
    scene.decide(held.comment_id, Decision.APPROVE)
    scene.at.shift(60)
    again = outbox.claim()
    assert again
    outbox.retry_later(again, "451 later")
    assert queries.next_due() == clock.now() + limits.FIRST_RETRY
