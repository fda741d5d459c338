"""Moderation for programs, by API key. What a key may not see isn't there."""

from collections.abc import Sequence
from typing import Any, cast

from flask import g

from comments_service import settings
from comments_service.domain import cursors, ids
from comments_service.domain.errors import Missing, Unproven
from comments_service.operations import moderation
from comments_service.operations.moderation import Decided
from comments_service.queries import keys, reported, sites
from comments_service.queries import moderation as queries
from comments_service.queries.keys import KeyRow
from comments_service.queries.sites import SiteIds
from comments_service.schemas.moderation import (
    DecisionsSchema,
    LogPageSchema,
    LogQuerySchema,
    ModeratedPageSchema,
    ModerationQuerySchema,
    ResultsSchema,
)
from comments_service.web import problems, visitor
from comments_service.web.api import caching
from comments_service.web.api.documented import MODERATOR, Blueprint

blueprint = Blueprint("moderation", __name__, url_prefix="/moderation")


@blueprint.before_request
def _guard() -> None:
    token = visitor.bearer()
    key = keys.of_secret(token) if token else None
    if key is None:
        raise Unproven("An API key is needed.")
    g.key = key


@blueprint.get("/comments")
@caching.private
@blueprint.admits(MODERATOR)
@blueprint.takes(ModerationQuerySchema, location="query")
@blueprint.gives(ModeratedPageSchema)
@blueprint.refuses(401, 403, 404)
def comments(asked: dict[str, Any]) -> dict[str, Any]:
    """List one state's comments, oldest first; with the pending ones go edits that wait

    With `reported`: those of any state that readers reported, the most reported first.
    """
    site_ids, limit = sites_asked(asked["site"]), asked["limit"]
    if asked["reported"]:
        return _reported(asked["cursor"], site_ids=site_ids, limit=limit)
    narrowed = {name: asked[name] for name in ("author", "reason", "q")}
    bound = (
        *("moderation", _written(site_ids), asked["state"]),
        *(narrowed[name] or "" for name in narrowed),
    )
    rows = queries.comments(
        asked["state"],
        site_ids=site_ids,
        **narrowed,
        after=_after(asked["cursor"], bound),
        limit=limit + 1,
    )
    shown, cursor = _page(rows, limit, bound)
    return {"comments": shown, "next_cursor": cursor}


def _reported(cursor: str | None, *, site_ids: SiteIds, limit: int) -> dict[str, Any]:
    keyring, bound = settings.current().keyring, ("reported", _written(site_ids))
    after = None
    if cursor:
        reports_count, comment_id = cursors.read_several(keyring, cursor, 2, *bound)
        after = (reports_count, comment_id)
    rows = reported.comments(site_ids=site_ids, after=after, limit=limit + 1)
    end = None
    if len(rows) > limit:
        last = rows[limit - 1]
        end = cursors.write(keyring, (last.reports_count, last.id), *bound)
    return {"comments": rows[:limit], "next_cursor": end}


@blueprint.post("/decisions")
@caching.private
@blueprint.admits(MODERATOR)
@blueprint.takes(DecisionsSchema)
@blueprint.gives(ResultsSchema)
@blueprint.refuses(401, 403)
def decide(asked: dict[str, Any]) -> dict[str, Any]:
    """Decide up to 500 comments

    Each has its own result; what can't be decided stays as it was.
    """
    texts: list[str] = list(dict.fromkeys(asked["comment_ids"]))
    numbers = {text: number for text in texts if (number := ids.parse(text)) is not None}
    decided = moderation.decide(
        list(numbers.values()),
        asked["decision"],
        actor=key().actor,
        site_ids=key().site_ids,
        reason=asked["reason"],
        tell_author=asked["tell_author"],
    )
    by_id = {one.id: one for one in decided}
    missing = {"problem": problems.described(Missing())}
    return {
        "results": [
            _result(text, by_id[numbers[text]]) if text in numbers else {"id": text} | missing
            for text in texts
        ]
    }


@blueprint.get("/log")
@caching.private
@blueprint.admits(MODERATOR)
@blueprint.takes(LogQuerySchema, location="query")
@blueprint.gives(LogPageSchema)
@blueprint.refuses(401, 403, 404)
def log(asked: dict[str, Any]) -> dict[str, Any]:
    """Read what happened to a comment, oldest first"""
    bound = ("log", asked["comment_id"])
    rows = queries.log(
        asked["comment_id"],
        site_ids=key().site_ids,
        after=_after(asked["cursor"], bound),
        limit=asked["limit"] + 1,
    )
    shown, cursor = _page(rows, asked["limit"], bound)
    return {"log": shown, "next_cursor": cursor}


def key() -> KeyRow:
    """Whose call this is; behind the guard there always is somebody."""
    return cast("KeyRow", g.key)


def sites_asked(name: str | None) -> frozenset[int] | None:
    """The sites asked about: all the key may see, or the one named among them."""
    allowed = key().site_ids
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
