"""The only place that assigns a comment's state, with every consequence in the same transaction.

What follows from a state (counters, log entry, title, outbox row) is written here or doesn't exist.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from comments_service import clock
from comments_service.database import unit_of_work
from comments_service.domain.errors import CommentsError, Conflict, Missing
from comments_service.domain.screening import Signal, Verdict
from comments_service.domain.states import Decision, HeldEdit, State, next_state
from comments_service.domain.tokens import digest, encode
from comments_service.models import Comment, LogEntry, Revision
from comments_service.operations import outbox, threads

SCREENING = "screening"
AUTHOR = "author"
BITE = 20  # decisions in one transaction: everybody else who writes waits for it


@dataclass(frozen=True)
class Decided:
    """What a decision did to one comment: from and to, or the error that left it as it was."""

    id: int
    from_state: State | None = None
    to_state: State | None = None
    error: CommentsError | None = None


def admit(session: Session, comment: Comment, verdict: Verdict) -> None:
    """Give a new comment the state its verdict says. The caller holds the thread's lock."""
    comment.state = verdict.state
    comment.reasons = [_stored(signal) for signal in verdict.signals]
    comment.trace = [
        {"rule": rule, "found": _stored(signal) if signal else None}
        for rule, signal in verdict.trace
    ]
    session.add(comment)
    session.flush()
    _log(session, comment, actor=SCREENING, event="post", was=None, reasons=comment.reasons)
    if verdict.state is State.APPROVED:
        _appear(session, comment)


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
    was. `tell_author` is kept in the log beside the reason.
    """
    wanted = list(dict.fromkeys(comment_ids))
    done: list[Decided] = []
    for start in range(0, len(wanted), BITE):
        bite = wanted[start : start + BITE]
        with unit_of_work() as session:
            threads.lock_those_of(session, bite, site_ids=site_ids)
            done += [
                _decide_one(
                    session,
                    comment_id,
                    decision,
                    actor=actor,
                    site_ids=site_ids,
                    reasons=_given(reason, tell_author=tell_author),
                    seen=(seen or {}).get(comment_id),
                )
                for comment_id in bite
            ]
    return done


def seen_tag(*, state: str, source: str, held_edit_source: str | None) -> str:
    """A short name for exactly the state and text a moderator is shown."""
    return encode(digest("\0".join((state, source, held_edit_source or "")))[:9])


def publish_edit(
    session: Session, comment: Comment, *, source: str, html: str, version: int
) -> None:
    """Replace the text, keep the old one as a revision. The caller holds the thread's lock."""
    now = clock.now()
    session.add(
        Revision(
            id=clock.new_id(),
            comment_id=comment.id,
            body_source=comment.body_source,
            written_at=comment.edited_at or comment.created_at,
        )
    )
    comment.body_source, comment.body_html, comment.body_version = source, html, version
    comment.edited_at = now
    forget_edit(comment)
    session.flush()
    threads.recount(session, comment, change=0)


def forget_edit(comment: Comment) -> None:
    """The edit that waited beside the approved text isn't wanted any more."""
    comment.held_edit_source = comment.held_edit_html = comment.held_edit_version = None


def log_edit(session: Session, comment: Comment, *, held: Sequence[Signal]) -> None:
    _log(
        session,
        comment,
        actor=AUTHOR,
        event="edit held" if held else "edit",
        was=State(comment.state),
        reasons=[_stored(signal) for signal in held],
    )


def _decide_one(
    session: Session,
    comment_id: int,
    decision: Decision,
    *,
    actor: str,
    site_ids: frozenset[int] | None,
    reasons: list[dict[str, Any]],
    seen: str | None,
) -> Decided:
    comment = session.get(Comment, comment_id, populate_existing=True)
    if comment is None or (site_ids is not None and comment.site_id not in site_ids):
        return Decided(comment_id, error=Missing())
    was = State(comment.state)
    try:
        transition = next_state(
            was,
            decision,
            edit_waits=comment.held_edit_source is not None,
            before_delete=State(comment.deleted_from) if comment.deleted_from else None,
        )
    except CommentsError as error:
        return Decided(comment_id, error=error)
    if transition is None:
        return Decided(comment_id, was, was)
    if seen is not None and seen != _tag(comment):
        detail = "It was edited or decided meanwhile. Read it again."
        return Decided(comment_id, error=Conflict(detail))
    _settle_edit(session, comment, transition.held_edit)
    _enter(session, comment, transition.to)
    _log(session, comment, actor=actor, event=decision.value, was=was, reasons=reasons)
    return Decided(comment_id, was, transition.to)


def _tag(comment: Comment) -> str:
    return seen_tag(
        state=comment.state, source=comment.body_source, held_edit_source=comment.held_edit_source
    )


def _given(reason: str | None, *, tell_author: bool) -> list[dict[str, Any]]:
    if not reason:
        return []
    told = {"tell_author": True} if tell_author else {}
    return [{"code": "moderator", "params": {"text": reason, **told}}]


def _settle_edit(session: Session, comment: Comment, fate: HeldEdit) -> None:
    source, html = comment.held_edit_source, comment.held_edit_html
    version = comment.held_edit_version
    if fate is HeldEdit.PUBLISHED and source is not None and html is not None and version:
        publish_edit(session, comment, source=source, html=html, version=version)
    elif fate is HeldEdit.DROPPED:
        forget_edit(comment)


def _enter(session: Session, comment: Comment, to: State) -> None:
    """Assign the state and write what follows from it."""
    was = State(comment.state)
    comment.deleted_from = was if to is State.DELETED else None
    comment.state, comment.decided_at = to, clock.now()
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
    outbox.announce(session, comment)


def _log(
    session: Session,
    comment: Comment,
    *,
    actor: str,
    event: str,
    was: State | None,
    reasons: list[dict[str, Any]],
) -> None:
    session.add(
        LogEntry(
            id=clock.new_id(),
            site_id=comment.site_id,
            comment_id=comment.id,
            actor=actor,
            event=event,
            from_state=was,
            to_state=comment.state,
            reasons=reasons,
            at=clock.now(),
        )
    )


def _stored(signal: Signal) -> dict[str, Any]:
    return {"code": signal.code, "params": dict(signal.params)}
