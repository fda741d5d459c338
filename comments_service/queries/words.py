"""What a moderator's search finds in a list: words, a whole e-mail or how a name begins, or an
author's own.

What is common is found by walking a little way along the list, what is rare by the indexes; either
alone would read a large table through. Everything is ordered by id.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import Session

from comments_service.domain import words
from comments_service.models import Comment
from comments_service.models import words as tables

Where = Sequence[ColumnElement[bool]]
WALKED = 2_000  # comments that are looked at one by one
STEP = 250  # of them at a time
_ID = Comment.__table__.c.id
_HELD_FOR = {
    "sqlite": "EXISTS (SELECT 1 FROM json_each(comments.reasons)"
    " WHERE json_extract(value, '$.code') = :code)",
    "postgresql": "EXISTS (SELECT 1 FROM json_array_elements(comments.reasons) AS reason"
    " WHERE reason ->> 'code' = :code)",
}
_LAST = "\U0010ffff"  # sorts behind whatever a name goes on with


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A part of a list: beyond the id `after`, in which order, at most how many."""

    after: int | None
    newest_first: bool
    limit: int

    def beyond(self, key: ColumnElement[int]) -> Where:
        if self.after is None:
            return []
        return [key < self.after if self.newest_first else key > self.after]

    def order(self, key: ColumnElement[int]) -> ColumnElement[int]:
        return key.desc() if self.newest_first else key


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`author` wrote it, and `q` finds it; `also` has conditions that no index helps with."""

    author: str | None = None
    q: str | None = None
    also: Where = ()


def find(
    session: Session, asked: Asked, near: Select[int], listed: ColumnElement[bool], stretch: Stretch
) -> list[int]:
    """The ids of the first comments of a list that are asked for.

    `near` has the first WALKED ids of the list, `listed` says what is in it.
    """
    search = _Search(session.get_bind().dialect.name, asked)
    found, ended = _walk(session, search, near, stretch)
    if not ended and len(found) < stretch.limit:
        for far in search.by_index(stretch, listed):
            found.update(session.scalars(far))
    return sorted(found, reverse=stretch.newest_first)[: stretch.limit]


def unplanned(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same conditions, but in a CASE, where they tempt no planner to go by their index."""
    return case((and_(*where), 1), else_=0) == 1


def held_for(session: Session, code: str) -> ColumnElement[bool]:
    """That a comment's reasons have this code."""
    return _said(_HELD_FOR[session.get_bind().dialect.name], code=code)


def _walk(
    session: Session, search: "_Search", near: Select[int], stretch: Stretch
) -> tuple[set[int], bool]:
    """What is found among the next comments of a list, and whether the list ended there."""
    fits = case((search.fits(), 1), else_=0)
    query = select(Comment.id, fits).outerjoin(*search.beside).where(_ID.in_(near))
    found: set[int] = set()
    walked = 0
    query = query.order_by(stretch.order(_ID))
    with session.execute(query.execution_options(yield_per=STEP)) as rows:
        for comment_id, found_it in rows:
            walked += 1
            if found_it:
                found.add(comment_id)
            if len(found) == stretch.limit:
                break
    return found, walked < WALKED


class _Search:
    """One query in the words of one database."""

    def __init__(self, dialect: str, asked: Asked) -> None:
        self.sqlite = dialect == "sqlite"
        self.table = tables.of(dialect)
        [self.key, _words] = self.table.c
        self.beside = (self.table, self.key == Comment.id)
        self.asked, query = asked, asked.q or ""
        self.terms = words.asked(query)
        self.email = query.lower() if "@" in query else None
        self.beginnings = _spellings(query) if query else []

    def fits(self) -> ColumnElement[bool]:
        """Whether a comment that stands beside its words is asked for."""
        ways = [self._begins(name) for name in self.beginnings]
        if self.terms:
            ways.append(self._has_words())
        if self.email:
            ways.append(_has_email(self.email))
        by = _written_by(self.asked.author) if self.asked.author else ()
        return and_(true(), *(or_(*either) for either in (ways, by) if either), *self.asked.also)

    def by_index(self, stretch: Stretch, listed: ColumnElement[bool]) -> Iterator[Select[Any]]:
        """Each way to find comments of a list without a look at all of it."""
        rest = unplanned(listed, *stretch.beyond(_ID), *self.asked.also)
        ids = select(Comment.id).where(rest).limit(stretch.limit)
        sorted_ids = ids.order_by(stretch.order(_ID + 0))
        if self.asked.author:
            for by_author in _written_by(self.asked.author):
                by_him = sorted_ids.outerjoin(*self.beside).where(by_author)
                yield by_him.where(unplanned(self.fits()))
            return
        if self.terms:
            at = ids.join(*self.beside).where(*stretch.beyond(self.key))
            yield at.where(self._matches()).order_by(stretch.order(self.key))
        if self.email:
            yield sorted_ids.where(_has_email(self.email))
        for name in self.beginnings:
            yield sorted_ids.where(self._begins(name))

    def _begins(self, name: str) -> ColumnElement[bool]:
        lower = func.lower(Comment.author_name)
        if self.sqlite:
            return and_(lower >= name, lower < name + _LAST)
        return and_(lower.bool_op("~>=~")(name), lower.bool_op("~<~")(name + _LAST))

    def _matches(self) -> ColumnElement[bool]:
        """Found by the index of words."""
        if self.sqlite:
            asked = " AND ".join(
                f'"{" ".join(term.words)}"{"*" if term.begins else ""}' for term in self.terms
            )
            return _said("comment_words MATCH :asked", asked=asked)
        phrases = [[f"'{word}'" for word in term.words] for term in self.terms]
        ends = [":*" if term.begins else "" for term in self.terms]
        asked = " & ".join(
            f"({' <-> '.join(phrase)}{end})" for phrase, end in zip(phrases, ends, strict=True)
        )
        return _said("comment_words.words @@ CAST(:asked AS tsquery)", asked=asked)

    def _has_words(self) -> ColumnElement[bool]:
        """The same of one row at hand, where FTS5 would search all of its index again."""
        if not self.sqlite:
            return self._matches()
        text_of = literal(" ").concat(self.table.c.words).concat(" ")
        return and_(
            *(
                func.instr(text_of, f" {' '.join(term.words)}{'' if term.begins else ' '}") > 0
                for term in self.terms
            )
        )


def _written_by(author: str) -> tuple[ColumnElement[bool], ...]:
    """By a whole e-mail or a whole name, which is found by its lowered index: unplanned, or SQLite
    puts the one name into the other condition.
    """
    alike = func.lower(Comment.author_name) == func.lower(author)
    return _has_email(author.lower()), and_(alike, unplanned(Comment.author_name == author))


def _has_email(email: str) -> ColumnElement[bool]:
    return and_(Comment.author_email.is_not(None), func.lower(Comment.author_email) == email)


def _spellings(beginning: str) -> list[str]:
    """A database may know capitals of ASCII alone: the usual ones of other letters besides."""
    ways = (beginning, beginning.lower(), beginning.upper(), beginning.title())
    return list(dict.fromkeys(one.encode().lower().decode() for one in ways))


def _said(condition: str, **values: str) -> ColumnElement[bool]:
    return and_(true(), text(condition).bindparams(**values))
