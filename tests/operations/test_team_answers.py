"""What HTTP doesn't show of the team's answers: whom they are mailed to, and what they carry."""

from comments_service import settings
from comments_service.database import snapshot
from comments_service.models import Comment
from comments_service.operations import team_answers
from tests.scene import Scene, html, text


def _answer(parent: int, body: str = "In May.") -> int:
    return team_answers.answer(parent, body, actor="maren@example.com", site_ids=None).id


def test_an_answer_is_mailed_like_any_approved_comment(scene: Scene) -> None:
    parent = scene.post(body="When?")
    scene.settle()
    scene.follow("ana@example.com")
    _answer(parent)
    scene.settle()
    [mail] = scene.mails("ana@example.com")
    assert "In May." in text(mail)
    for shown in (text(mail), html(mail), str(mail)):
        assert "Saltmarsh Courier" in shown
        assert "maren" not in shown


def test_an_answer_belongs_to_no_visitor_machine_or_mailbox(scene: Scene) -> None:
    answer = _answer(scene.post())
    with snapshot() as session:
        comment = session.get_one(Comment, answer)
    assert comment.author_badge == "team"
    assert comment.visitor is comment.network is comment.author_email is None
    assert comment.recipient_id is None


def test_the_same_answer_may_come_again_later(scene: Scene) -> None:
    parent = scene.post()
    first = _answer(parent)
    scene.at.shift(settings.current().duplicate_seconds + 1)
    assert _answer(parent) != first
