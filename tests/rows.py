"""Whole threads put straight into the tables, and the statements that reading them takes."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event, insert, select

from comments_service import clock
from comments_service.database import db, unit_of_work
from comments_service.domain.states import State
from comments_service.domain.urls import parse_page
from comments_service.models import Comment, SiteOrigin, Thread
from tests.thread import ARTICLE


def grow(app: Flask, parents: Sequence[int | None], *, url: str = ARTICLE) -> list[str]:
    """A thread of approved comments; each names the place of its parent in the list. Their ids."""
    ids = [clock.new_id() for _ in parents]
    page, now = parse_page(url), clock.now()
    roots, depths, below = list(ids), [0] * len(ids), [0] * len(ids)
    for place, parent in enumerate(parents):
        if parent is not None:
            roots[place], depths[place] = roots[parent], depths[parent] + 1
    for place in range(len(ids) - 1, -1, -1):
        parent = parents[place]
        if parent is not None:
            below[parent] += below[place] + 1
    with app.app_context(), unit_of_work() as session:
        site_id = session.scalars(
            select(SiteOrigin.site_id).where(SiteOrigin.authority == page.authority).limit(1)
        ).one()
        thread = Thread(
            id=clock.new_id(),
            site_id=site_id,
            url=page.url,
            url_key=page.key,
            last_seq=len(ids),
            approved_count=len(ids),
            created_at=now,
        )
        session.add(thread)
        session.flush()
        rows: list[dict[str, Any]] = [
            {
                "id": ids[place],
                "site_id": site_id,
                "thread_id": thread.id,
                "parent_id": None if parent is None else ids[parent],
                "root_id": roots[place],
                "depth": depths[place],
                "seq": place + 1,
                "state": State.APPROVED,
                "shown": True,
                "approved_replies": below[place],
                "author_name": "Ruth Amberley",
                "body_source": f"Number {place}.",
                "body_html": f"<p>Number {place}.</p>",
                "body_version": 1,
                "reasons": [],
                "trace": [],
                "created_at": now,
            }
            for place, parent in enumerate(parents)
        ]
        session.execute(insert(Comment), rows)
    return list(map(str, ids))


@contextmanager
def statements(app: Flask) -> Generator[list[str]]:
    """Every SQL statement sent meanwhile, but for those that begin a transaction."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
