"""A thread, page by page: one statement for the roots, one for their first replies, never more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from comments_service import settings
from comments_service.database import snapshot, table
from comments_service.domain import cursors, ids, limits, tree
from comments_service.domain.cursors import Sort
from comments_service.domain.errors import Missing, UnknownSite
from comments_service.domain.urls import Page
from comments_service.models import Comment, Site, SiteOrigin, Thread
from comments_service.queries.comments import (
    COLUMNS,
    TABLE,
    CommentRow,
    Shown,
    public_rows,
)
from comments_service.queries.sites import SiteRow


@dataclass(frozen=True, kw_only=True)
class RulesRow:
    """All a widget needs to know of how this thread works."""

    max_length: int
    edit_seconds: int
    notify: bool
    moderation: str
    votes: str
    email: str = "optional"
    website: bool = False
    consent_text: str | None = None
    house_rules: str | None = None


@dataclass(frozen=True)
class ThreadRow:
    url: str
    title: str | None
    state: str
    count: int
    rules: RulesRow


@dataclass(frozen=True)
class ThreadPage:
    thread: ThreadRow
    comments: Sequence[CommentRow]
    next_cursor: str | None


@dataclass(frozen=True)
class RepliesPage:
    comments: Sequence[CommentRow]
    next_cursor: str | None


def page(
    asked: Page,
    *,
    sort: Sort = Sort.OLDEST,
    limit: int = limits.PAGE_SIZE,
    cursor: str | None = None,
) -> ThreadPage:
    """Roots in order, each with its first replies by arrival: `limit` of them, or fewer where their
    texts are long. A page nobody has commented on: an empty thread. UnknownSite for a foreign one.
    """
    with snapshot() as session:
        given = {"authority": asked.authority, "key": asked.key}
        thread = session.execute(THREAD, given).first()
        if thread is None:
            raise UnknownSite
        if thread.id is None:
            if cursor is not None:
                raise cursors.foreign()
            return ThreadPage(_thread_row(thread, asked), [], None)
        bound = ("roots", thread.site_id, thread.id, sort)
        after = _START[sort] if cursor is None else _position(cursor, len(_START[sort]), *bound)
        place = dict(zip(("id", "rank"), reversed(after), strict=False))
        found: Sequence[Shown] = session.execute(
            _ROOTS[sort], {"thread": thread.id, "limit": limit + 1} | place
        ).all()
        rows = _fitting(_branches(session, thread.site_id, found[:limit]), thread.site_id)
        tops = tree.nest(rows)
        more = len(found) > len(tops)
        end = cursor_at(place_of(found[len(tops) - 1], sort), *bound) if more else None
        return ThreadPage(_thread_row(thread, asked), tops, end)


def replies(
    root_id: int, *, site: SiteRow, limit: int = limits.PAGE_SIZE, cursor: str | None = None
) -> RepliesPage:
    """The descendants of a root by arrival, flat. Missing when the root isn't shown."""
    with snapshot() as session:
        root = session.get(Comment, root_id)
        if root is None or root.site_id != site.id or root.parent_id or not root.shown:
            raise Missing
        bound = ("replies", site.id, root_id)
        [after] = (0,) if cursor is None else _position(cursor, 1, *bound)
        given = {"root": root_id, "after": after, "limit": limit + 1}
        found: Sequence[Shown] = session.execute(_REPLIES, given).all()
        rows = public_rows(found[:limit], site_id=site.id)
        more = len(found) > limit
        end = cursor_at((rows[-1].seq,), *bound) if more else None
        return RepliesPage(rows, end)


def counts(pages: Sequence[Page]) -> dict[str, int]:
    """Approved comments by url key; pages without a thread are left out. One statement for all."""
    if not pages:
        return {}
    with snapshot() as session:
        asked = {
            "authorities": {page.authority for page in pages},
            "keys": {page.key for page in pages},
        }
        rows = session.execute(COUNTS, asked).all()
        found = {(row.url_key, row.authority): row.approved_count for row in rows}
    counted = {page.key: found.get((page.key, page.authority)) for page in pages}
    return {key: count for key, count in counted.items() if count is not None}


def place_of(root: Shown, sort: Sort) -> tuple[int, ...]:
    """Where a root, or its row, stands in a thread."""
    return (root.rank, root.id) if sort is Sort.TOP else (root.id,)


def _branches(session: Session, site_id: int, roots: Sequence[Shown]) -> Iterable[list[CommentRow]]:
    """Each root with its first replies by arrival, and one more that tells of the others."""
    below: Sequence[Shown] = ()
    if roots:
        below = session.execute(_FIRST_REPLIES, {"roots": [root.id for root in roots]}).all()
    branches: dict[int, list[CommentRow]] = {}
    for row in public_rows([*roots, *below], site_id=site_id):
        branches.setdefault(row.root_id, []).append(row)
    return branches.values()


