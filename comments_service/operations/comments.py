"""Posting and editing comments. What is slow is done before any lock is taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from comments_service import clock, settings
from comments_service.database import snapshot, unit_of_work
from comments_service.domain import markup, screening
from comments_service.domain.errors import (
    DuplicateComment,
    EditClosed,
    FieldError,
    Invalid,
    Missing,
    ThreadClosed,
)
from comments_service.domain.people import Asker
from comments_service.domain.screening import Facts, Signal, Verdict
from comments_service.domain.states import State
from comments_service.domain.tokens import VISITOR_BYTES
from comments_service.domain.urls import BadUrl, Page, parse_page
from comments_service.models import Comment, Thread
from comments_service.operations import idempotency, moderation, subscriptions, threads
from comments_service.operations.idempotency import Request
from comments_service.queries import comments as reading
from comments_service.queries import facts
from comments_service.queries.comments import CommentRow
from comments_service.queries.sites import SiteRow
from comments_service.schemas.comments import NewComment

CREATED, HELD = 201, 202


@dataclass(frozen=True, kw_only=True)
class Posted:
    """The comment as its author sees it. `visitor` is set when this write issued it."""

    comment: CommentRow
    editable_until: datetime
    held_because: tuple[Signal, ...] = ()
    held: bool
    visitor: bytes | None = None


@dataclass(frozen=True)
class _Written:
    """A text as given and rendered, with the places its links lead to."""

    source: str
    html: str
    places: tuple[str, ...]


def answered_before(wanted: Request, *, site: SiteRow) -> Posted | None:
    """The first answer to a repeated request, if there is one; found before limits are counted."""
    with snapshot() as session:
        return _replayed(session, wanted, site)


def post(
    new: NewComment,
    *,
    site: SiteRow,
    page: Page,
    asker: Asker,
    wanted: Request | None = None,
) -> Posted:
    """Store a comment with its verdict and all that follows from it, in one transaction.

    Raises Invalid, ThreadClosed, DuplicateComment. A repeated request gets its first answer.
    """
    written = _write(new.body)
    with unit_of_work() as session:
        thread = threads.find_or_open(session, site_id=site.id, page=page)
        before = _replayed(session, wanted, site) if wanted else None
        if before is not None:
            return before
        _refuse_where_closed(thread)
        parent = _parent(session, thread, new.parent_id)
        _refuse_repetition(session, thread, new, asker)
        verdict = _judge(session, new, written, site, asker)
        comment = _draft(new, written, thread, parent, asker)
        _own(session, comment, thread, asker)
        moderation.admit(session, comment, verdict)
        if new.notify_of and settings.current().mails_readers:
            _ask_to_notify(session, comment, thread, new)
        session.refresh(comment)
        posted = _posted(comment, site, issued=asker.visitor is None)
        if wanted:
            _keep(session, wanted, posted)
        return posted


def edit(comment_id: int, body: str, *, site: SiteRow) -> Posted:
    """Replace a comment's text within its window; its author has been proven by the door.

    Raises Missing and EditClosed. On an approved comment an edit that screening would hold waits
    beside the approved text.
    """
    written = _write(body)
    with unit_of_work() as session:
        comment = session.get(Comment, comment_id)
        if comment is None or comment.site_id != site.id:
            raise Missing
        threads.lock(session, comment.thread_id)
        session.refresh(comment)
        _refuse_late_edit(comment)
        held: tuple[Signal, ...] = ()
        if comment.state == State.APPROVED:
            held = _judge_edit(session, comment, written, site).signals
        if held:
            comment.held_edit_source, comment.held_edit_html = written.source, written.html
            session.flush()
        elif written.source != comment.body_source:
            moderation.publish_edit(session, comment, source=written.source, html=written.html)
        else:  # back to the text that stands: what waited isn't wanted any more
            comment.held_edit_source = comment.held_edit_html = None
            session.flush()
        moderation.log_edit(session, comment, held=held)
        session.refresh(comment)
        return Posted(
            comment=reading.own_row(comment, site_id=site.id),
            editable_until=editable_until(comment.created_at),
            held_because=held,
            held=bool(held),
        )


def _write(body: str) -> _Written:
    source = body.strip()
    if not source:
        raise Invalid(FieldError("/body", "Write something first."))
    most = settings.current().max_length
    if len(source) > most:
        raise Invalid(FieldError("/body", f"A comment has at most {most} characters."))
    html = markup.render(source)
    if not markup.plain(html).strip():
        raise Invalid(FieldError("/body", "Write something first."))
    return _Written(source, html, tuple(map(_place, markup.links(html))))


def _refuse_where_closed(thread: Thread) -> None:
    if thread.state != "open":
        raise ThreadClosed


def _parent(session: Session, thread: Thread, parent_id: int | None) -> Comment | None:
    if parent_id is None:
        return None
    parent = session.get(Comment, parent_id)
    if parent is None or parent.thread_id != thread.id or parent.state != State.APPROVED:
        raise Invalid(FieldError("/parent_id", "The comment you answer isn't there any more."))
    return parent


def _refuse_repetition(session: Session, thread: Thread, new: NewComment, asker: Asker) -> None:
    since = clock.now() - timedelta(seconds=settings.current().duplicate_seconds)
    if facts.same_text_since(
        session,
        thread_id=thread.id,
        since=since,
        body=new.body,
        visitor=asker.visitor,
        name=new.author_name,
        network=asker.network,
    ):
        raise DuplicateComment


def _judge(
    session: Session, new: NewComment, written: _Written, site: SiteRow, asker: Asker
) -> Verdict:
    return _verdict(
        session,
        written,
        site,
        visitor=asker.visitor,
        trap_filled=new.trap_filled,
        elapsed=new.elapsed,
    )


def _judge_edit(session: Session, comment: Comment, written: _Written, site: SiteRow) -> Verdict:
    return _verdict(session, written, site, visitor=comment.visitor)


def _verdict(
    session: Session,
    written: _Written,
    site: SiteRow,
    *,
    visitor: bytes | None,
    trap_filled: bool = False,
    elapsed: float | None = None,
) -> Verdict:
    chosen = settings.current()
    if chosen.screening == "off":
        return screening.UNSCREENED
    approved = facts.approved_comments(
        session, site_id=site.id, visitor=visitor, most=chosen.trusted_after
    )
    return screening.judge(
        Facts(
            moderation=site.moderation or chosen.moderation,
            max_links=chosen.max_links,
            trusted=approved >= chosen.trusted_after,
            links=written.places,
            own_authorities=site.authorities,
            trap_filled=trap_filled,
            elapsed=elapsed,
        )
    )


def _place(link: str) -> str:
    """The host and port a link leads to; a mail address stands for itself."""
    try:
        return parse_page(link).authority
    except BadUrl:
        return link


def _draft(
    new: NewComment, written: _Written, thread: Thread, parent: Comment | None, asker: Asker
) -> Comment:
    comment_id = clock.new_id()
    thread.last_seq += 1
    return Comment(
        id=comment_id,
        site_id=thread.site_id,
        thread_id=thread.id,
        parent_id=parent.id if parent else None,
        root_id=parent.root_id if parent else comment_id,
        depth=parent.depth + 1 if parent else 0,
        seq=thread.last_seq,
        author_name=new.author_name,
        author_email=new.author_email,
        author_website=new.author_website,
        visitor=asker.visitor or clock.random_bytes(VISITOR_BYTES),
        network=asker.network,
        proposed_title=new.title,
        lang=new.lang,
        body_source=written.source,
        body_html=written.html,
        body_version=markup.VERSION,
        created_at=clock.now(),
    )


def _own(session: Session, comment: Comment, thread: Thread, asker: Asker) -> None:
    """Whose mailbox stands behind it: an address that was typed, or one proven by the visitor."""
    proven = facts.proven_recipient(session, thread_id=thread.id, visitor=asker.visitor)
    typed = None
    if comment.author_email:
        typed = subscriptions.recipient(
            session, site_id=thread.site_id, email=comment.author_email
        ).id
    comment.recipient_id = typed or proven
    comment.recipient_proven = proven is not None and comment.recipient_id == proven


def _ask_to_notify(session: Session, comment: Comment, thread: Thread, new: NewComment) -> None:
    if new.author_email is None or new.notify_of is None:
        return
    someone = subscriptions.recipient(session, site_id=comment.site_id, email=new.author_email)
    subscriptions.ask(session, someone, thread, scope=new.notify_of, lang=new.lang)


def _refuse_late_edit(comment: Comment) -> None:
    """Only what is approved, or waits towards its author because nobody decided yet."""
    ends = editable_until(comment.created_at)
    editable = comment.state in {State.APPROVED, State.PENDING} or (
        comment.state in {State.SPAM, State.REJECTED} and comment.decided_at is None
    )
    if not editable or clock.now() >= ends or comment.approved_replies:
        raise EditClosed


def editable_until(created_at: datetime) -> datetime:
    return created_at + timedelta(seconds=settings.current().edit_seconds)


def _posted(comment: Comment, site: SiteRow, *, issued: bool) -> Posted:
    held = comment.state != State.APPROVED
    return Posted(
        comment=reading.own_row(comment, site_id=site.id),
        editable_until=editable_until(comment.created_at),
        held_because=tuple(Signal(one["code"], one["params"]) for one in comment.reasons if held),
        held=held,
        visitor=comment.visitor if issued else None,
    )


def _keep(session: Session, wanted: Request, posted: Posted) -> None:
    idempotency.keep(
        session,
        wanted,
        comment_id=posted.comment.id,
        status=HELD if posted.held else CREATED,
        answer=_remembered(posted),
    )


def _remembered(posted: Posted) -> dict[str, Any]:
    return {
        "body_html": posted.comment.body_html,
        "issued": posted.visitor is not None,
        "held_because": [
            {"code": signal.code, "params": dict(signal.params)} for signal in posted.held_because
        ],
    }


def _replayed(session: Session, wanted: Request, site: SiteRow) -> Posted | None:
    """The first answer made again: the comment as it was when it was posted."""
    kept = idempotency.find(session, wanted)
    if kept is None:
        return None
    comment = session.get_one(Comment, kept.comment_id)
    answer: Mapping[str, Any] = kept.answer
    held = kept.status == HELD
    return Posted(
        comment=reading.first_row(
            comment, site_id=site.id, body_html=answer["body_html"], held=held
        ),
        editable_until=editable_until(comment.created_at),
        held_because=tuple(Signal(one["code"], one["params"]) for one in answer["held_because"]),
        held=held,
        visitor=comment.visitor if answer["issued"] else None,
    )
