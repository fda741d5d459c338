"""The only place that assigns a comment's state, with every consequence in the same transaction.

What follows from a state (counters, log entry, title, outbox row, what can be undone) is written
here or doesn't exist.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from comments_service import clock
from comments_service.database import insert_whole, unit_of_work
from comments_service.domain import screening
from comments_service.domain.errors import CommentsError, Conflict, Missing
from comments_service.domain.screening import Signal, Verdict
from comments_service.domain.states import Decision, HeldEdit, State, next_state
from comments_service.domain.tokens import digest, encode
from comments_service.models import Comment, Report, Revision
from comments_service.operations import edits, log, outbox, threads, undos, words

BITE = 20  # decisions in one transaction: everybody else who writes waits for it


@dataclass(frozen=True)
class Decided:
    """What a decision did to one comment: from and to, or the error that left it as it was."""

    id: int
    from_state: State | None = None
    to_state: State | None = None
    error: CommentsError | None = None


@dataclass(frozen=True, kw_only=True)
class _Wish:
    """What is decided, by whom, for comments of which sites, and why."""

    decision: Decision
    actor: str
    site_ids: frozenset[int] | None
    reasons: list[dict[str, Any]]


def admit(
    session: Session, comment: Comment, verdict: Verdict, *, actor: str = log.SCREENING
) -> None:
    """Give a new comment the state its verdict says. The caller holds the thread's lock."""
    comment.state, comment.shown = verdict.state, verdict.state is State.APPROVED
    comment.reasons = [screening.as_json(signal) for signal in verdict.signals]
    comment.trace = [
        {"rule": rule, "found": screening.as_json(signal) if signal else None}
        for rule, signal in verdict.trace
    ]
    insert_whole(session, comment)
    words.index(session, comment)
    log.write(session, comment, actor=actor, event="post", was=None, reasons=comment.reasons)
    threads.arrive(session, comment)
    if verdict.state is State.APPROVED:
        outbox.announce(session, comment)


def decide(
    comment_ids: Sequence[int],
    decision: Decision,
    *,
    actor: str,
    site_ids: frozenset[int] | None,
    reason: str | None = None,
    tell_author: bool = False,
    seen: Mapping[int, str] | None = None,
) -> list[Decided]:
    """Decide comments of the given sites (None: of all), a few to a transaction.

    A comment of another site is Missing like one that isn't there. `seen` names, by `seen_tag`,
    what the moderator had before him: a comment that was edited or decided meanwhile is left as it
    was. `tell_author` is kept in the log beside the reason. UNDO takes back what `actor` decided.
    """
    wanted = list(dict.fromkeys(comment_ids))
    wish = _Wish(
        decision=decision,
        actor=actor,
        site_ids=site_ids,
        reasons=_given(reason, tell_author=tell_author),
    )
    done: list[Decided] = []
    for start in range(0, len(wanted), BITE):
        bite = wanted[start : start + BITE]
        with unit_of_work() as session:
            threads.lock_those_of(session, bite, site_ids=site_ids)
            done += [_decide_one(session, one, wish, seen=(seen or {}).get(one)) for one in bite]
    return done


def seen_tag(*, state: str, source: str, held_edit_source: str | None) -> str:
    """A short name for exactly the state and text a moderator is shown."""
    return encode(digest("\0".join((state, source, held_edit_source or "")))[:9])


def delete_by_author(session: Session, comment: Comment) -> None:
    """For good and at once: no text of it stays, also none that a report may quote.

    What a moderator deleted becomes final too; what its author deleted stays as it is. The caller
    holds the thread's lock.
    """
    was = State(comment.state)
    if was is State.DELETED and comment.deleted_from is None:
        return
    session.execute(delete(Revision).where(Revision.comment_id == comment.id))
    undos.forget(session, comment)
    comment.body_source = comment.body_html = ""
    comment.posted_digest = None
    words.forget(session, comment)
    edits.forget(comment)
    _settle_reports(session, comment, clock.now())
    session.execute(update(Report).where(Report.comment_id == comment.id).values(text=None))
    _enter(session, comment, State.DELETED)
    log.write(session, comment, actor=log.AUTHOR, event="delete", was=was)


def hide_reported(session: Session, comment: Comment, found: Signal) -> None:
    """Readers agree: an approved comment waits again. The caller holds the thread's lock."""
    was = State(comment.state)
    comment.reasons = [screening.as_json(found)]
    _enter(session, comment, State.PENDING)
    log.write(
        session, comment, actor=log.READERS, event="reported", was=was, reasons=comment.reasons
    )


