"""Rendering stored texts again when the pipeline has changed since they were written."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from comments_service.database import snapshot, unit_of_work
from comments_service.domain import markup
from comments_service.models import Comment, Thread

BITE = 20
BITES = 50  # at one time: mails are waiting, too


@dataclass(frozen=True)
class _Stale:
    """A comment that an older pipeline rendered, with the edit that waits beside it, if any."""

    id: int
    thread_id: int
    source: str
    held_source: str | None


def refresh() -> int:
    """Render again what an older pipeline made, a thousand at most; how many that was.

    Slow, and outside every lock: what was edited meanwhile is left to whoever edited it.
    """
    done = 0
    for _ in range(BITES):
        stale = _find()
        if stale:
            _replace({one: _rendered(one) for one in stale})
        done += len(stale)
        if len(stale) < BITE:
            break
    return done


def _find() -> Sequence[_Stale]:
    columns = (Comment.id, Comment.thread_id, Comment.body_source, Comment.held_edit_source)
    query = select(*columns).where(Comment.body_version < markup.VERSION).limit(BITE)
    with snapshot() as session:
        return [_Stale(*row) for row in session.execute(query)]


def _rendered(one: _Stale) -> tuple[str, str | None]:
    held = markup.render(one.held_source) if one.held_source is not None else None
    return markup.render(one.source), held


def _replace(rendered: dict[_Stale, tuple[str, str | None]]) -> None:
    """Readers may see other bytes, so the threads get another version; first, as their lock."""
    threads = sorted({one.thread_id for one in rendered})
    with unit_of_work() as session:
        for thread_id in threads:
            bumped = update(Thread).where(Thread.id == thread_id)
            session.execute(bumped.values(version=Thread.version + 1))
        for one, (html, held_html) in rendered.items():
            session.execute(
                update(Comment)
                .where(Comment.id == one.id, Comment.body_source == one.source)
                .values(body_html=html, body_version=markup.VERSION)
            )
            if held_html is not None:
                session.execute(
                    update(Comment)
                    .where(Comment.id == one.id, Comment.held_edit_source == one.held_source)
                    .values(held_edit_html=held_html, held_edit_version=markup.VERSION)
                )
