"""Reads config/demo.toml into frozen rows; refuses, in one line, a file that couldn't be seeded.

An unknown key, a parent that comes later and a name twice are mistakes here, not in the database.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

FILE = "demo.toml"
LANG = "en"  # the paper's own
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
STATES = ("approved", "pending", "rejected", "spam")
BADGES = ("team", "author")
SCOPES = ("thread", "replies")
OPENINGS = ("visible", "click", "now")

Row = TypeVar("Row")


class BadContent(Exception):
    """The file is missing or can't be used; its text is one line."""


@dataclass(frozen=True, kw_only=True)
class Comment:
    """`id`, `parent` and `visitor` (a browser) are names that hold inside the file only. `votes`:
    how many other readers voted it up.
    """

    id: str
    name: str
    body: str
    minutes_ago: int
    lang: str
    parent: str | None = None
    state: str = "approved"
    badge: str | None = None
    email: str | None = None
    visitor: str | None = None
    notify_of: str | None = None
    votes: int = 0

    @property
    def age(self) -> timedelta:
        return timedelta(minutes=self.minutes_ago)


@dataclass(frozen=True, kw_only=True)
class Article:
    slug: str
    title: str
    byline: str
    minutes_ago: int
    paragraphs: tuple[str, ...]
    comments: tuple[Comment, ...]
    lang: str = LANG
    kicker: str = ""
    standfirst: str = ""
    open: str = "visible"
    picture: str | None = None
    caption: str = ""

    @property
    def dir(self) -> str:
        return "rtl" if self.lang in RIGHT_TO_LEFT else "ltr"

    @property
    def path(self) -> str:
        return f"/articles/{self.slug}"


@dataclass(frozen=True, kw_only=True)
class Content:
    """`settings` are unchecked: the settings' own reader judges them. `front`: the articles in the
    paper's own language.
    """

    settings: Mapping[str, Any]
    site_name: str
    tagline: str
    moderator: str
    articles: tuple[Article, ...]

    @property
    def front(self) -> tuple[Article, ...]:
        return tuple(one for one in self.articles if one.lang == LANG)

    def article_in(self, lang: str) -> Article:
        """The first in that language, else the first."""
        return next((one for one in self.articles if one.lang == lang), self.articles[0])


def find() -> Path:
    """The file of the checkout, else the one packed beside this module."""
    checkout = Path(__file__).parents[2] / "config" / FILE
    packed = Path(__file__).with_name(FILE)
    for path in (checkout, packed):
        if path.is_file():
            return path
    raise BadContent(f"The demo's content is missing: neither {checkout} nor {packed} is there.")


def load(path: Path | None = None) -> Content:
    path = path or find()
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except OSError as error:
        raise BadContent(f"{path} can't be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadContent(f"{path} isn't TOML: {error}.") from error
    try:
        return _content(document)
    except _Mistake as mistake:
        raise BadContent(f"{path}: {mistake}.") from mistake


class _Mistake(Exception):
    pass


def _content(document: Mapping[str, Any]) -> Content:
    _only(document, {"settings", "site", "articles"}, where="the file")
    site = cast("Mapping[str, Any]", document.get("site", {}))
    _only(site, {"name", "tagline", "moderator"}, where="[site]")
    articles = tuple(_article(table) for table in document.get("articles", []))
    _distinct((article.slug for article in articles), what="slug")
    if not articles:
        raise _Mistake("it has no [[articles]]")
    try:
        return Content(
            settings=document.get("settings", {}),
            site_name=site["name"],
            tagline=site.get("tagline", ""),
            moderator=site["moderator"],
            articles=articles,
        )
    except KeyError as key:
        raise _Mistake(f"[site] lacks {key}") from key


def _article(table: Mapping[str, Any]) -> Article:
    where = f"article {table.get('slug', '?')}"
    comments = tuple(_comment(row, where=where) for row in table.get("comments", []))
    given = dict(table) | {"comments": comments, "paragraphs": tuple(table.get("paragraphs", ()))}
    article = _row(Article, given, where=where)
    _one_of(article.open, OPENINGS, where=f"{where}: open")
    _distinct((comment.id for comment in comments), what=f"{where}: id")
    _check_parents(comments, where=where)
    return article


def _comment(table: Mapping[str, Any], *, where: str) -> Comment:
    where = f"{where}, comment {table.get('id', '?')}"
    comment = _row(Comment, dict(table), where=where)
    _one_of(comment.state, STATES, where=f"{where}: state")
    _one_of(comment.badge, (None, *BADGES), where=f"{where}: badge")
    _one_of(comment.notify_of, (None, *SCOPES), where=f"{where}: notify_of")
    if comment.notify_of and not comment.email:
        raise _Mistake(f"{where}: notify_of needs an email")
    if comment.votes and comment.state != "approved":
        raise _Mistake(f"{where}: nobody votes on what isn't approved")
    return comment


def _check_parents(comments: Iterable[Comment], *, where: str) -> None:
    seen: dict[str, Comment] = {}
    for comment in comments:
        if comment.parent is not None:
            parent = seen.get(comment.parent)
            if parent is None:
                raise _Mistake(f"{where}, comment {comment.id}: no {comment.parent} before it")
            if parent.minutes_ago < comment.minutes_ago:
                raise _Mistake(f"{where}, comment {comment.id}: older than what it answers")
        seen[comment.id] = comment


def _row(kind: type[Row], given: dict[str, Any], *, where: str) -> Row:
    columns = fields(cast("Any", kind))
    _only(given, {column.name for column in columns}, where=where)
    for column in columns:
        if column.default is MISSING and column.name not in given:
            raise _Mistake(f"{where} lacks {column.name!r}")
        value = given.get(column.name, column.default)
        wanted = (int,) if column.type is int else (str, tuple, type(None))
        if not isinstance(value, wanted) or (value is None and column.default is not None):
            raise _Mistake(f"{where}: {column.name} can't be {value!r}")
    return kind(**given)


def _only(table: Mapping[str, Any], known: set[str], *, where: str) -> None:
    if unknown := sorted(set(table) - known):
        raise _Mistake(f"{where} has an unknown key {unknown[0]!r}")


def _one_of(value: str | None, known: tuple[str | None, ...], *, where: str) -> None:
    if value not in known:
        raise _Mistake(f"{where} can't be {value!r}")


def _distinct(values: Iterable[str], *, what: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise _Mistake(f"{what} {value!r} stands twice")
        seen.add(value)
