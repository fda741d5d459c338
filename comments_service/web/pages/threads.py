"""A thread to read without script, page by page, with the forms to take part in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, render_template

from comments_service.domain import tree
from comments_service.domain.cursors import Sort
from comments_service.domain.errors import Missing
from comments_service.queries import sites, status, threads
from comments_service.queries.comments import CommentRow
from comments_service.queries.sites import SiteRow
from comments_service.queries.status import Fate, StatusRow
from comments_service.queries.threads import ThreadRow
from comments_service.web.pages import comments, places, structured
from comments_service.web.pages.forms import Form
from comments_service.web.pages.places import Place

blueprint = Blueprint("threads", __name__)

DEEPEST = 4


@dataclass(frozen=True)
class Line:
    """One comment in reading order, `level` deep; `answers` is the name it replies to.

    `unfinished` is the root of a branch that goes on elsewhere after this line.
    """

    comment: CommentRow
    level: int
    answers: str | None
    unfinished: CommentRow | None = None


@dataclass(frozen=True)
class Own:
    """A comment that was just posted, for who has its status token; `address` once it is shown."""

    row: StatusRow
    token: str
    address: str | None


@dataclass(frozen=True)
class Read:
    """What one page shows: the thread's roots, or the replies of one `root`."""

    thread: ThreadRow
    comments: Sequence[CommentRow]
    next_cursor: str | None
    root: str | None


@blueprint.get("/thread")
def thread() -> str:
    """With `root`: the replies of that comment, from where the first page left off. With
    `reply_to`: the form to answer that comment, as long as it is there.
    """
    place = places.asked()
    site, _page = sites.of_page(place.page.url)
    reply_to = places.given("reply_to")
    above = places.above(place, reply_to) if reply_to else None
    if above and above.answered:
        return comments.ask(place, Form(), above)
    read = _read(place, site)
    return render_template(
        "pages/thread.html",
        site=site,
        place=place,
        sorts=_sorts(place, read.thread),
        read=read,
        thread=read.thread,
        lines=[line for top in read.comments for line in _branch(top)],
        first=places.given("cursor") is None,
        gone=reply_to is not None,
        own=_own(place, site),
        subscribed=places.given("asked") is not None,
        form=Form(),
        structured=structured.of_thread(read.thread, read.comments, site),
    )


def _read(place: Place, site: SiteRow) -> Read:
    root, cursor = places.given("root"), places.given("cursor")
    if root is None:
        whole = place.roots(cursor)
        return Read(whole.thread, whole.comments, whole.next_cursor, None)
    thread = place.roots(limit=1).thread
    below = threads.replies(places.number(root), site=site, cursor=cursor)
    return Read(thread, tree.nest(below.comments), below.next_cursor, root)


def _sorts(place: Place, thread: ThreadRow) -> dict[Sort, str]:
    """The orders there are, with their addresses; without votes nothing is at the top."""
    return {
        one: replace(place, sort=one).address()
        for one in Sort
        if one is not Sort.TOP or thread.rules.votes != "off"
    }


def _own(place: Place, site: SiteRow) -> Own | None:
    """Nothing for a token that proves nothing, or is of another thread."""
    token = places.given("posted")
    if token is None:
        return None
    try:
        row = status.of_token(token)
    except Missing:
        return None
    if row.page.url_key != place.page.key:
        return None
    shown = row.fate is Fate.PUBLISHED
    found = places.find(str(row.comment_id), place, site) if shown else None
    return Own(row, token, places.address_of(found, place) if found else None)


def _branch(top: CommentRow) -> Sequence[Line]:
    """A comment and what is below it, depth first, without recursion."""
    names: dict[int, str] = {}
    lines: list[Line] = []
    stack = [top]
    while stack:
        one = stack.pop()
        if one.author is not None:
            names[one.id] = one.author.name
        lines.append(Line(one, min(one.depth, DEEPEST), names.get(one.parent_id or 0)))
        stack += reversed(one.replies)
    if top.replies_cursor:
        lines[-1] = replace(lines[-1], unfinished=top)
    return lines
