"""What the public calls that are kept ready ask for: by which name their answer is kept, and what
it depends on. Whatever isn't plainly asked is None here, and Flask's to answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qs

from marshmallow import Schema, ValidationError

from comments_service.domain import limits
from comments_service.domain.urls import BadUrl, Page, parse_page
from comments_service.queries.versions import Stamp, Watch
from comments_service.schemas.queries import CountsQuerySchema, ThreadQuerySchema

PAGE_BYTES = 600
THREAD, COUNTS = "/api/v1/comments", "/api/v1/counts"


@dataclass(frozen=True, slots=True)
class Question:
    """Two with the same `key` have the same answer as long as their `stamp` is the same; it is None
    where there is no answer to keep.
    """

    key: tuple[object, ...]
    stamp: Callable[[Watch], Stamp | None]

    @property
    def size(self) -> int:
        """Its bytes of memory, about: those of its key, and of a page for each address in it."""
        return PAGE_BYTES * len(self.key) + sum(len(str(part)) for part in self.key)


def parse(path: str, query: str) -> Question | None:
    """As the view's own schema loads it; None for what it may refuse."""
    if not query.isascii():
        return None
    try:
        given = parse_qs(query, keep_blank_values=True, errors="strict")
    except ValueError:
        return None
    return PARSERS[path](given)


def _thread(given: dict[str, list[str]]) -> Question | None:
    """Only the widget's pages: of any other length there are a hundred of each."""
    values = _load(_thread_query, {name: given[name] for name in _THREAD_NAMES & given.keys()})
    if values is None or values["limit"] != limits.PAGE_SIZE:
        return None
    page = _page(values["url"])
    if page is None:
        return None
    key = (THREAD, page.key, values["sort"], values["cursor"])
    return Question(key, lambda watch: watch.thread(page))


def _counts(given: dict[str, list[str]]) -> Question | None:
    values = _load(_counts_query, {}, url=given.get("url", []))
    if values is None:
        return None
    pages = [page for page in map(_page, dict.fromkeys(values["url"])) if page]
    return Question((COUNTS, *values["url"]), lambda watch: watch.counts(pages))


def _load(schema: Schema, given: dict[str, list[str]], **values: object) -> dict[str, Any] | None:
    """None also where a name that counts stands twice."""
    if any(len(found) > 1 for found in given.values()):
        return None
    single = {name: found[0] for name, found in given.items()}
    try:
        return cast("dict[str, Any]", schema.load(single | values))
    except (ValidationError, OverflowError, ValueError):
        return None


def _page(url: str) -> Page | None:
    try:
        return parse_page(url)
    except BadUrl:
        return None


_thread_query = ThreadQuerySchema()
_counts_query = CountsQuerySchema()
_THREAD_NAMES = frozenset(cast("dict[str, object]", _thread_query.fields))  # pyright: ignore[reportUnknownMemberType] - fields of any type
PARSERS: dict[str, Callable[[dict[str, list[str]]], Question | None]] = {
    THREAD: _thread,
    COUNTS: _counts,
}
