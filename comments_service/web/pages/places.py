"""Which thread a page without script is about, in which order it is read, and where in it a comment
stands. All of that is in the page's address.
"""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from comments_service.domain import ids
from comments_service.domain.cursors import Sort
from comments_service.domain.errors import FieldError, Invalid, Missing, Unavailable
from comments_service.domain.urls import Page
from comments_service.queries import permalinks, sites, threads
from comments_service.queries.permalinks import Permalink
from comments_service.queries.sites import SiteRow
from comments_service.queries.threads import ThreadPage, ThreadRow

NO_PAGE = "This address names no page: it ends in ?url= and the address of a page with comments."


@dataclass(frozen=True)
class Place:
    """A thread in one of its orders."""

    page: Page
    sort: Sort

    def address(self, **more: Any) -> str:
        """Of its page without script."""
        return self.link("pages.threads.thread", **more)

    def link(self, endpoint: str, **more: Any) -> str:
        """An address that is about this thread; the usual order needn't be named."""
        order = None if self.sort is Sort.OLDEST else self.sort.value
        return url_for(endpoint, url=self.page.url, sort=order, **more)

    def roots(self, cursor: str | None = None, **more: int) -> ThreadPage:
        return threads.page(self.page, sort=self.sort, cursor=cursor, **more)


@dataclass(frozen=True, kw_only=True)
class Above:
    """What a form stands below: whose page it is, its thread, the comment that is answered, and the
    address to go `back` to. Nothing but that one while the database is away.
    """

    back: str
    site: SiteRow | None = None
    thread: ThreadRow | None = None
    answered: Permalink | None = None


def asked() -> Place:
    """Invalid for what is no page or no order. A form may hold the address, too."""
    url = request.form.get("url") or given("url")
    if not url:
        raise Invalid(FieldError("/url", NO_PAGE))
    return Place(sites.page(url), _sort(given("sort")))


def given(name: str) -> str | None:
    """A value of the address; Invalid when it stands there twice."""
    values = request.args.getlist(name)
    if len(values) > 1:
        raise Invalid(FieldError(f"/{name}", f"“{name}” is given more than once."))
    return values[0] if values else None


def number(comment_id: str) -> int:
    """Missing for what is no id."""
    found = ids.parse(comment_id)
    if found is None:
        raise Missing
    return found


def find(comment_id: str, place: Place, site: SiteRow) -> Permalink | None:
    """An approved comment of this very thread, if it is still there."""
    try:
        found = permalinks.find(number(comment_id), site=site, sort=place.sort)
        place.roots(found.root_cursor, limit=1)  # Invalid where that is another thread's
    except (Missing, Invalid):
        return None
    return found


def above(place: Place, reply_to: str | None = None) -> Above:
    try:
        site, _page = sites.of_page(place.page.url)
        answered = find(reply_to, place, site) if reply_to else None
        back = address_of(answered, place) if answered else place.address()
        thread = place.roots(limit=1).thread
    except Unavailable:
        return Above(back=place.address())
    return Above(back=back, site=site, thread=thread, answered=answered)


def address_of(found: Permalink, place: Place) -> str:
    """The address of the page that shows this comment: the first one, if it does."""
    return place.address(**_spot(found, place), _anchor=f"comment-{found.comment.id}")


def _spot(found: Permalink, place: Place) -> dict[str, Any]:
    if found.comment.id in _shown(place.roots()):
        return {}
    if found.replies_cursor is not None:
        return {"root": found.root.id, "cursor": found.replies_cursor}
    return {"cursor": found.root_cursor}


def _shown(whole: ThreadPage) -> set[int]:
    """The ids of all that stands on a page."""
    seen: set[int] = set()
    stack = list(whole.comments)
    while stack:
        one = stack.pop()
        seen.add(one.id)
        stack += one.replies
    return seen


def _sort(name: str | None) -> Sort:
    if name is None:
        return Sort.OLDEST
    if name not in set(Sort):
        raise Invalid(FieldError("/sort", f"Choose one of: {', '.join(Sort)}."))
    return Sort(name)