def _fitting(branches: Iterable[list[CommentRow]], site_id: int) -> list[CommentRow]:
    """The first branch, and as many as fit on a page with it, flat."""
    rows: list[CommentRow] = []
    room = limits.PAGE_BYTES
    for branch in branches:
        root, *below = branch[: limits.FIRST_REPLIES + 1]
        room -= sum(map(_bytes, (root, *below)))
        if room < 0 and rows:
            break
        if len(branch) > limits.FIRST_REPLIES + 1:
            root.replies_cursor = cursor_at((below[-1].seq,), "replies", site_id, root.id)
        rows += root, *below
    return rows


def _bytes(row: CommentRow) -> int:
    html = row.body_html or ""
    return limits.COMMENT_BYTES + (len(html) if html.isascii() else len(html.encode()))


def _thread_row(thread: Any, asked: Page) -> ThreadRow:
    chosen = settings.current()
    rules = RulesRow(
        max_length=chosen.max_length,
        edit_seconds=chosen.edit_seconds,
        notify=chosen.mails_readers,
        moderation=thread.moderation or chosen.moderation,
        votes=chosen.votes,
    )
    if thread.id is None:
        return ThreadRow(asked.key, None, "open", 0, rules)
    return ThreadRow(thread.url, thread.title, thread.state, thread.approved_count, rules)


def cursor_at(position: tuple[int, ...], *bound: str | int) -> str:
    """The cursor after that place of the list that `bound` names."""
    return cursors.write(settings.current().keyring, position, *bound)


def _position(cursor: str, numbers: int, *bound: str | int) -> tuple[int, ...]:
    return cursors.read_several(settings.current().keyring, cursor, numbers, *bound)


def _roots(sort: Sort) -> Select[*tuple[Any, ...]]:
    """Those that follow in order. Top: as many votes make the same rank, the newest goes first."""
    query = select(*COLUMNS).where(
        TABLE.thread_id == bindparam("thread"), TABLE.parent_id.is_(None), TABLE.shown
    )
    if sort is Sort.OLDEST:
        query = query.where(TABLE.id > bindparam("id")).order_by(TABLE.id)
    elif sort is Sort.NEWEST:
        query = query.where(TABLE.id < bindparam("id")).order_by(TABLE.id.desc())
    else:
        place = tuple_(bindparam("rank"), bindparam("id"))
        query = query.where(tuple_(TABLE.rank, TABLE.id) < place)
        query = query.order_by(TABLE.rank.desc(), TABLE.id.desc())
    return query.limit(bindparam("limit"))


def _first() -> Select[*tuple[Any, ...]]:
    """The subquery finds the last one wanted, so that no statement touches a whole branch."""
    root, nth = table(Comment).alias("root").c, table(Comment).alias("nth").c
    last_wanted = (
        select(nth.seq)
        .where(nth.root_id == root.id, nth.parent_id.is_not(None), nth.shown)
        .order_by(nth.seq)
        .limit(1)
        .offset(limits.FIRST_REPLIES)
        .scalar_subquery()
    )
    return (
        select(*COLUMNS)
        .where(TABLE.root_id == root.id)
        .where(root.id.in_(bindparam("roots", expanding=True)))
        .where(TABLE.parent_id.is_not(None), TABLE.shown)
        .where(TABLE.seq <= func.coalesce(last_wanted, ids.LARGEST))
        .order_by(root.id, TABLE.seq)
    )


# Made once, and of tables: to build a statement takes longer than to run it.
_START = {Sort.OLDEST: (0,), Sort.NEWEST: (ids.LARGEST,), Sort.TOP: (ids.LARGEST, ids.LARGEST)}
_ROOTS = {sort: _roots(sort) for sort in Sort}
_FIRST_REPLIES = _first()
_REPLIES = (
    select(*COLUMNS)
    .where(TABLE.root_id == bindparam("root"), TABLE.parent_id.is_not(None), TABLE.shown)
    .where(TABLE.seq > bindparam("after"))
    .order_by(TABLE.seq)
    .limit(bindparam("limit"))
)
_THREADS, _ORIGINS, _SITES = table(Thread).c, table(SiteOrigin).c, table(Site).c
# All that a page of comments is made of but the comments, whose changes change `version`, and the
# settings: an answer stands as long as this does.
THREAD = (
    select(_ORIGINS.site_id, _SITES.moderation, _THREADS.id, _THREADS.url, _THREADS.title)
    .add_columns(_THREADS.state, _THREADS.approved_count, _THREADS.version)
    .join_from(table(SiteOrigin), table(Site), _SITES.id == _ORIGINS.site_id)
    .outerjoin(
        table(Thread),
        and_(_THREADS.site_id == _ORIGINS.site_id, _THREADS.url_key == bindparam("key")),
    )
    .where(_ORIGINS.authority == bindparam("authority"))
    .limit(1)
)
COUNTS = (
    select(_THREADS.url_key, _ORIGINS.authority, _THREADS.approved_count, _THREADS.version)
    .where(_ORIGINS.site_id == _THREADS.site_id)
    .where(_ORIGINS.authority.in_(bindparam("authorities", expanding=True)))
    .where(_THREADS.url_key.in_(bindparam("keys", expanding=True)))
)
