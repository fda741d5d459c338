import pytest
from flask import Flask
from sqlalchemy import select, update

from comments_service.database import db, snapshot, unit_of_work
from comments_service.domain import markup
from comments_service.models import Comment, Thread
from comments_service.operations import renderings
from tests.rows import grow
from tests.thread import add_site, read


@pytest.fixture
def comments(app: Flask) -> list[str]:
    """Forty-one, as another pipeline made them long ago."""
    add_site(app)
    ids = grow(app, [None] * 41)
    with app.app_context(), unit_of_work() as session:
        session.execute(
            update(Comment).values(body_html="<p>old</p>", body_version=markup.VERSION - 1)
        )
    return ids


def rows(app: Flask) -> list[Comment]:
    with app.app_context(), snapshot() as session:
        return list(session.scalars(select(Comment).order_by(Comment.id)))


def test_what_an_older_pipeline_made_is_made_again(app: Flask, comments: list[str]) -> None:
    before = rows(app)
    with app.app_context():
        assert renderings.refresh() == len(comments)
    for number, (was, row) in enumerate(zip(before, rows(app), strict=True)):
        assert (row.body_html, row.body_version) == (f"<p>Number {number}.</p>", markup.VERSION)
        assert (row.body_source, row.edited_at) == (was.body_source, was.edited_at)


def test_a_second_time_there_is_nothing_to_do(app: Flask, comments: list[str]) -> None:
    with app.app_context():
        renderings.refresh()
        assert renderings.refresh() == 0


def test_the_thread_has_another_version_so_that_nobody_keeps_old_bytes(
    app: Flask, comments: list[str]
) -> None:
    with app.app_context():
        with snapshot() as session:
            before = session.scalars(select(Thread.version)).one()
        renderings.refresh()
        with snapshot() as session:
            assert session.scalars(select(Thread.version)).one() > before
    assert "old" not in str(read(app.test_client()))


def test_an_edit_that_waits_is_rendered_with_its_comment(app: Flask, comments: list[str]) -> None:
    held = {"held_edit_source": "*New*.", "held_edit_html": "old", "held_edit_version": 0}
    with app.app_context():
        with unit_of_work() as session:
            session.execute(update(Comment).where(Comment.id == int(comments[3])).values(held))
        renderings.refresh()
    row = rows(app)[3]
    assert row.held_edit_html == markup.render("*New*.")
    assert row.held_edit_version == markup.VERSION


def test_what_was_edited_meanwhile_stays_as_it_was_edited(
    app: Flask, comments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The author comes between the reading and the writing, once."""
    render, edited = markup.render, {"body_source": "Mine.", "body_html": "<p>Mine.</p>"}

    def interrupted(source: str) -> str:
        monkeypatch.setattr(markup, "render", render)
        with unit_of_work() as session:
            version = {"body_version": markup.VERSION}
            first = update(Comment).where(Comment.id == int(comments[0]))
            session.execute(first.values(edited | version))
        return render(source)

    monkeypatch.setattr(markup, "render", interrupted)
    with app.app_context():
        renderings.refresh()
    assert rows(app)[0].body_html == "<p>Mine.</p>"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_finding_nothing_reads_no_comment(app: Flask, comments: list[str]) -> None:
    query = "EXPLAIN QUERY PLAN SELECT id FROM comments WHERE body_version < 2 LIMIT 20"
    with app.app_context(), db.engine.connect() as connection:
        plan = str(connection.exec_driver_sql(query).all())
    assert "SEARCH comments USING" in plan
    assert "ix_comments_body_version" in plan
