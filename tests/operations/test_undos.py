"""What a moderator takes back, with the mails that were or weren't sent because of it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from comments_service import settings
from comments_service.database import snapshot
from comments_service.domain.errors import UndoClosed
from comments_service.domain.states import Decision, State
from comments_service.models import Comment, LogEntry, Revision, Thread, Undo
from comments_service.operations import comments, housekeeping, moderation
from comments_service.operations.moderation import Decided
from comments_service.queries import sites, undos
from comments_service.queries.sites import SiteRow
from tests.scene import PAGE, TITLE, Scene

INES, PIET = "ines@example.com", "piet@example.com"
LINKS = " ".join(f"https://{host}.example" for host in "abc")
VISITOR = b"0123456789abcdef"


def decide(comment_id: int, decision: Decision, actor: str = INES) -> Decided:
    (done,) = moderation.decide([comment_id], decision, actor=actor, site_ids=None)
    return done


def undo(comment_id: int, actor: str = INES) -> Decided:
    return decide(comment_id, Decision.UNDO, actor)


def assert_closed(done: Decided) -> None:
    assert isinstance(done.error, UndoClosed)


def comment(comment_id: int) -> Comment:
    with snapshot() as session:
        return session.get_one(Comment, comment_id)


def site() -> SiteRow:
    return sites.of_page(PAGE)[0]


def title(comment_id: int) -> str | None:
    with snapshot() as session:
        return session.get_one(Thread, session.get_one(Comment, comment_id).thread_id).title


def test_within_its_time_who_decided_takes_it_back(scene: Scene) -> None:
    one = scene.post(approve=False)
    decide(one, Decision.REJECT)
    scene.at.shift(59)
    assert undos.is_open(one, actor=INES)
    done = undo(one)
    assert (done.error, done.from_state, done.to_state) == (None, State.REJECTED, State.PENDING)
    assert comment(one).decided_at is None
    assert not undos.is_open(one, actor=INES)
    assert_closed(undo(one))


def test_when_its_time_is_over_it_stands(scene: Scene) -> None:
    one = scene.post(approve=False)
    decide(one, Decision.REJECT)
    scene.at.shift(60)
    assert not undos.is_open(one, actor=INES)
    done = undo(one)
    assert_closed(done)
    assert comment(one).state == State.REJECTED


def test_nobody_takes_back_what_another_decided(scene: Scene) -> None:
    one = scene.post(approve=False)
    decide(one, Decision.REJECT)
    assert_closed(undo(one, PIET))
    decide(one, Decision.SPAM, PIET)
    assert_closed(undo(one))
    assert undo(one, PIET).to_state is State.REJECTED
    assert_closed(undo(one))


def test_what_was_never_decided_cannot_be_undone(scene: Scene) -> None:
    assert_closed(undo(scene.post(approve=False)))


def test_with_no_seconds_nothing_can_be_undone(
    scene: Scene,
) -> None:
    one = scene.post(approve=False)
    settings.install(scene.app, replace(settings.current(), undo_seconds=0))
    decide(one, Decision.APPROVE)
    assert_closed(undo(one))
    with snapshot() as session:
        assert session.scalars(select(Undo)).all() == []


def test_an_approval_taken_back_mails_nobody(scene: Scene) -> None:
    scene.post(email="maren@saltmarsh.example")
    scene.follow("ruth@reader.example")
    scene.settle()
    told = len(scene.mails())
    one = scene.post(approve=False)
    decide(one, Decision.APPROVE)
    undo(one)
    scene.settle()
    assert len(scene.mails()) == told
    decide(one, Decision.APPROVE)
    scene.settle()
    assert len(scene.mails()) == told + 1


def test_a_rejection_taken_back_mails_what_it_withdrew_and_nothing_twice(scene: Scene) -> None:
    scene.post()
    scene.follow("ruth@reader.example")
    scene.settle()
    settings.install(scene.app, replace(settings.current(), undo_seconds=3600))
    told = len(scene.mails())
    late, early = scene.post(), scene.post()
    decide(late, Decision.REJECT)
    scene.settle()
    assert len(scene.mails()) == told + 1
    decide(early, Decision.SPAM)
    scene.work()
    undo(early)
    undo(late)
    scene.settle()
    assert len(scene.mails()) == told + 2
    scene.settle()
    assert len(scene.mails()) == told + 2


def test_a_title_goes_with_the_approval_that_gave_it(scene: Scene) -> None:
    one, other = scene.post(approve=False), scene.post(title="Another", approve=False)
    decide(one, Decision.APPROVE)
    assert title(one) == TITLE
    undo(one)
    assert title(one) is None
    decide(other, Decision.APPROVE)
    assert title(one) == "Another"
    decide(one, Decision.APPROVE)
    undo(one)
    assert title(one) == "Another"


def test_the_title_falls_to_who_was_approved_meanwhile(scene: Scene) -> None:
    one, other = scene.post(approve=False), scene.post(title="Another", approve=False)
    decide(one, Decision.APPROVE)
    decide(other, Decision.APPROVE)
    undo(one)
    assert title(one) == "Another"


def edited(scene: Scene) -> int:
    """An approved comment beside whose text an edit waits."""
    one = scene.post(body="The old text.", visitor=VISITOR)
    comments.edit(one, f"The new text. {LINKS}", site=site())
    return one


@pytest.mark.parametrize("decision", [Decision.APPROVE, Decision.REJECT, Decision.DELETE])
def test_an_edit_waits_again_beside_the_text_it_replaced(scene: Scene, decision: Decision) -> None:
    one = edited(scene)
    before = comment(one)
    decide(one, decision)
    done = undo(one)
    assert (done.error, done.to_state) == (None, State.APPROVED)
    after = comment(one)
    for name in (
        "body_source",
        "body_html",
        "body_version",
        "edited_at",
        "held_edit_source",
        "held_edit_html",
        "held_edit_version",
        "decided_at",
        "deleted_from",
        "shown",
    ):
        assert getattr(after, name) == getattr(before, name), name
    with snapshot() as session:
        assert session.scalars(select(Revision)).all() == []


def test_whatever_its_author_does_ends_the_time(scene: Scene) -> None:
    one = scene.post(approve=False, visitor=VISITOR)
    decide(one, Decision.APPROVE)
    comments.edit(one, "Something else.", site=site())
    assert_closed(undo(one))
    decide(one, Decision.REJECT)
    comments.delete(one, site=site(), by_token=False)
    assert_closed(undo(one))
    with snapshot() as session:
        assert session.scalars(select(Undo)).all() == []
    assert comment(one).body_source == ""


def test_a_delete_and_a_restore_are_taken_back(scene: Scene) -> None:
    one = scene.post(approve=False)
    decide(one, Decision.SPAM)
    decide(one, Decision.DELETE)
    assert undo(one).to_state is State.SPAM
    decide(one, Decision.DELETE)
    decide(one, Decision.RESTORE)
    assert undo(one).to_state is State.DELETED
    assert comment(one).deleted_from == State.SPAM
    assert decide(one, Decision.RESTORE).to_state is State.SPAM


def test_the_log_keeps_the_decision_and_its_undoing(scene: Scene) -> None:
    one = scene.post(approve=False)
    decide(one, Decision.APPROVE)
    undo(one)
    with snapshot() as session:
        entries = session.scalars(select(LogEntry).order_by(LogEntry.id)).all()
    told = [(entry.event, entry.actor, entry.from_state, entry.to_state) for entry in entries]
    assert told[1:] == [
        ("approve", INES, "pending", "approved"),
        ("undo", INES, "approved", "pending"),
    ]


def test_what_nobody_may_undo_any_more_is_forgotten(scene: Scene) -> None:
    early = scene.post(approve=False)
    decide(early, Decision.REJECT)
    scene.at.shift(50)
    late = scene.post(approve=False)
    decide(late, Decision.REJECT)
    scene.at.shift(11)
    assert housekeeping.forget_undos() == 1
    assert_closed(undo(early))
    assert undo(late).error is None
    assert housekeeping.forget_undos() == 0
