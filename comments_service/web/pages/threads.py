"""A thread to read without script, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request

from comments_service.domain import ids, people, tree
from comments_service.domain.errors import FieldError, Invalid, Missing
from comments_service.queries import sites, threads
from comments_service.queries.comments import CommentRow

blueprint = Blueprint("threads", __name__)

DEEPEST = 4
NO_PAGE = "This address names no page: it ends in ?url= and the address of a page with comments."


@dataclass(frozen=True)
class Line:
    """One comment in reading order, `level` deep; `answers` is the name it replies to.

    `unfinished` is the root of a branch that goes on elsewhere after this line.
    """

    comment: CommentRow
    level: int
    answers: str | None
    unfinished: CommentRow | None = None


@blueprint.get("/thread")
def thread() -> str:
    """With `root`: the replies of that comment, from where the first page left off."""
    url = _given("url")
    if not url:
        raise Invalid(FieldError("/url", NO_PAGE))
    site, page = sites.of_page(url)
    root, cursor = _given("root"), _given("cursor")
    if root is None:
        found = threads.page(page, cursor=cursor)
        whole, comments, following = found.thread, found.comments, found.next_cursor
    else:
        whole = threads.page(page, limit=1).thread
        below = threads.replies(_number(root), site=site, cursor=cursor)
        comments, following = tree.nest(below.comments), below.next_cursor
    return render_template(
        "pages/thread.html",
        site=site,
        thread=whole,
        asked=page.url,
        root=root,
        lines=[line for top in comments for line in _branch(top)],
        next_cursor=following,
        first=cursor is None,
        initials=people.initials,
    )


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


def _given(name: str) -> str | None:
    values = request.args.getlist(name)
    if len(values) > 1:
        raise Invalid(FieldError(f"/{name}", f"“{name}” is given more than once."))
    return values[0] if values else None


def _number(root: str) -> int:
    number = ids.parse(root)
    if number is None:
        raise Missing
    return number
