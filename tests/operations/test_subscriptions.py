"""Asking a mailbox before mailing it, and never again once it says so."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from comments_service.database import snapshot
from comments_service.domain.errors import LinkSpent
from comments_service.domain.events import Scope
from comments_service.models import Comment, Subscription
from comments_service.operations import sites, subscriptions
from tests.scene import PAGE, Scene

RUTH = "ruth@example.com"
DAY = 86_400


def _states(email: str = RUTH) -> dict[str, str]:
    with snapshot() as session:
        rows = session.scalars(select(Subscription).order_by(Subscription.id)).all()
        return {row.scope: row.state for row in rows}


def _asked(scene: Scene) -> int:
    """How many questions have been mailed in all."""
    scene.work()
    return len(scene.mailbox.messages)


def test_nobody_is_subscribed_before_he_says_yes(scene: Scene) -> None:
    scene.subscribe(RUTH)
    assert _states() == {"thread": "unconfirmed"}
    scene.post()
    scene.settle()
    assert not scene.mails(RUTH)


def test_a_yes_activates_what_was_asked_for_before_the_mail(scene: Scene) -> None:
    scene.subscribe(RUTH, Scope.THREAD)
    scene.work()
    scene.at.shift(1)
    scene.subscribe(RUTH, Scope.REPLIES)
    scene.confirm(RUTH)
    assert _states() == {"thread": "active", "replies": "unconfirmed"}


def test_a_wish_after_the_yes_is_asked_for_when_the_day_is_over(scene: Scene) -> None:
    scene.follow(RUTH, Scope.THREAD)
    scene.at.shift(60)
    scene.subscribe(RUTH, Scope.REPLIES)
    scene.work()
    scene.confirm(RUTH)
    assert _states() == {"thread": "active", "replies": "unconfirmed"}
    scene.at.shift(DAY)
    scene.work()
    scene.confirm(RUTH)
    assert _states() == {"thread": "active", "replies": "active"}


def test_asking_again_before_the_yes_takes_nothing_from_the_first_mail(scene: Scene) -> None:
    scene.subscribe(RUTH)
    scene.work()
    scene.at.shift(10)
    scene.subscribe(RUTH)
    scene.confirm(RUTH)
    assert _states() == {"thread": "active"}


def test_asking_when_active_changes_nothing_and_sends_nothing(scene: Scene) -> None:
    scene.follow(RUTH)
    scene.at.shift(2 * DAY)
    scene.subscribe(RUTH)
    assert _asked(scene) == 1
    assert _states() == {"thread": "active"}


def test_one_question_a_day_for_an_address_and_thread(scene: Scene) -> None:
    for _ in range(5):
        scene.subscribe(RUTH, Scope.THREAD)
        scene.subscribe(RUTH, Scope.REPLIES)
        scene.subscribe(RUTH.upper(), Scope.THREAD)
    assert _asked(scene) == 1
    scene.at.shift(DAY - 1)
    scene.subscribe(RUTH)
    assert _asked(scene) == 1
    scene.at.shift(1)
    scene.subscribe(RUTH)
    assert _asked(scene) == 2


def test_three_questions_a_day_for_an_address_on_all_pages_and_sites(scene: Scene) -> None:
    sites.add("Harbour Post", ["https://harbour.example"])
    for number in range(3):
        scene.subscribe(RUTH, page=f"{PAGE}/{number}")
        scene.subscribe(RUTH, page=f"https://harbour.example/{number}")
    assert _asked(scene) == 3
    scene.subscribe("tobias@example.com")
    assert _asked(scene) == 4


def test_a_second_yes_is_the_same_end(scene: Scene) -> None:
    scene.follow(RUTH)
    before = _states()
    scene.at.shift(8 * DAY)
    scene.confirm(RUTH)
    assert _states() == before


def test_a_yes_that_comes_too_late_does_nothing(scene: Scene) -> None:
    scene.subscribe(RUTH)
    scene.work()
    scene.at.shift(7 * DAY)
    with pytest.raises(LinkSpent):
        scene.confirm(RUTH)
    assert _states() == {"thread": "unconfirmed"}


def test_ending_stops_every_mail_about_the_thread_and_no_other(scene: Scene) -> None:
    scene.follow(RUTH, Scope.THREAD, Scope.REPLIES)
    scene.follow(RUTH, page=f"{PAGE}/other")
    with snapshot() as session:
        first = session.scalars(select(Subscription).order_by(Subscription.id)).first()
    assert first
    subscriptions.end(first.id)
    subscriptions.end(first.id)
    scene.post()
    scene.post(page=f"{PAGE}/other")
    scene.settle()
    assert [str(mail["Subject"])[:1] for mail in scene.mails(RUTH)] == ["\u2068"]


def test_an_old_question_does_not_bring_back_what_was_ended(scene: Scene) -> None:
    scene.subscribe(RUTH)
    scene.work()
    with snapshot() as session:
        row = session.scalars(select(Subscription)).one()
    subscriptions.end(row.id)
    scene.at.shift(1)
    scene.subscribe(RUTH)
    scene.confirm(RUTH)
    assert _states() == {"thread": "unconfirmed"}


def test_who_ended_it_and_asks_again_is_asked_tomorrow(scene: Scene) -> None:
    scene.follow(RUTH)
    with snapshot() as session:
        row = session.scalars(select(Subscription)).one()
    subscriptions.end(row.id)
    scene.subscribe(RUTH)
    scene.at.shift(DAY + 60)
    scene.work()
    scene.confirm(RUTH)
    assert _states() == {"thread": "active"}


def test_a_suppressed_address_is_never_asked_again(scene: Scene) -> None:
    scene.follow(RUTH)
    subscriptions.suppress(scene.recipient(RUTH).id)
    assert _states() == {"thread": "ended"}
    scene.at.shift(2 * DAY)
    scene.subscribe(RUTH)
    scene.subscribe(RUTH, Scope.REPLIES)
    assert _asked(scene) == 1


def test_a_yes_makes_later_comments_of_the_same_visitor_his_own_too(scene: Scene) -> None:
    mine = scene.post("Ruth Amberley", email=RUTH, notify_of=Scope.REPLIES)
    with snapshot() as session:
        visitor = session.get_one(Comment, mine).visitor
    scene.work()
    scene.at.shift(60)
    later = scene.post("Ruth Amberley", visitor=visitor)
    scene.confirm(RUTH)
    with snapshot() as session:
        assert session.get_one(Comment, later).recipient_proven


def test_a_yes_makes_the_comments_written_before_it_his_own(scene: Scene) -> None:
    mine = scene.post("Ruth Amberley", email=RUTH, notify_of=Scope.REPLIES)
    scene.work()
    scene.at.move_to(scene.questions(RUTH)[0].asked_at + timedelta(minutes=1))
    impostor = scene.post("Ruth Amberley", email=RUTH)
    scene.confirm(RUTH)
    with snapshot() as session:
        assert session.get_one(Comment, mine).recipient_proven
        assert not session.get_one(Comment, impostor).recipient_proven


def test_asking_again_for_what_is_active_mails_nothing_and_delays_nothing(scene: Scene) -> None:
    """The worker finds that there is nothing to ask; the day's questions are left for others."""
    scene.follow(RUTH)
    scene.at.shift(2 * DAY)
    for _ in range(3):
        scene.subscribe(RUTH)
        assert _asked(scene) == 1
    assert [row.state for row in scene.outbox("confirm")] == ["sent"]
    assert _states() == {"thread": "active"}
    scene.subscribe(RUTH, Scope.REPLIES)
    assert _asked(scene) == 2
    scene.confirm(RUTH)
    assert _states() == {"thread": "active", "replies": "active"}
