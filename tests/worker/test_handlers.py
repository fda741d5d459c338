"""Who is mailed, how often, and what the mail server's answers lead to."""

import re

import pytest

from comments_service import settings
from comments_service.domain.events import MessageState, Scope
from comments_service.domain.states import Decision
from comments_service.operations import moderators, outbox, subscriptions
from comments_service.outbound import smtp
from tests.scene import Scene, links, text

RUTH, TOBIAS = "ruth@example.com", "tobias@example.com"
INES = "ines@desk.example"
DAY = 86_400


def _states(scene: Scene, kind: str) -> list[str]:
    return [row.state for row in scene.outbox(kind)]


def test_one_mail_for_who_subscribed_to_both(scene: Scene) -> None:
    scene.follow(RUTH, Scope.THREAD)
    own = scene.post("Ruth Amberley", email=RUTH, notify_of=Scope.REPLIES)
    scene.at.shift(DAY)
    scene.subscribe(RUTH, Scope.REPLIES)
    scene.work()
    scene.confirm(RUTH)
    scene.post("Tobias Wren", parent=own)
    scene.settle()
    [mail] = scene.mails(RUTH)
    assert "answered you" in str(mail["Subject"])
    assert "replies to your comments" in text(mail)


@pytest.mark.parametrize("scope", list(Scope))
def test_never_to_the_author(scene: Scene, scope: Scope) -> None:
    own = scene.post("Ruth Amberley", email=RUTH, notify_of=scope)
    scene.work()
    scene.confirm(RUTH)
    scene.settle()
    scene.post("Ruth Amberley", email=RUTH, parent=own)
    scene.post("Ruth, nameless", parent=own, visitor=scene.visitor_of(own))
    scene.settle()
    assert not scene.mails(RUTH)


def test_an_address_typed_on_one_page_silences_nobody_on_another(scene: Scene) -> None:
    other = "https://saltmarsh.example/bread"
    typed = scene.post("Somebody else", email=RUTH, notify_of=Scope.REPLIES, page=other)
    scene.follow(RUTH)
    scene.confirm(RUTH)
    scene.settle()
    scene.post("Somebody else", visitor=scene.visitor_of(typed))
    scene.settle()
    assert len(scene.mails(RUTH)) == 1
    scene.follow(RUTH, page=other)
    scene.post("Somebody else", visitor=scene.visitor_of(typed), page=other)
    scene.settle()
    assert len(scene.mails(RUTH)) == 1, "in that thread her mailbox said it was she"


def test_replies_reach_every_one_above_who_proved_himself(scene: Scene) -> None:
    first = scene.post("Ruth Amberley", email=RUTH, notify_of=Scope.REPLIES)
    second = scene.post("Tobias Wren", email=TOBIAS, notify_of=Scope.REPLIES, parent=first)
    scene.work()
    scene.confirm(TOBIAS)
    scene.settle()
    scene.post("Maren Oldby", parent=second)
    scene.settle()
    assert not scene.mails(RUTH), "she never said yes"
    assert len(scene.mails(TOBIAS)) == 1


def test_a_typed_address_gets_nobody_the_replies_to_another_comment(scene: Scene) -> None:
    own = scene.post("Ruth Amberley", email=RUTH, notify_of=Scope.REPLIES)
    scene.work()
    scene.confirm(RUTH)
    typed = scene.post("Somebody else", email=RUTH)
    scene.post(parent=typed)
    scene.settle()
    assert not scene.mails(RUTH)
    scene.post(parent=own)
    scene.settle()
    assert len(scene.mails(RUTH)) == 1


def test_later_comments_of_the_same_visitor_count_as_his(scene: Scene) -> None:
    own = scene.post("Ruth Amberley", email=RUTH, notify_of=Scope.REPLIES)
    scene.work()
    scene.confirm(RUTH)
    later = scene.post("Ruth Amberley", visitor=scene.visitor_of(own))
    scene.post(parent=later)
    scene.settle()
    assert len(scene.mails(RUTH)) == 1


