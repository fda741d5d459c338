"""The queue and its decisions, all of it plain links and forms; a script only adds keys."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from comments_service import clock
from comments_service.domain import ids, markup, people
from comments_service.domain.errors import Conflict, Missing
from comments_service.domain.states import Decision, State
from comments_service.operations import moderation
from comments_service.queries import moderation as queries
from comments_service.queries import sites
from comments_service.queries.moderation import LogRow, ModeratedRow, SiteIds
from comments_service.schemas import reasons
from comments_service.web.admin import sessions, wording

blueprint = Blueprint("moderation", __name__)

ROWS = 20
LOG_LINES = 50


@dataclass(frozen=True)
class View:
    """One list of the desk. What waits begins with the oldest, everything else with the last."""

    name: str
    title: str
    state: State
    newest_first: bool = True


WAITING = View("waiting", "Waiting", State.PENDING, newest_first=False)
COMMENTS = View("comments", "Comments", State.APPROVED)
QUEUE = (
    WAITING,
    View("spam", "Spam", State.SPAM),
    View("rejected", "Rejected", State.REJECTED),
    View("deleted", "Deleted", State.DELETED),
)
VIEWS = {view.name: view for view in (*QUEUE, COMMENTS)}
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
        "queue": QUEUE,
        "comments": COMMENTS,
    }


@blueprint.get("/")
def queue() -> str:
    """One list, the comment `from` (or the first) whole, those after it as rows."""
    view = VIEWS.get(request.args.get("view", ""), WAITING)
    someone = sessions.moderator()
    rows = _rows(view, someone.site_ids, _number("from"))
    return render_template(
        "admin/queue.html",
        view=view,
        card=rows[0] if rows else None,
        rows=rows[1:ROWS],
        more=rows[ROWS].id if len(rows) > ROWS else None,
        **_place(view, someone.site_ids, rows[0].id if rows else None),
        log=_log(rows[0], someone.site_ids) if rows else [],
        summary=queries.summary(site_ids=someone.site_ids),
        sites=sites.names(someone.site_ids),
        moderator=someone,
        toast=_toast(),
        missed=_missed(someone.site_ids),
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
    back: dict[str, Any] = {"from": _number("from")}
    view = VIEWS.get(request.form.get("view", ""), WAITING)
    back["view"] = None if view is WAITING else view.name
    if isinstance(decided.error, Missing):
        raise decided.error
    if isinstance(decided.error, Conflict):
        back |= {"missed": comment_id, "tried": decision.value}
    else:
        back |= {"done": decision.value, "edit": "1" if request.form.get("edit") else None}
    return redirect(_address(**back), 303)


def _rows(view: View, site_ids: SiteIds, start: int | None) -> list[ModeratedRow]:
    """A page that begins at `start`; from the beginning when nothing is left from there on."""
    step = 1 if view.newest_first else -1
    after = None if start is None else min(start + step, ids.LARGEST)
    for place in (after, None):
        rows = queries.comments(
            view.state,
            site_ids=site_ids,
            after=place,
            limit=ROWS + 1,
            newest_first=view.newest_first,
        )
        if rows or place is None:
            return rows
    return []


def _place(view: View, site_ids: SiteIds, first: int | None) -> dict[str, int | None]:
    """Where the page begins in its list, and the comment right before that."""
    if first is None:
        return {"position": 0, "total": 0, "previous": None}
    order = view.newest_first
    before = queries.count(view.state, site_ids=site_ids, before=first, newest_first=order)
    return {
        "position": before + 1,
        "total": queries.count(view.state, site_ids=site_ids),
        "previous": queries.previous(
            view.state, site_ids=site_ids, before=first, newest_first=order
        ),
    }


def _log(row: ModeratedRow, site_ids: SiteIds) -> list[LogRow]:
    return queries.log(row.id, site_ids=site_ids, limit=LOG_LINES)


def _buttons(row: ModeratedRow) -> tuple[Decision, ...]:
    """What can be decided: an author's own deletion is final, a waiting edit is like a new text."""
    if row.state == State.DELETED and row.deleted_from is None:
        return ()
    if row.held_edit is not None and row.state == State.APPROVED:
        return BUTTONS[State.PENDING]
    return BUTTONS[State(row.state)]


def _seen(row: ModeratedRow) -> str:
    return moderation.seen_tag(
        state=row.state,
        source=row.body_source,
        held_edit_source=row.held_edit.body_source if row.held_edit else None,
    )


def _toast() -> str | None:
    decision = _decision(request.args.get("done"))
    return wording.done(decision, edit="edit" in request.args) if decision else None


def _missed(site_ids: SiteIds) -> dict[str, Any] | None:
    """What to say when somebody was quicker; nothing is said that the address alone claims."""
    comment_id, tried = _number("missed"), _decision(request.args.get("tried"))
    if comment_id is None or tried is None:
        return None
    try:
        change = queries.last_change(comment_id, site_ids=site_ids)
    except Missing:
        return None
    view = next(view for view in VIEWS.values() if view.state == change.to_state)
    return {
        "what": wording.forestalled(change, clock.now()),
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
