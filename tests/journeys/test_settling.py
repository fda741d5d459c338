"""Approve, reject and approve again, within and after the settle time: the mails, counted."""

import pytest

from comments_service.domain.states import Decision
from comments_service.operations import comments
from comments_service.queries import sites
from tests.scene import Scene, text

RUTH, TOBIAS = "ruth@example.com", "tobias@example.com"
APPROVE, REJECT, SPAM, DELETE, RESTORE = (
    Decision.APPROVE,
    Decision.REJECT,
    Decision.SPAM,
    Decision.DELETE,
    Decision.RESTORE,
)


@pytest.fixture
def followed(scene: Scene) -> Scene:
    """Two people follow the page."""
    scene.follow(RUTH)
    scene.follow(TOBIAS)
    return scene


@pytest.fixture
def comment(followed: Scene) -> int:
    return followed.post(approve=False)


def _counts(scene: Scene) -> tuple[int, int]:
    return len(scene.mails(RUTH)), len(scene.mails(TOBIAS))


def test_held_nobody_is_mailed(followed: Scene, comment: int) -> None:
    followed.settle()
    assert _counts(followed) == (0, 0)


def test_approved_each_is_mailed_once_after_the_settle_time(followed: Scene, comment: int) -> None:
    followed.decide(comment, APPROVE)
    followed.at.shift(59)
    followed.work()
    assert _counts(followed) == (0, 0)
    followed.at.shift(1)
    followed.work()
    followed.settle()
    assert _counts(followed) == (1, 1)


@pytest.mark.parametrize("away", [REJECT, SPAM, DELETE])
def test_taken_back_within_the_settle_time_nobody_is_mailed(
    followed: Scene, comment: int, away: Decision
) -> None:
    followed.decide(comment, APPROVE)
    followed.at.shift(30)
    followed.decide(comment, away)
    followed.settle()
    assert _counts(followed) == (0, 0)
    assert [row.state for row in followed.outbox("comment-approved")] == ["withdrawn"]


@pytest.mark.parametrize(("away", "back"), [(REJECT, APPROVE), (SPAM, APPROVE), (DELETE, RESTORE)])
def test_away_and_back_within_the_settle_time_each_is_mailed_once(
    followed: Scene, comment: int, away: Decision, back: Decision
) -> None:
    followed.decide(comment, APPROVE)
    followed.at.shift(20)
    followed.decide(comment, away)
    followed.at.shift(20)
    followed.decide(comment, back)
    followed.at.shift(59)
    followed.work()
    assert _counts(followed) == (0, 0), "the text settles anew"
    followed.at.shift(1)
    followed.work()
    followed.settle()
    assert _counts(followed) == (1, 1)


def test_back_after_it_was_withdrawn_each_is_mailed_once(followed: Scene, comment: int) -> None:
    followed.decide(comment, APPROVE)
    followed.decide(comment, REJECT)
    followed.settle()
    followed.decide(comment, APPROVE)
    followed.settle()
    followed.settle()
    assert _counts(followed) == (1, 1)


def test_away_and_back_after_the_mails_nobody_is_mailed_again(
    followed: Scene, comment: int
) -> None:
    followed.decide(comment, APPROVE)
    followed.settle()
    for _ in range(3):
        followed.decide(comment, REJECT)
        followed.settle()
        followed.decide(comment, APPROVE)
        followed.settle()
    assert _counts(followed) == (1, 1)


def test_away_while_one_mail_waits_for_its_server_the_other_is_not_doubled(
    followed: Scene, comment: int
) -> None:
    followed.refuse(tobias=(451, "later"))
    followed.decide(comment, APPROVE)
    followed.settle()
    assert _counts(followed) == (1, 0)
    followed.decide(comment, REJECT)
    followed.refuse()
    followed.at.shift(600)
    followed.work()
    assert _counts(followed) == (1, 0), "what isn't approved is mailed to nobody"
    followed.decide(comment, APPROVE)
    followed.settle()
    assert _counts(followed) == (1, 1)


def test_approving_twice_is_one_event(followed: Scene, comment: int) -> None:
    followed.decide(comment, APPROVE)
    followed.at.shift(30)
    followed.decide(comment, APPROVE)
    followed.at.shift(30)
    followed.work()
    assert _counts(followed) == (1, 1), "a decision that changes nothing doesn't put it off"


def test_who_subscribes_after_the_mails_hears_of_the_next_comment_only(
    followed: Scene, comment: int
) -> None:
    followed.decide(comment, APPROVE)
    followed.settle()
    followed.follow("late@example.com")
    followed.decide(comment, REJECT)
    followed.decide(comment, APPROVE)
    followed.settle()
    assert not followed.mails("late@example.com")
    followed.post()
    followed.settle()
    assert len(followed.mails("late@example.com")) == 1


def test_the_mail_holds_the_text_as_it_stands_when_it_leaves(followed: Scene) -> None:
    comment = followed.post(body="The ferry sails at ten.")
    comments.edit(comment, "The ferry sails at eleven.", site=sites.everything()[0])
    followed.decide(comment, APPROVE)
    followed.settle()
    [mail] = followed.mails(RUTH)
    assert "at eleven" in text(mail)
    assert "at ten" not in text(mail)
