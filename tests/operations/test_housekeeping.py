"""What has had its time is forgotten, and nothing else."""

from sqlalchemy import func, select

from comments_service.database import Base, snapshot
from comments_service.domain.events import Scope
from comments_service.models import (
    Comment,
    Confirmation,
    ModeratorSession,
    OutboxMessage,
    SignInLink,
    Subscription,
)
from comments_service.operations import housekeeping, moderators
from tests.scene import Scene

RUTH = "ruth@example.com"
DAY = 86_400


def _count(table: type[Base]) -> int:
    with snapshot() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_network_is_kept_thirty_days(scene: Scene) -> None:
    old = scene.post()
    scene.at.shift(29 * DAY)
    new = scene.post()
    housekeeping.tidy()
    scene.at.shift(DAY + 1)
    housekeeping.tidy()
    with snapshot() as session:
        assert session.get_one(Comment, old).network is None
        assert session.get_one(Comment, new).network is not None


def test_a_question_nobody_answered_is_forgotten_with_its_wish(scene: Scene) -> None:
    scene.subscribe(RUTH)
    scene.subscribe("tobias@example.com", Scope.REPLIES)
    scene.work()
    scene.confirm("tobias@example.com")
    scene.at.shift(13 * DAY)
    housekeeping.tidy()
    assert _count(Confirmation) == 2
    scene.at.shift(30 * DAY)
    housekeeping.tidy()
    assert (_count(Confirmation), _count(Subscription), _count(OutboxMessage)) == (1, 1, 1)


def test_links_and_sessions_end(scene: Scene) -> None:
    moderators.add("maren@example.com", role="admin")
    link = moderators.make_link("maren@example.com")
    moderators.sign_in(link.rpartition("/")[2])
    scene.at.shift(901)
    housekeeping.tidy()
    assert (_count(SignInLink), _count(ModeratorSession)) == (0, 1)
    scene.at.shift(30 * DAY)
    housekeeping.tidy()
    assert _count(ModeratorSession) == 0
