"""Moderation for programs, by API key. What a key may not see isn't there."""

from collections.abc import Sequence
from typing import Any, cast

from flask import Blueprint, Response, g, jsonify

from comments_service import settings
from comments_service.domain import cursors, ids
from comments_service.domain.errors import Missing, Unproven
from comments_service.operations import moderation
from comments_service.operations.moderation import Decided
from comments_service.queries import keys, sites
from comments_service.queries import moderation as queries
from comments_service.queries.keys import KeyRow
from comments_service.schemas.moderation import (
    DecisionsSchema,
    LogEntrySchema,
    LogQuerySchema,
    ModeratedCommentSchema,
    ModerationQuerySchema,
)
from comments_service.web import problems, visitor
from comments_service.web.api import parsing

blueprint = Blueprint("moderation", __name__, url_prefix="/moderation")

_queue_query, _log_query, _decisions = ModerationQuerySchema(), LogQuerySchema(), DecisionsSchema()
_comments, _log = ModeratedCommentSchema(many=True), LogEntrySchema(many=True)


@blueprint.before_request
def _guard() -> None:
    token = visitor.bearer()
    key = keys.of_secret(token) if token else None
    if key is None:
        raise Unproven("An API key is needed.")
    g.key = key


@blueprint.after_request
def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/comments")
def comments() -> Response:
    """One state's comments, oldest first; with the pending ones go edits that wait."""
    asked = parsing.query(_queue_query)
    site_ids = _site_ids(asked["site"])
    bound = ("moderation", _written(site_ids), asked["state"], asked["author"] or "")
    rows = queries.comments(
        asked["state"],
        site_ids=site_ids,
        author=asked["author"],
        after=_after(asked["cursor"], bound),
        limit=asked["limit"] + 1,
    )
    shown, cursor = _page(rows, asked["limit"], bound)
    return jsonify(comments=_comments.dump(shown), next_cursor=cursor)


@blueprint.post("/decisions")
def decide() -> Response:
    asked = parsing.load(_decisions, parsing.body())
    texts: list[str] = list(dict.fromkeys(asked["comment_ids"]))
    numbers = {text: number for text in texts if (number := ids.parse(text)) is not None}
    decided = moderation.decide(
        list(numbers.values()),
        asked["decision"],
        actor=_key().actor,
        site_ids=_key().site_ids,
        reason=asked["reason"],
        tell_author=asked["tell_author"],
    )
    by_id = {one.id: one for one in decided}
    missing = Missing()
    return jsonify(
        results=[
            _result(text, by_id[numbers[text]])
            if text in numbers
            else {"id": text, "problem": problems.described(missing)}
            for text in texts
        ]
    )


@blueprint.get("/log")
def log() -> Response:
    """What happened to a comment, oldest first."""
    asked = parsing.query(_log_query)
    bound = ("log", asked["comment_id"])
    rows = queries.log(
        asked["comment_id"],
        site_ids=_key().site_ids,
        after=_after(asked["cursor"], bound),
        limit=asked["limit"] + 1,
    )
    shown, cursor = _page(rows, asked["limit"], bound)
    return jsonify(log=_log.dump(shown), next_cursor=cursor)


def _key() -> KeyRow:
    return cast("KeyRow", g.key)


def _site_ids(name: str | None) -> frozenset[int] | None:
    """The sites asked about: all the key may see, or the one named among them."""
    allowed = _key().site_ids
    if name is None:
        return allowed
    named = [site_id for site_id, known in sites.names(allowed).items() if known == name]
    if not named:
        raise Missing  # of another name or of somebody else: the two can't be told apart
    return frozenset(named)


def _written(site_ids: frozenset[int] | None) -> str:
    return "*" if site_ids is None else ",".join(map(str, sorted(site_ids)))


def _after(cursor: str | None, bound: tuple[str | int, ...]) -> int | None:
    return cursors.read(settings.current().keyring, cursor, *bound) if cursor else None


def _page(
    rows: Sequence[Any], limit: int, bound: tuple[str | int, ...]
) -> tuple[Sequence[Any], str | None]:
    """The rows of this page, and the cursor of the next if one more was found."""
    if len(rows) <= limit:
        return rows, None
    shown = rows[:limit]
    return shown, cursors.write(settings.current().keyring, shown[-1].id, *bound)


def _result(text: str, decided: Decided) -> dict[str, Any]:
    if decided.error is not None:
        return {"id": text, "problem": problems.described(decided.error)}
    return {"id": text, "from": decided.from_state, "to": decided.to_state}
