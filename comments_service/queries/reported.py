"""The list of comments with reports that nobody settled, the most reported first.

A place in it is how often a comment was reported, and its id. `site_ids` bounds everything here;
None means every site.
"""

from sqlalchemy import ColumnElement, func, literal_column, select, tuple_

from comments_service.database import snapshot
from comments_service.models import Comment
from comments_service.queries import cards, sites, words
from comments_service.queries.cards import ModeratedRow
from comments_service.queries.sites import SiteIds

Place = tuple[int, int]


def comments(*, site_ids: SiteIds, limit: int, after: Place | None = None) -> list[ModeratedRow]:
    ids = select(Comment.id).where(*_reported(site_ids))
    if after is not None:
        ids = ids.where(tuple_(Comment.open_reports, Comment.id) < after)
    order = [Comment.open_reports.desc(), Comment.id.desc()]
    with snapshot() as session:
        return cards.of_ids(session, ids.order_by(*order).limit(limit), order=order, limit=limit)


def previous(*, site_ids: SiteIds, before: Place) -> int | None:
    """The id of the comment that stands right before this place."""
    with snapshot() as session:
        return session.scalar(
            select(Comment.id)
            .where(*_reported(site_ids), _stands_before(before))
            .order_by(Comment.open_reports, Comment.id)
            .limit(1)
        )


def count(*, site_ids: SiteIds, before: Place | None = None) -> int:
    """How many comments the list has, or has before a place."""
    query = select(func.count()).select_from(Comment).where(*_reported(site_ids))
    if before is not None:
        query = query.where(_stands_before(before))
    with snapshot() as session:
        return session.scalar(query) or 0


def place(comment_id: int, *, site_ids: SiteIds) -> Place | None:
    """Where a comment stands; None for one that isn't in the list."""
    query = select(Comment.open_reports).where(Comment.id == comment_id, *_reported(site_ids))
    with snapshot() as session:
        reports = session.scalar(query)
        return None if reports is None else (reports, comment_id)


def _stands_before(place: Place) -> ColumnElement[bool]:
    return tuple_(Comment.open_reports, Comment.id) > place


def _reported(site_ids: SiteIds) -> list[ColumnElement[bool]]:
    """Written so that SQLite goes by the index of reported ones: zero is no parameter, and the
    sites are unplanned, or it looks at all that they have.
    """
    reported = Comment.open_reports > literal_column("0")
    of_sites = sites.within(Comment.site_id, site_ids)
    return [reported, *map(words.unplanned, of_sites)]
