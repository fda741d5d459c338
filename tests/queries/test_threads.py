"""How a thread is read: along its indexes."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from comments_service.database import db, snapshot
from comments_service.domain.cursors import Sort
from comments_service.models import Thread
from comments_service.queries import threads
from tests.rows import grow
from tests.thread import add_site

INDEXES = {
    Sort.OLDEST: "ix_comments_shown_roots",
    Sort.NEWEST: "ix_comments_shown_roots",
    Sort.TOP: "ix_comments_top_roots",
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("sort", Sort)
def test_roots_are_read_in_the_order_of_an_index(app: Flask, sort: Sort) -> None:
    add_site(app)
    grow(app, [None] * 3)
    after = (5, 5) if sort is Sort.TOP else (5,)
    with app.app_context(), snapshot() as session:
        thread = session.scalars(select(Thread)).one()
        query = threads.roots_of(thread, sort=sort, after=after).limit(51)
        written = query.compile(db.engine, compile_kwargs={"literal_binds": True})
        [step] = session.execute(text(f"EXPLAIN QUERY PLAN {written}")).all()
    assert f"USING INDEX {INDEXES[sort]}" in step.detail
    assert "thread_id=?" in step.detail
    assert "<" in step.detail or ">" in step.detail
