"""One Idempotency-Key, fifty times at once and after a kill: one comment and one answer."""

import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import func, select

from comments_service.database import snapshot
from comments_service.models import Comment
from tests.conftest import MakeApp, StartService
from tests.thread import ARTICLE, Reader, add_site, posted

AT_ONCE = 50
COMMENT = {"url": ARTICLE, "author": {"name": "Ruth"}, "body": "The ferry was late."}


def test_fifty_at_once_are_one_comment_with_one_answer(make_app: MakeApp) -> None:
    app = make_app(post_limit="1 per hour", visitor_limit="1 per hour")
    add_site(app)

    def send(_number: int) -> tuple[int, bytes]:
        answer = app.test_client().post("/api/v1/comments", json=COMMENT, headers=_key())
        return answer.status_code, answer.data

    with ThreadPoolExecutor(AT_ONCE) as readers:
        answers = list(readers.map(send, range(AT_ONCE)))
    [(status, _data)] = set(answers)
    assert status == 202
    assert send(0) in answers
    with app.app_context(), snapshot() as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 1


def test_fifty_at_once_are_counted_as_one(make_app: MakeApp) -> None:
    app = make_app(post_limit="2 per hour", visitor_limit="2 per hour")
    add_site(app)

    def send(key: str) -> int:
        headers = {"Idempotency-Key": key}
        comment = COMMENT | {"body": f"The ferry was late, says {key}."}
        return app.test_client().post("/api/v1/comments", json=comment, headers=headers).status_code

    keys = [f"the-{nth}-key-of-some" for nth in ("first", "second", "third")]
    with ThreadPoolExecutor(AT_ONCE) as readers:
        assert set(readers.map(send, [keys[0]] * AT_ONCE)) == {202}
        assert set(readers.map(send, [keys[1]] * AT_ONCE)) == {202}
        assert set(readers.map(send, [keys[2]] * AT_ONCE)) == {429}


def test_a_key_answers_alike_after_the_service_was_killed(start_service: StartService) -> None:
    service = start_service()
    service.cli("sites", "add", "The Tide Table", "--origin", "https://news.example")
    first = _send(service.url)
    service.kill_all()
    service.start()
    assert _send(service.url) == first


def test_another_visitor_with_the_same_key_posts_a_comment_of_his_own(make_app: MakeApp) -> None:
    app = make_app()
    add_site(app)
    ruth, ben = Reader(app.test_client()), Reader(app.test_client())
    ruth.post("Good evening.")
    ben.post("Good morning.")
    ids = {posted(reader.post("The ferry was late.", headers=_key())) for reader in (ruth, ben)}
    assert len(ids) == 2


def _key() -> dict[str, str]:
    return {"Idempotency-Key": "a-key-of-enough-letters"}


def _send(url: str) -> Any:
    request = urllib.request.Request(
        f"{url}/api/v1/comments",
        json.dumps(COMMENT).encode(),
        {"Content-Type": "application/json"} | _key(),
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.status, json.loads(answer.read())
