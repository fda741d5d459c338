"""What HTTP doesn't show of posting, editing and deleting: locks, mails, what is kept."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from comments_service.database import db, snapshot
from comments_service.domain import markup
from comments_service.domain.errors import EditClosed, Missing
from comments_service.domain.events import Kind
from comments_service.models import LogEntry
from comments_service.operations import comments
from comments_service.queries import sites
from comments_service.settings import Settings
from tests.conftest import MakeSettings
from tests.scene import Scene
from tests.thread import ORIGIN, Reader, add_site, approve, found

RENDERED = "rendered"
LOCKING = ("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE", "FOR UPDATE")


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(post_limit="")


@pytest.fixture
def reader(app: Flask) -> Reader:
    add_site(app)
    return Reader(app.test_client())


@contextmanager
def course(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Generator[list[str]]:
    """What happens, in order: each statement, and each text that was rendered."""
    seen: list[str] = []
    render = markup.render

    def rendered(source: str) -> str:
        html = render(source)
        seen.append(RENDERED)
        return html

    def sent(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    monkeypatch.setattr(markup, "render", rendered)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", sent)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", sent)


def assert_rendered_before_locked(seen: list[str]) -> None:
    assert seen.count(RENDERED) == 1
    done = seen.index(RENDERED)
    early = [one for one in seen[:done] if any(word in one for word in LOCKING)]
    assert early == []
    assert any(word in one for one in seen[done:] for word in LOCKING)


def test_a_post_is_rendered_before_anything_is_locked(
    reader: Reader, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with course(app, monkeypatch) as seen:
        found(reader.post("*Slow* words."))
    assert_rendered_before_locked(seen)


def test_an_edit_is_rendered_before_anything_is_locked(
    reader: Reader, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = found(reader.post("A tpyo."))["comment"]["id"]
    with course(app, monkeypatch) as seen:
        path = f"/api/v1/comments/{comment}"
        found(reader.client.patch(path, json={"body": "A typo."}, headers=reader.headers()))
    assert_rendered_before_locked(seen)


def test_a_refused_post_locks_nothing(
    reader: Reader, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with course(app, monkeypatch) as seen:
        for body in ("", "x" * 10_001):
            assert reader.post(body).status_code == 422
    assert not [one for one in seen if any(word in one for word in LOCKING)]


def test_a_post_writes_each_of_its_rows_once_and_reads_none_of_them_again(
    reader: Reader, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(app, int(found(reader.post("The first opens the thread."))["comment"]["id"]))
    with course(app, monkeypatch) as seen:
        assert found(reader.post("The second stands at once."))["comment"]["state"] == "approved"
    tables = [one.split()[one.split().index("INTO") + 1] for one in seen if one[:6] == "INSERT"]
    assert sorted(tables) == ["comment_words", "comments", "log_entries", "outbox"]
    assert [one.split()[1] for one in seen if one[:6] == "UPDATE"] == ["threads"]
    written = seen.index(next(one for one in seen if one.startswith("INSERT INTO comments")))
    assert [one for one in seen[written:] if one[:6] == "SELECT"] == []


def test_a_comment_of_another_site_cannot_be_edited(reader: Reader, app: Flask) -> None:
    comment = int(found(reader.post("Hello."))["comment"]["id"])
    add_site(app, "Another", "https://another.example")
    with app.app_context():
        other, _page = sites.of_page("https://another.example/")
        with pytest.raises(Missing):
            comments.edit(comment, "Yours.", site=other)


def test_an_edit_back_to_the_text_that_stands_drops_the_one_that_waits(
    reader: Reader, app: Flask
) -> None:
    comment = int(found(reader.post("Harmless."))["comment"]["id"])
    approve(app, comment)
    links = " ".join(f"https://{host}.example" for host in "abc")
    with app.app_context():
        site, _page = sites.of_page(ORIGIN)
        assert comments.edit(comment, links, site=site).held
        back = comments.edit(comment, "Harmless.", site=site)
        assert not back.held
        assert back.comment.edited_at is None
    approve(app, comment)
    assert "a.example" not in str(reader.mine())


def test_an_edit_that_comes_late_is_closed_whatever_it_says(reader: Reader, app: Flask) -> None:
    first = int(found(reader.post("Is it blue?"))["comment"]["id"])
    approve(app, first)
    found(reader.post("Yes.", parent_id=str(first)))
    with app.app_context():
        site, _page = sites.of_page(ORIGIN)
        with pytest.raises(EditClosed):
            comments.edit(first, "Is it blue?", site=site)


def _delete(comment: int) -> None:
    [site] = sites.everything()
    comments.delete(comment, site=site, by_token=False)


def test_the_mails_of_a_comment_its_author_deletes_are_withdrawn(scene: Scene) -> None:
    scene.follow("ana@example.com")
    settled = scene.post(body="Never mailed.")
    _delete(settled)
    fanned_out = scene.post(body="Nearly mailed.")
    scene.refuse(ana=(451, "later"))
    scene.settle()
    assert [row.state for row in scene.outbox(Kind.FOLLOW_UP)] == ["waiting"]
    _delete(fanned_out)
    scene.refuse()
    scene.at.shift(24 * 60 * 60)
    scene.work()
    for rows in (
        [row for row in scene.outbox() if row.comment_id == settled],
        scene.outbox(Kind.FOLLOW_UP),
    ):
        assert [row.state for row in rows] == ["withdrawn"]
    assert scene.mails("ana@example.com") == []


def test_nothing_of_a_deleted_text_is_kept(scene: Scene) -> None:
    [site] = sites.everything()
    comment = scene.post(body="Very regretted.")
    comments.edit(comment, "Much regretted.", site=site)
    _delete(comment)
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            assert "regretted" not in str(connection.execute(select(table)).all()), table.name


def test_only_the_answers_about_the_deleted_comment_lose_their_text(reader: Reader) -> None:
    def post(number: int) -> dict[str, Any]:
        key = {"Idempotency-Key": f"0123456789abcde{number}"}
        someone = Reader(reader.client, name=f"Reader {number}")
        return found(someone.post(f"No. {number}", headers=key))

    first = [post(number) for number in range(3)]
    token = {"Authorization": f"Bearer {first[1]['edit_token']}"}
    reader.client.delete(f"/api/v1/comments/{first[1]['comment']['id']}", headers=token)
    again = [post(number)["comment"]["body_html"] for number in range(3)]
    assert again == ["<p>No. 0</p>", "", "<p>No. 2</p>"]


def test_deleting_twice_is_one_entry_of_the_log(scene: Scene) -> None:
    comment = scene.post()
    for _ in range(2):
        _delete(comment)
    with snapshot() as session:
        entries = session.scalars(select(LogEntry).where(LogEntry.comment_id == comment)).all()
    assert [(one.event, one.actor) for one in entries][2:] == [("delete", "author")]
