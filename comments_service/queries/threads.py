"""A thread, page by page: one statement for the roots, one for their first replies, never more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, func, select, tuple_
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
from comments_service.queries.comments import CommentRow, public_row
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
    """Roots in order, each with its first replies by arrival. An unknown page: an empty thread."""
    with snapshot() as session:
        thread = session.scalar(
            select(Thread).where(Thread.site_id == site.id, Thread.url_key == asked.key)
        )
        if thread is None:
            if cursor is not None:
                raise cursors.foreign()
            return ThreadPage(ThreadRow(asked.key, None, "open", 0, _rules(site)), [], None)
        bound = ("roots", site.id, thread.id, sort)
        after = None if cursor is None else _position(cursor, _NUMBERS[sort], *bound)
        found = session.scalars(roots_of(thread, sort=sort, after=after).limit(limit + 1)).all()
        roots, more = found[:limit], len(found) > limit
        comments = _with_first_replies(session, site, roots)
        end = _cursor(_place(roots[-1], sort), *bound) if more else None
        return ThreadPage(_thread_row(site, thread), comments, end)


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
        found = session.scalars(
            select(Comment)
            .where(Comment.root_id == root_id, Comment.parent_id.is_not(None), Comment.shown)
            .where(Comment.seq > after)
            .order_by(Comment.seq)
            .limit(limit + 1)
        ).all()
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
        rows = session.execute(
            select(Thread.url_key, SiteOrigin.authority, Thread.approved_count)
            .join(SiteOrigin, SiteOrigin.site_id == Thread.site_id)
            .where(SiteOrigin.authority.in_({page.authority for page in pages}))
            .where(Thread.url_key.in_({page.key for page in pages}))
        )
        found = {(row.url_key, row.authority): row.approved_count for row in rows}
    asked = {page.key: found.get((page.key, page.authority)) for page in pages}
    return {key: count for key, count in asked.items() if count is not None}


def roots_of(thread: Thread, *, sort: Sort, after: tuple[int, ...] | None) -> Select[Comment]:
    """Those that follow in order. Top: as many votes make the same rank, the newest goes first."""
    query: Select[Comment] = select(Comment).where(
        Comment.thread_id == thread.id, Comment.parent_id.is_(None), Comment.shown
    )
    if sort is Sort.OLDEST:
        after = after or (0,)
        return query.where(Comment.id > after[0]).order_by(Comment.id)
    if sort is Sort.NEWEST:
        after = after or (ids.LARGEST,)
        return query.where(Comment.id < after[0]).order_by(Comment.id.desc())
    if after is not None:
        query = query.where(tuple_(Comment.rank, Comment.id) < after)
    return query.order_by(Comment.rank.desc(), Comment.id.desc())


def _place(root: Comment, sort: Sort) -> tuple[int, ...]:
    return (root.rank, root.id) if sort is Sort.TOP else (root.id,)


def _place_before(root: Comment, sort: Sort) -> tuple[int, ...]:
    """Where a page must begin to have this root first."""
    *rank, number = _place(root, sort)
    return (*rank, number - 1 if sort is Sort.OLDEST else number + 1)


_NUMBERS = {Sort.OLDEST: 1, Sort.NEWEST: 1, Sort.TOP: 2}  # in a place


def _with_first_replies(
    session: Session, site: SiteRow, roots: Sequence[Comment]
) -> list[CommentRow]:
    rows = [public_row(root, site_id=site.id) for root in roots]
    replies_of = _first_replies(session, [root.id for root in roots])
    found: list[CommentRow] = []
    for row in rows:
        below = replies_of.get(row.id, [])
        shown = [public_row(one, site_id=site.id) for one in below[: limits.FIRST_REPLIES]]
        more = len(below) > limits.FIRST_REPLIES
        end = _cursor((shown[-1].seq,), "replies", site.id, row.id) if more else None
        found += tree.nest([replace(row, replies_cursor=end), *shown])
    return found


def _first_replies(session: Session, root_ids: Sequence[int]) -> dict[int, list[Comment]]:
    """Each root's first shown descendants by arrival, and one more that tells whether more follow.

    The subquery finds the last one wanted, so that no statement touches a whole branch.
    """
    if not root_ids:
        return {}
    root, reply, nth = aliased(Comment), aliased(Comment), aliased(Comment)
    last_wanted = (
        select(nth.seq)
        .where(nth.root_id == root.id, nth.parent_id.is_not(None), nth.shown)
        .order_by(nth.seq)
        .limit(1)
        .offset(limits.FIRST_REPLIES)
        .correlate(root)
        .scalar_subquery()
    )
    query = (
        select(reply)
        .join(root, reply.root_id == root.id)
        .where(root.id.in_(root_ids), reply.parent_id.is_not(None), reply.shown)
        .where(reply.seq <= func.coalesce(last_wanted, ids.LARGEST))
        .order_by(reply.root_id, reply.seq)
    )
    found: dict[int, list[Comment]] = {}
    for one in session.scalars(query):
        found.setdefault(one.root_id, []).append(one)
    return found


def _thread_row(site: SiteRow, thread: Thread) -> ThreadRow:
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
