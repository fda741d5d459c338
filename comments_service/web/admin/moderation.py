"""The queue and its decisions, all of it plain links and forms; a script only adds keys."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import ValidationError, validate
from werkzeug.wrappers import Response

from comments_service import clock, settings
from comments_service.domain import ids, limits, markup, people
from comments_service.domain.errors import Conflict, Missing
from comments_service.domain.states import Decision, State
from comments_service.operations import moderation
from comments_service.operations.moderation import Decided
from comments_service.queries import moderation as queries
from comments_service.queries import sites, undos
from comments_service.queries.cards import ModeratedRow
from comments_service.queries.moderation import LogRow
from comments_service.queries.sites import SiteIds
from comments_service.schemas import reasons
from comments_service.schemas.fields import Search
from comments_service.web.admin import sessions, views, wording
from comments_service.web.admin.views import ROWS, Spot

blueprint = Blueprint("moderation", __name__)

LOG_LINES = 50
_search = Search(validate=validate.Length(1, limits.SEARCH_LENGTH))
BUTTONS = {
    State.PENDING: (Decision.APPROVE, Decision.REJECT, Decision.SPAM, Decision.DELETE),
    State.APPROVED: (Decision.REJECT, Decision.SPAM, Decision.DELETE),
    State.REJECTED: (Decision.APPROVE, Decision.SPAM, Decision.DELETE),
    State.SPAM: (Decision.APPROVE, Decision.REJECT, Decision.DELETE),
    State.DELETED: (Decision.RESTORE,),
}


@blueprint.context_processor
def _tools() -> dict[str, Any]:
    """What the templates of every list call."""
    return {
        "buttons": _buttons,
        "seen": _seen,
        "words": reasons.for_moderator,
        "wording": wording,
        "plain": markup.plain,
        "links": markup.links,
        "initials": people.initials,
        "queue": views.QUEUE,
        "comments": views.COMMENTS,
        "search_length": limits.SEARCH_LENGTH,
    }


@blueprint.get("/")
def queue() -> str:
    """One list, the comment `from` (or the first) whole, those after it as rows."""
    view, someone = views.named(request.args.get("view")), sessions.moderator()
    q = asked_for()
    rows = views.page(view, someone.site_ids, _number("from"), q)
    return render_template(
        "admin/queue.html",
        view=view,
        q=q,
        card=rows[0] if rows else None,
        rows=rows[1:ROWS],
        more=rows[ROWS].id if len(rows) > ROWS else None,
        spot=view.spot(someone.site_ids, rows[0].id, q) if rows else Spot(),
        resume=view.resume(rows),
        log=_log(rows[0], someone.site_ids) if rows else [],
        summary=queries.summary(site_ids=someone.site_ids),
        sites=sites.names(someone.site_ids),
        moderator=someone,
        toast=_toast(),
        undo=_undo(someone.actor),
        missed=_missed(someone.site_ids, someone.actor),
        now=clock.now(),
    )


@blueprint.post("/decisions")
def decide() -> Response:
    """Decide what the card showed; anything that changed meanwhile is left alone and told."""
    comment_id, decision = _number("comment_id"), _decision(request.form.get("decision"))
    if comment_id is None or decision is None:
        raise Missing
    someone = sessions.moderator()
    [decided] = moderation.decide(
        [comment_id],
        decision,
        actor=someone.actor,
        site_ids=someone.site_ids,
        seen={comment_id: request.form.get("seen", "")},
    )
    if isinstance(decided.error, Missing):
        raise decided.error
    return redirect(_address(**_back(comment_id, decision, decided)), 303)


def _back(comment_id: int, decision: Decision, decided: Decided) -> dict[str, Any]:
    """The list that was shown, and what to tell above it."""
    view = views.named(request.form.get("view"))
    back: dict[str, Any] = {"from": _number("from")}
    back |= {"view": None if view is views.WAITING else view.name, "q": asked_for()}
    if isinstance(decided.error, Conflict):
        return back | {"missed": comment_id, "tried": decision.value}
    back |= {"done": decision.value, "of": comment_id}
    if decision is Decision.UNDO:
        return back | {"from": comment_id}
    return back | {name: "1" for name in ("edit", "kept") if request.form.get(name)}


def asked_for() -> str | None:
    """What the list is searched for; what can't be is nothing."""
    try:
        return _search.deserialize(request.values.get("q", ""))  # pyright: ignore[reportUnknownMemberType] - untyped kwargs
    except ValidationError:
        return None


def _log(row: ModeratedRow, site_ids: SiteIds) -> list[LogRow]:
    return queries.log(row.id, site_ids=site_ids, limit=LOG_LINES)


def _buttons(row: ModeratedRow) -> tuple[Decision, ...]:
    """An author's own deletion is final; an edit that waits and what is reported are like new."""
    if row.state == State.DELETED and row.deleted_from is None:
        return ()
    if row.state == State.APPROVED and (row.held_edit is not None or row.reports_count):
        return BUTTONS[State.PENDING]
    return BUTTONS[State(row.state)]


def _seen(row: ModeratedRow) -> str:
    return moderation.seen_tag(
        state=row.state,
        source=row.body_source,
        held_edit_source=row.held_edit.body_source if row.held_edit else None,
    )


def _toast() -> str | None:
    if "answered" in request.args:
        return wording.ANSWERED
    decision = _decision(request.args.get("done"))
    if decision is None:
        return None
    return wording.done(decision, edit="edit" in request.args, kept="kept" in request.args)


def _undo(actor: str) -> int | None:
    """The comment whose decision may be undone, as long as it may."""
    comment_id = _number("of")
    if comment_id is None or "done" not in request.args:
        return None
    return comment_id if undos.is_open(comment_id, actor=actor) else None


def _missed(site_ids: SiteIds, actor: str) -> dict[str, Any] | None:
    """What to say when somebody was quicker; nothing is said that the address alone claims."""
    comment_id, tried = _number("missed"), _decision(request.args.get("tried"))
    if comment_id is None or tried is None:
        return None
    try:
        change = queries.last_change(comment_id, site_ids=site_ids)
    except Missing:
        return None
    now, seconds = clock.now(), settings.current().undo_seconds
    not_undone = wording.not_undone(change, now, actor=actor, seconds=seconds)
    view = views.of_state(change.to_state)
    return {
        "undo": tried is Decision.UNDO,
        "what": not_undone if tried is Decision.UNDO else wording.forestalled(change, now),
        "tried": wording.VERBS[tried],
        "address": _address(**{"view": view.name, "from": comment_id}),
    }


def _number(name: str) -> int | None:
    return ids.parse(request.values.get(name, ""))


def _decision(text: str | None) -> Decision | None:
    return Decision(text) if text in set(Decision) else None


def _address(**values: Any) -> str:
    given = {name: value for name, value in values.items() if value is not None}
    return url_for("admin.moderation.queue") + (f"?{urlencode(given)}" if given else "")