def _decide_one(session: Session, comment_id: int, wish: _Wish, *, seen: str | None) -> Decided:
    comment = session.get(Comment, comment_id, populate_existing=True)
    if comment is None or (wish.site_ids is not None and comment.site_id not in wish.site_ids):
        return Decided(comment_id, error=Missing())
    was = State(comment.state)
    try:
        if wish.decision is Decision.UNDO:
            _undo(session, comment, actor=wish.actor)
        else:
            _change(session, comment, wish, seen=seen)
    except Conflict as error:  # raised before anything is changed
        return Decided(comment_id, error=error)
    return Decided(comment_id, was, State(comment.state))


def _change(session: Session, comment: Comment, wish: _Wish, *, seen: str | None) -> None:
    was, decision = State(comment.state), wish.decision
    before_delete = State(comment.deleted_from) if comment.deleted_from else None
    edit_waits = comment.held_edit_source is not None
    transition = next_state(was, decision, edit_waits=edit_waits, before_delete=before_delete)
    fate = transition.held_edit if transition else HeldEdit.STAYS
    settles = comment.open_reports > 0 and fate is not HeldEdit.DROPPED  # that spoke of the edit
    if transition is None and not settles:
        return
    if seen is not None and seen != _tag(comment):
        raise Conflict("It was edited or decided meanwhile. Read it again.")
    now, thread = clock.now(), threads.lock(session, comment.thread_id)
    before = undos.look(comment, thread)
    revision = _settle_edit(session, comment, fate)
    if settles:
        _settle_reports(session, comment, now)
        comment.kept |= decision is Decision.APPROVE
    if transition is not None:
        deleted_from = was if transition.to is State.DELETED else None
        _enter(session, comment, transition.to, deleted_from=deleted_from)
        comment.decided_at = now
        log.write(session, comment, actor=wish.actor, event=decision, was=was, reasons=wish.reasons)
    settled_at = now if settles else None
    undos.keep(
        session, comment, thread, before, actor=wish.actor, revision=revision, settled_at=settled_at
    )


def _undo(session: Session, comment: Comment, *, actor: str) -> None:
    """To the state before the decision, and with it all that the decision changed."""
    row = undos.find(session, comment, actor=actor)
    was = State(comment.state)
    transition = next_state(was, Decision.UNDO, before_decision=State(row.before["state"]))
    if transition is not None:
        _enter(session, comment, transition.to)
    undos.put_back(session, comment, threads.lock(session, comment.thread_id), row)
    log.write(session, comment, actor=actor, event=Decision.UNDO, was=was)


def _tag(comment: Comment) -> str:
    return seen_tag(
        state=comment.state, source=comment.body_source, held_edit_source=comment.held_edit_source
    )


def _given(reason: str | None, *, tell_author: bool) -> list[dict[str, Any]]:
    if not reason:
        return []
    told = {"tell_author": True} if tell_author else {}
    return [{"code": "moderator", "params": {"text": reason, **told}}]


def _settle_edit(session: Session, comment: Comment, fate: HeldEdit) -> int | None:
    """The id of the revision that keeps the old text, if the edit is published."""
    source, html = comment.held_edit_source, comment.held_edit_html
    version = comment.held_edit_version
    if fate is HeldEdit.PUBLISHED and source is not None and html is not None and version:
        return edits.publish(session, comment, source=source, html=html, version=version)
    if fate is HeldEdit.DROPPED:
        edits.forget(comment)
    return None


def _settle_reports(session: Session, comment: Comment, at: datetime) -> None:
    session.execute(
        update(Report)
        .where(Report.comment_id == comment.id, Report.settled_at.is_(None))
        .values(settled_at=at)
    )
    comment.open_reports = 0


def _enter(
    session: Session, comment: Comment, to: State, *, deleted_from: State | None = None
) -> None:
    """Assign the state and write what follows from it."""
    was = State(comment.state)
    comment.state, comment.deleted_from = to, deleted_from
    session.flush()
    if to is State.APPROVED and was is not State.APPROVED:
        _appear(session, comment)
    else:
        threads.recount(session, comment, change=-1 if was is State.APPROVED is not to else 0)


def _appear(session: Session, comment: Comment) -> None:
    threads.recount(session, comment, change=1)
    thread = threads.lock(session, comment.thread_id)
    if thread.title is None and comment.proposed_title:
        thread.title = comment.proposed_title
    outbox.announce_again(session, comment)