def test_another_page_and_another_site_stay_quiet(scene: Scene) -> None:
    scene.follow(RUTH)
    scene.post(page="https://saltmarsh.example/bread")
    scene.settle()
    assert not scene.mails(RUTH)


def test_a_passing_failure_is_tried_later_and_delivered_once(scene: Scene) -> None:
    scene.follow(RUTH)
    scene.refuse(ruth=(451, "later"))
    scene.post()
    scene.settle()
    [row] = scene.outbox("follow-up")
    assert (row.state, row.last_error) == (MessageState.WAITING, "451 later")
    scene.refuse()
    scene.at.shift(299)
    scene.work()
    assert not scene.mails(RUTH)
    scene.at.shift(1)
    scene.work()
    scene.at.shift(DAY)
    scene.work()
    assert len(scene.mails(RUTH)) == 1


def test_a_refusal_for_good_is_buried_and_three_suppress_the_address(scene: Scene) -> None:
    scene.follow(RUTH)
    scene.follow(TOBIAS)
    scene.refuse(ruth=(550, "5.1.1 nobody"))
    for number in range(1, 5):
        scene.post()
        scene.settle()
        assert scene.recipient(RUTH).refusals == min(number, 3)
    assert scene.recipient(RUTH).suppressed_at
    scene.at.shift(2 * DAY)
    scene.work()
    refused = [row for row in scene.outbox("follow-up") if row.state == MessageState.BURIED]
    assert [row.last_error for row in refused] == ["550 5.1.1 nobody"] * 3
    assert len(scene.mails(TOBIAS)) == 4


def test_refusals_count_only_in_a_row(scene: Scene) -> None:
    scene.follow(RUTH)
    for answer in [550, 550, None, 550, 550]:
        scene.refuse(**({"ruth": (answer, "no")} if answer else {}))
        scene.post()
        scene.settle()
    assert scene.recipient(RUTH).refusals == 2
    assert not scene.recipient(RUTH).suppressed_at


def test_a_refused_text_is_buried_and_held_against_nobody(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object, **_more: object) -> None:
        raise smtp.Undeliverable("554 5.7.1 looks like spam")

    scene.follow(RUTH)
    with monkeypatch.context() as patched:
        patched.setattr(smtp, "send", refuse)
        for _ in range(4):
            scene.post()
            scene.settle()
    assert _states(scene, "follow-up") == [MessageState.BURIED] * 4
    assert scene.outbox("follow-up")[0].last_error == "554 5.7.1 looks like spam"
    assert (scene.recipient(RUTH).refusals, scene.recipient(RUTH).suppressed_at) == (0, None)


def test_one_bad_address_delays_no_other(scene: Scene) -> None:
    for name in ("bad", "worse", "ruth", "tobias"):
        scene.follow(f"{name}@example.com")
    scene.refuse(bad=(451, "later"), worse=(550, "never"))
    scene.post()
    scene.settle()
    assert len(scene.mails(RUTH)) == len(scene.mails(TOBIAS)) == 1


@pytest.mark.parametrize("kind", ["follow-up", "confirm"])
def test_a_crash_between_the_servers_yes_and_ours_repeats_the_same_mail(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    scene.subscribe(RUTH)
    if kind == "follow-up":
        scene.work()
        scene.confirm(RUTH)
        scene.post()
        scene.at.shift(60)

    class Killed(BaseException):
        """As `kill -9` would: nothing of ours runs after it."""

    def die(_message: outbox.Claimed) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "complete", die)
        with pytest.raises(Killed):
            scene.work()
    assert scene.work() == 0, "the lease still holds it"
    scene.at.shift(settings.current().lease_seconds)
    scene.work()
    scene.at.shift(DAY)
    scene.work()
    first, second = [received.parsed for received in scene.mailbox.messages][-2:]
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Subject"] == second["Subject"]
    assert _states(scene, kind) == [MessageState.SENT]


