"""A thread, page by page: one statement for the roots, one for their first replies, never more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from sqlalchemy import Select, bindparam, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from comments_service import settings
from comments_service.database import snapshot
from comments_service.domain import cursors, ids, limits, tree
from comments_service.domain.cursors import Sort
from comments_service.domain.errors import Missing
from comments_service.domain.states import State
from comments_service.domain.urls import Page
from comments_service.models import Comment, SiteOrigin, Thread
from comments_service.queries.ancestors import ancestors
from comments_service.queries.comments import COLUMNS, CommentRow, Shown, public_row
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


@dataclass(frozen=True)
class Permalink:
    comment: CommentRow
    root: CommentRow
    ancestors: Sequence[CommentRow]
    root_cursor: str
    replies_cursor: str | None


def page(
    site: SiteRow,
    asked: Page,
    *,
    sort: Sort = Sort.OLDEST,
    limit: int = limits.PAGE_SIZE,
    cursor: str | None = None,
) -> ThreadPage:
    """Roots in order, each with its first replies by arrival: `limit` of them, or fewer where their
    texts are long. An unknown page: an empty thread.
    """
    with snapshot() as session:
        thread = session.execute(_THREAD, {"site": site.id, "key": asked.key}).first()
        if thread is None:
            if cursor is not None:
                raise cursors.foreign()
            return ThreadPage(ThreadRow(asked.key, None, "open", 0, _rules(site)), [], None)
        bound = ("roots", site.id, thread.id, sort)
        after = _START[sort] if cursor is None else _position(cursor, len(_START[sort]), *bound)
        place = dict(zip(("id", "rank"), reversed(after), strict=False))
        given = {"thread": thread.id, "limit": limit + 1} | place
        found: Sequence[Shown] = session.execute(_ROOTS[sort], given).all()
        branches = _branches(session, site, found[:limit])
        more = len(found) > len(branches)
        end = _cursor(_place(found[len(branches) - 1], sort), *bound) if more else None
        return ThreadPage(_thread_row(site, thread), list(chain(*branches)), end)


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
        rows = [public_row(comment, site_id=site.id) for comment in found[:limit]]
        more = len(found) > limit
        end = _cursor((rows[-1].seq,), *bound) if more else None
        return RepliesPage(rows, end)


def permalink(comment_id: int, *, site: SiteRow, sort: Sort = Sort.OLDEST) -> Permalink:
    """An approved comment and where to find it. Missing for a held or unknown one."""
    with snapshot() as session:
        comment = session.get(Comment, comment_id)
        if comment is None or comment.site_id != site.id or comment.state != State.APPROVED:
            raise Missing
        above = ancestors(session, comment)
        root = session.get_one(Comment, comment.root_id)
        found = session.scalars(
            select(Comment).where(Comment.id.in_(above[: limits.ANCESTORS])).order_by(Comment.seq)
        )
        return Permalink(
            comment=public_row(comment, site_id=site.id),
            root=public_row(root, site_id=site.id),
            ancestors=[public_row(one, site_id=site.id) for one in found],
            root_cursor=_cursor(
                _place_before(root, sort), "roots", site.id, comment.thread_id, sort
            ),
            replies_cursor=_cursor((comment.seq - 1,), "replies", site.id, root.id)
            if comment.parent_id
            else None,
        )


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


def _place(root: Shown, sort: Sort) -> tuple[int, ...]:
    return (root.rank, root.id) if sort is Sort.TOP else (root.id,)


def _place_before(root: Shown, sort: Sort) -> tuple[int, ...]:
    """Where a page must begin to have this root first."""
    *rank, number = _place(root, sort)
    return (*rank, number - 1 if sort is Sort.OLDEST else number + 1)


def _branches(session: Session, site: SiteRow, roots: Sequence[Shown]) -> list[list[CommentRow]]:
    """Each root with its first replies; the first root, and as many as fit on a page with it."""
    replies_of = _first_replies(session, [root.id for root in roots])
    branches: list[list[CommentRow]] = []
    room = limits.PAGE_TEXT
    for root in roots:
        row, below = public_row(root, site_id=site.id), replies_of.get(root.id, [])
        shown = [public_row(one, site_id=site.id) for one in below[: limits.FIRST_REPLIES]]
        room -= sum(len(one.body_html or "") for one in (row, *shown))
        if room < 0 and branches:
            break
        if len(below) > limits.FIRST_REPLIES:
            row = replace(row, replies_cursor=_cursor((shown[-1].seq,), "replies", site.id, row.id))
        branches.append(tree.nest([row, *shown]))
    return branches


def _first_replies(session: Session, root_ids: Sequence[int]) -> dict[int, list[Shown]]:
    """Each root's first shown descendants by arrival, and one more that tells of the others."""
    found: dict[int, list[Shown]] = {}
    if root_ids:
        rows: Iterable[Shown] = session.execute(_FIRST_REPLIES, {"roots": root_ids})
        for one in rows:
            found.setdefault(one.root_id, []).append(one)
    return found


