"""Keeping the first answer to an Idempotency-Key, so that a repeated post is answered, not made."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.orm import Session

from comments_service import clock, settings
from comments_service.database import rows, snapshot, table, unit_of_work
from comments_service.domain.errors import FieldError, Invalid
from comments_service.domain.tokens import Purpose
from comments_service.models import Comment, IdempotentAnswer

_ONE_TRANSACTION = timedelta(minutes=1)  # far longer than any lasts
_KEPT = table(IdempotentAnswer).c
# Every post asks and says these: they are built once, and make no objects.
_FIND = select(_KEPT.body, _KEPT.comment_id, _KEPT.held, _KEPT.answer).where(
    _KEPT.key == bindparam("key"), _KEPT.created_at >= bindparam("oldest")
)
_KEEP = text(
    "INSERT INTO idempotent_answers (key, body, comment_id, held, answer, created_at)"
    " VALUES (:key, :body, :comment_id, :held, :answer, :created_at)"
    " ON CONFLICT (key) DO UPDATE SET body = excluded.body, comment_id = excluded.comment_id,"
    " held = excluded.held, answer = excluded.answer, created_at = excluded.created_at"
    " WHERE idempotent_answers.created_at < :oldest RETURNING key"
).bindparams(
    *(bindparam(one.name, type_=one.type) for one in _KEPT),
    bindparam("oldest", type_=_KEPT.created_at.type),
)


@dataclass(frozen=True)
class Request:
    """A request that may come again: `key` is a MAC over site, visitor and key; `body` its hash."""

    key: bytes
    body: bytes


@dataclass(frozen=True)
class FirstAnswer:
    comment_id: int
    held: bool
    answer: Mapping[str, Any]


def request(key: str, *, site_id: int, visitor: bytes | None, body: Mapping[str, Any]) -> Request:
    """`body` counts whole but for `form`, which differs from try to try."""
    counted = {name: value for name, value in body.items() if name != "form"}
    text = json.dumps(counted, sort_keys=True)
    mac = settings.current().keyring.mac(Purpose.IDEMPOTENCY, site_id, visitor or b"", key)
    return Request(mac, hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())


def is_kept(wanted: Request) -> bool:
    """Whether there is a first answer, be it to another body: for a fraction of what reading it
    costs.
    """
    return bool(rows(_FIND, _sought(wanted)))


def find(session: Session, wanted: Request) -> FirstAnswer | None:
    """The first answer; Invalid when the key came with another body."""
    row = session.execute(_FIND, _sought(wanted)).first()
    if row is None:
        return None
    body, *answer = row
    if body != wanted.body:
        raise Invalid(FieldError("", "This Idempotency-Key came with another body before."))
    return FirstAnswer(*answer)


def keep(
    session: Session, wanted: Request, *, comment_id: int, held: bool, answer: dict[str, Any]
) -> None:
    """Keep the answer, without its tokens; it takes the place of one whose time is over.

    Invalid when the key came with another body at the same time: the later one isn't made.
    """
    given = {
        "key": wanted.key,
        "body": wanted.body,
        "comment_id": comment_id,
        "held": held,
        "answer": answer,
        "created_at": clock.now(),
        "oldest": _oldest(),
    }
    if session.execute(_KEEP, given).first() is None:  # another one is kept
        find(session, wanted)


def blank(session: Session, comment: Comment) -> None:
    """Take the text out of the kept answers about a comment; their states and tokens stay.

    They were kept when it was posted, and only the time they were kept at has an index.
    """
    near = (comment.created_at - _ONE_TRANSACTION, comment.created_at + _ONE_TRANSACTION)
    kept = session.scalars(
        select(IdempotentAnswer)
        .where(IdempotentAnswer.created_at.between(*near))
        .where(IdempotentAnswer.comment_id == comment.id)
    )
    for row in kept:
        row.answer = {**row.answer, "body_html": ""}


def forget_old(most: int) -> int:
    """Delete answers whose time is over, so many at most; how many those were."""
    over = IdempotentAnswer.created_at < _oldest()
    with snapshot() as session:
        keys = session.scalars(select(IdempotentAnswer.key).where(over).limit(most)).all()
    if keys:
        with unit_of_work() as session:
            session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.key.in_(keys), over))
    return len(keys)


def _sought(wanted: Request) -> dict[str, object]:
    return {"key": wanted.key, "oldest": _oldest()}


def _oldest() -> datetime:
    return clock.now() - timedelta(seconds=settings.current().idempotency_seconds)
