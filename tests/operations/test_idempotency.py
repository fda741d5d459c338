"""What is kept as the first answer to a key, and what takes its place."""

import pytest

from comments_service.database import snapshot, unit_of_work
from comments_service.domain.errors import Invalid
from comments_service.operations import idempotency
from comments_service.operations.idempotency import Request
from tests.scene import Scene

WANTED = Request(b"key", b"body")
DAY = 86_400


def _keep(comment_id: int, wanted: Request = WANTED) -> None:
    with unit_of_work() as session:
        answer = {"for": comment_id}
        idempotency.keep(session, wanted, comment_id=comment_id, held=True, answer=answer)


def _kept() -> tuple[int, bool, object] | None:
    with snapshot() as session:
        found = idempotency.find(session, WANTED)
    assert idempotency.is_kept(WANTED) == (found is not None)
    return found and (found.comment_id, found.held, found.answer)


def test_the_first_answer_is_found_until_its_time_is_over(scene: Scene) -> None:
    comment = scene.post()
    assert _kept() is None
    _keep(comment)
    assert _kept() == (comment, True, {"for": comment})
    scene.at.shift(DAY)
    assert _kept() == (comment, True, {"for": comment})
    scene.at.shift(1)
    assert _kept() is None


def test_another_answer_takes_the_place_of_one_whose_time_is_over(scene: Scene) -> None:
    first, second = scene.post(), scene.post()
    _keep(first)
    scene.at.shift(DAY + 1)
    _keep(second)
    assert _kept() == (second, True, {"for": second})


def test_another_body_at_the_same_time_is_refused_and_changes_nothing(scene: Scene) -> None:
    first, second = scene.post(), scene.post()
    _keep(first)
    with pytest.raises(Invalid):
        _keep(second, Request(WANTED.key, b"another"))
    assert _kept() == (first, True, {"for": first})
