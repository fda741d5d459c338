"""What a moderator's search finds in a list: words, a whole e-mail or how a name begins.

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


def find(
    session: Session, lists: Sequence[Where], query: str, stretch: Stretch, *, also: Where = ()
) -> list[int]:
    """The ids of the first comments in any of these lists that a query finds.

    `also` has conditions that no index helps with.
    """
    search = _Search(session.get_bind().dialect.name, query)
    found: set[int] = set()
    for where in lists:
        near, ended = _walk(session, search, where, stretch, also)
        if not ended and len(near) < stretch.limit:
            for far in search.by_index(stretch, [*where, *also]):
                near.update(session.scalars(far))
        found |= near
    return sorted(found, reverse=stretch.newest_first)[: stretch.limit]


def unplanned(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same conditions, but in a CASE, where they tempt no planner to go by their index."""
    return case((and_(*where), 1), else_=0) == 1


def held_for(session: Session, code: str) -> ColumnElement[bool]:
    """That a comment's reasons have this code."""
    return _said(_HELD_FOR[session.get_bind().dialect.name], code=code)


def _walk(
    session: Session, search: "_Search", where: Where, stretch: Stretch, also: Where
) -> tuple[set[int], bool]:
    """What is found among the next comments of a list, and whether the list ended there."""
    fits = case((and_(search.fits(), *also), 1), else_=0)
    query = search.beside(select(Comment.id, fits)).where(*where, *stretch.beyond(_ID))
    found: set[int] = set()
    walked = 0
    query = query.order_by(stretch.order(_ID)).limit(WALKED)
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

    def __init__(self, dialect: str, query: str) -> None:
        self.sqlite = dialect == "sqlite"
        self.table = tables.of(dialect)
        [self.key, _words] = self.table.c
        self.terms = words.asked(query)
        self.email = query.lower() if "@" in query else None
        self.beginnings = _spellings(query)

    def beside(self, query: Select[int, int]) -> Select[int, int]:
        """Comments with their words, if they have any."""
        return query.outerjoin(self.table, self.key == Comment.id)

    def fits(self) -> ColumnElement[bool]:
        """Whether it finds a comment that stands beside its words."""
        ways = [self._begins(name) for name in self.beginnings]
        if self.terms:
            ways.append(self._has_words())
        if self.email:
            ways.append(_has_email(self.email))
        return or_(*ways)

    def by_index(self, stretch: Stretch, where: Where) -> Iterator[Select[Any]]:
        """Each way to find comments of a list without a look at all of it."""
        listed = unplanned(*where, *stretch.beyond(_ID))
        ids = select(Comment.id).where(listed).limit(stretch.limit)
        sorted_ids = ids.order_by(stretch.order(_ID + 0))
        if self.terms:
            at = ids.join(self.table, self.key == Comment.id).where(*stretch.beyond(self.key))
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


def _has_email(email: str) -> ColumnElement[bool]:
    return and_(Comment.author_email.is_not(None), func.lower(Comment.author_email) == email)


def _spellings(beginning: str) -> list[str]:
    """A database may know capitals of ASCII alone: the usual ones of other letters besides."""
    ways = (beginning, beginning.lower(), beginning.upper(), beginning.title())
    return list(dict.fromkeys(one.encode().lower().decode() for one in ways))


def _said(condition: str, **values: str) -> ColumnElement[bool]:
    return and_(true(), text(condition).bindparams(**values))
