"""Whom an event reaches, in as many statements for thousands as for one."""

from comments_service.domain.events import Kind, Scope
from comments_service.queries import outbox as queries
from tests.rows import statements
from tests.scene import Scene


def _statements(scene: Scene, comment_id: int) -> tuple[int, list[Kind]]:
    with statements(scene.app) as sent:
        reached = queries.recipients_of(comment_id)
    return len(sent), sorted(kind for _, kind in reached)


def test_more_recipients_take_no_more_statements(scene: Scene) -> None:
    root = scene.post("a", email="a@example.com", notify_of=Scope.REPLIES)
    scene.follow("b@example.com")
    scene.confirm("a@example.com")
    child = scene.post(parent=root)
    few, reached = _statements(scene, child)
    assert reached == [Kind.FOLLOW_UP, Kind.REPLY]
    for name in "cdefg":
        scene.follow(f"{name}@example.com")
        scene.post(name, email=f"{name}{name}@example.com", notify_of=Scope.REPLIES, parent=root)
    scene.work()
    for name in "cdefg":
        scene.confirm(f"{name}{name}@example.com")
    many, reached = _statements(scene, child)
    assert reached == [Kind.FOLLOW_UP] * 6 + [Kind.REPLY]
    assert many == few