def _thread_row(site: SiteRow, thread: Any) -> ThreadRow:
    return ThreadRow(thread.url, thread.title, thread.state, thread.approved_count, _rules(site))


def _rules(site: SiteRow) -> RulesRow:
    chosen = settings.current()
    return RulesRow(
        max_length=chosen.max_length,
        edit_seconds=chosen.edit_seconds,
        notify=chosen.mails_readers,
        moderation=site.moderation or chosen.moderation,
        votes=chosen.votes,
    )


def _cursor(position: tuple[int, ...], *bound: str | int) -> str:
    return cursors.write(settings.current().keyring, position, *bound)


def _position(cursor: str, numbers: int, *bound: str | int) -> tuple[int, ...]:
    return cursors.read_several(settings.current().keyring, cursor, numbers, *bound)


def _roots(sort: Sort) -> Select[*tuple[Any, ...]]:
    """Those that follow in order. Top: as many votes make the same rank, the newest goes first."""
    query = select(*COLUMNS, Comment.rank).where(
        Comment.thread_id == bindparam("thread"), Comment.parent_id.is_(None), Comment.shown
    )
    if sort is Sort.OLDEST:
        query = query.where(Comment.id > bindparam("id")).order_by(Comment.id)
    elif sort is Sort.NEWEST:
        query = query.where(Comment.id < bindparam("id")).order_by(Comment.id.desc())
    else:
        place = tuple_(bindparam("rank"), bindparam("id"))
        query = query.where(tuple_(Comment.rank, Comment.id) < place)
        query = query.order_by(Comment.rank.desc(), Comment.id.desc())
    return query.limit(bindparam("limit"))


def _first() -> Select[*tuple[Any, ...]]:
    """The subquery finds the last one wanted, so that no statement touches a whole branch."""
    root, nth = aliased(Comment), aliased(Comment)
    last_wanted = (
        select(nth.seq)
        .where(nth.root_id == root.id, nth.parent_id.is_not(None), nth.shown)
        .order_by(nth.seq)
        .limit(1)
        .offset(limits.FIRST_REPLIES)
        .correlate(root)
        .scalar_subquery()
    )
    return (
        select(*COLUMNS)
        .join(root, Comment.root_id == root.id)
        .where(root.id.in_(bindparam("roots", expanding=True)))
        .where(Comment.parent_id.is_not(None), Comment.shown)
        .where(Comment.seq <= func.coalesce(last_wanted, ids.LARGEST))
        .order_by(root.id, Comment.seq)
    )


# Made once: to build a statement takes longer than to run it.
_START = {Sort.OLDEST: (0,), Sort.NEWEST: (ids.LARGEST,), Sort.TOP: (ids.LARGEST, ids.LARGEST)}
_ROOTS = {sort: _roots(sort) for sort in Sort}
_FIRST_REPLIES = _first()
_REPLIES = (
    select(*COLUMNS)
    .where(Comment.root_id == bindparam("root"), Comment.parent_id.is_not(None), Comment.shown)
    .where(Comment.seq > bindparam("after"))
    .order_by(Comment.seq)
    .limit(bindparam("limit"))
)
_THREAD = select(Thread.id, Thread.url, Thread.title, Thread.state, Thread.approved_count).where(
    Thread.site_id == bindparam("site"), Thread.url_key == bindparam("key")
)
COUNTS = (
    select(Thread.url_key, SiteOrigin.authority, Thread.approved_count, Thread.version)
    .join(SiteOrigin, SiteOrigin.site_id == Thread.site_id)
    .where(SiteOrigin.authority.in_(bindparam("authorities", expanding=True)))
    .where(Thread.url_key.in_(bindparam("keys", expanding=True)))
)