def test_who_unsubscribed_while_the_mail_waited_gets_none(scene: Scene) -> None:
    scene.follow(RUTH)
    scene.refuse(ruth=(451, "later"))
    comment = scene.post()
    scene.settle()
    subscriptions.suppress(scene.recipient(RUTH).id)
    scene.refuse()
    scene.at.shift(300)
    scene.work()
    scene.decide(comment, Decision.REJECT)
    scene.decide(comment, Decision.APPROVE)
    scene.settle()
    assert not scene.mails(RUTH)
    assert _states(scene, "follow-up") == [MessageState.WITHDRAWN]


def test_mail_that_was_kept_for_days_does_not_go_by_itself(scene: Scene) -> None:
    scene.follow(RUTH)
    scene.post()
    scene.at.shift(3 * DAY)
    scene.work()
    assert len(scene.mails(RUTH)) == 1, "the event was late, its mail is not"
    scene.subscribe(TOBIAS)
    scene.at.shift(2 * DAY + 1)
    scene.work()
    assert _states(scene, "confirm") == [MessageState.SENT, MessageState.BURIED]


def test_the_links_of_a_mail_hold_no_address(scene: Scene) -> None:
    scene.follow(RUTH)
    scene.post()
    scene.settle()
    [mail] = scene.mails(RUTH)
    assert not re.search("ruth|%40|@example", text(mail))


def test_a_link_goes_to_the_moderator_at_the_address_he_is_known_by(scene: Scene) -> None:
    moderators.add(INES, role="admin")
    outbox.ask_sign_in("INES@Desk.Example")
    scene.work()
    [message] = scene.mailbox.messages
    assert message.recipients == (INES,)
    [link] = links(message.parsed)
    assert moderators.sign_in(link.rpartition("/")[2])


@pytest.mark.parametrize("email", ["nobody@desk.example", "removed@desk.example", "", "\0"])
def test_nobody_else_is_mailed_a_link(scene: Scene, email: str) -> None:
    moderators.add("removed@desk.example", role="admin")
    moderators.remove("removed@desk.example")
    outbox.ask_sign_in(email)
    scene.work()
    assert not scene.mailbox.messages
    [row] = scene.outbox("sign-in")
    assert (row.state, row.payload) == (MessageState.WITHDRAWN, None)


def test_who_asked_is_kept_no_longer_than_it_takes(scene: Scene) -> None:
    moderators.add(INES, role="admin")
    outbox.ask_sign_in(INES)
    [row] = scene.outbox("sign-in")
    assert row.payload == {"email": INES}
    scene.work()
    [row] = scene.outbox("sign-in")
    assert (row.state, row.payload) == (MessageState.SENT, None)


def test_a_link_that_could_not_be_mailed_in_time_is_not_mailed(scene: Scene) -> None:
    moderators.add(INES, role="admin")
    outbox.ask_sign_in(INES)
    scene.refuse(ines=(451, "later"))
    scene.work()
    scene.refuse()
    scene.at.shift(301)
    scene.work()
    assert len(scene.mailbox.messages) == 1
    outbox.ask_sign_in(INES)
    scene.at.shift(901)
    scene.work()
    assert len(scene.mailbox.messages) == 1


def test_the_link_in_a_late_mail_works_as_long_as_any(scene: Scene) -> None:
    """It is made when it is sent."""
    moderators.add(INES, role="admin")
    outbox.ask_sign_in(INES)
    scene.at.shift(890)
    scene.work()
    scene.at.shift(890)
    [message] = scene.mailbox.messages
    assert moderators.sign_in(links(message.parsed)[0].rpartition("/")[2])


def test_a_moderators_refusing_mailbox_buries_the_mail(scene: Scene) -> None:
    moderators.add(INES, role="admin")
    outbox.ask_sign_in(INES)
    scene.refuse(ines=(550, "unknown"))
    scene.work()
    [row] = scene.outbox("sign-in")
    assert (row.state, row.payload) == (MessageState.BURIED, None)
