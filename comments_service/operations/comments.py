"""Posting, editing and deleting comments by their authors. What is slow comes before any lock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from comments_service import clock, settings
from comments_service.database import table, unit_of_work
from comments_service.domain import markup, people
from comments_service.domain.errors import (
    DuplicateComment,
    EditClosed,
    FieldError,
    Invalid,
    ThreadClosed,
)
from comments_service.domain.people import Asker
from comments_service.domain.screening import Signal
from comments_service.domain.states import State
from comments_service.domain.tokens import digest
from comments_service.domain.urls import Page
from comments_service.models import Comment
from comments_service.operations import (
    answers,
    edits,
    idempotency,
    moderation,
    subscriptions,
    texts,
    threads,
)
from comments_service.operations.answers import Posted
from comments_service.operations.idempotency import Request
from comments_service.operations.texts import Written
from comments_service.operations.threads import LockedThread
from comments_service.queries import facts
from comments_service.queries.sites import SiteRow
from comments_service.schemas.comments import NewComment

DIGEST_BYTES = 8
TEAM_NAME = FieldError("/author/name", "That name belongs to the team. Please choose another.")
GONE = FieldError("/parent_id", "The comment you answer isn't there any more.")


@dataclass(frozen=True)
class _Parent:
    """What an answer takes from the comment above it: none of its texts."""

    id: int
    thread_id: int
    root_id: int
    depth: int
    state: str


_COMMENTS = table(Comment).c
_PARENT = select(
    _COMMENTS.id, _COMMENTS.thread_id, _COMMENTS.root_id, _COMMENTS.depth, _COMMENTS.state
).where(_COMMENTS.id == bindparam("id"))


def post(
    new: NewComment,
    *,
    site: SiteRow,
    page: Page,
    asker: Asker,
    wanted: Request | None = None,
    enter: Callable[[], Asker] | None = None,
) -> Posted:
    """Store a comment with its verdict and all that follows from it, in one transaction.

    Raises Invalid, ThreadClosed, DuplicateComment. A repeated request gets its first answer;
    `enter` is called once it is sure that this is none, and says who posts, or refuses.
    """
    found = faults(name=new.author_name, body=new.body, site=site)
    if found:
        raise Invalid(*found)
    written = texts.write(new.body)
    with unit_of_work() as session:
        thread = threads.find_or_open(session, site_id=site.id, page=page)
        before = answers.find(session, wanted, site=site) if wanted else None
        if before is not None:
            return before
        asker = enter() if enter else asker
        _refuse_where_closed(thread)
        parent = _parent(session, thread, new.parent_id)
        _refuse_repetition(session, thread, new, asker)
        verdict = texts.judge(
            session,
            written,
            site,
            visitor=asker.visitor,
            trap_filled=new.trap_filled,
            elapsed=new.elapsed,
        )
        comment = _draft(new, written, thread, parent, asker)
        _own(session, comment, thread, asker)
        moderation.admit(session, comment, verdict)
        if new.notify_of and settings.current().mails_readers:
            _ask_to_notify(session, comment, thread, new)
        posted = answers.of_post(comment, site=site, issued=asker.visitor is None)
        if wanted:
            answers.keep(session, wanted, posted)
        return posted


def faults(*, name: str, body: str, site: SiteRow) -> list[FieldError]:
    """All that the rules of a site refuse in what was typed, as far as it is told at once."""
    found = [texts.fault(body), TEAM_NAME if people.looks_like(name, site.name) else None]
    return [one for one in found if one is not None]


def edit(comment_id: int, body: str, *, site: SiteRow) -> Posted:
    """Replace a comment's text within its window; its author has been proven by the door.

    Raises Missing and EditClosed. On an approved comment an edit that screening would hold waits
    beside the approved text.
    """
    written = texts.write(body)
    with unit_of_work() as session:
        comment, _thread = threads.lock_of(session, comment_id, site_id=site.id)
        _refuse_late_edit(comment)
        held = _replace_text(session, comment, written, site)
        session.refresh(comment)
        return answers.of_edit(comment, site=site, held=held)


def delete(comment_id: int, *, site: SiteRow, by_token: bool) -> None:
    """Blank a comment for good, whatever became of it; its author has been proven by the door.

    Raises Missing, and EditClosed when only the edit token proves him (`by_token`) and its time is
    over. What he deleted before stays deleted.
    """
    with unit_of_work() as session:
        comment, _thread = threads.lock_of(session, comment_id, site_id=site.id)
        if comment.state == State.DELETED and comment.deleted_from is None:
            return
        if by_token and clock.now() >= answers.editable_until(comment):
            raise EditClosed
        moderation.delete_by_author(session, comment)
        idempotency.blank(session, comment)


def _replace_text(
    session: Session, comment: Comment, written: Written, site: SiteRow
) -> tuple[Signal, ...]:
    """Publish the edit or let it wait; why it waits, if it does. An unchanged text does nothing."""
    if written.source == comment.body_source:
        if comment.held_edit_source is not None:  # back to the text that stands
            edits.forget(comment)
            edits.note(session, comment, held=())
        session.flush()
        return ()
    held: tuple[Signal, ...] = ()
    if comment.state == State.APPROVED:
        held = texts.judge(session, written, site, visitor=comment.visitor).signals
    if held:
        comment.held_edit_source, comment.held_edit_html = written.source, written.html
        comment.held_edit_version = markup.VERSION
        session.flush()
    else:
        edits.publish(
            session, comment, source=written.source, html=written.html, version=markup.VERSION
        )
    edits.note(session, comment, held=held)
    return held


def _refuse_where_closed(thread: LockedThread) -> None:
    if thread.state != "open":
        raise ThreadClosed


def _parent(session: Session, thread: LockedThread, parent_id: int | None) -> _Parent | None:
    if parent_id is None:
        return None
    row = session.execute(_PARENT, {"id": parent_id}).first()
    parent = _Parent(*row) if row else None
    if parent is None or parent.thread_id != thread.id or parent.state != State.APPROVED:
        raise Invalid(GONE)
    return parent


def _refuse_repetition(
    session: Session, thread: LockedThread, new: NewComment, asker: Asker
) -> None:
    since = clock.now() - timedelta(seconds=settings.current().duplicate_seconds)
    if facts.posted_since(
        session,
        thread_id=thread.id,
        since=since,
        digest=_digest(new.body),
        visitor=asker.visitor,
        name=new.author_name,
        network=asker.network,
    ):
        raise DuplicateComment


def _draft(
    new: NewComment, written: Written, thread: LockedThread, parent: _Parent | None, asker: Asker
) -> Comment:
    """Whole, what is empty too: nothing of it has to be read again to answer with it."""
    comment_id = clock.new_id()
    return Comment(
        id=comment_id,
        site_id=thread.site_id,
        thread_id=thread.id,
        parent_id=parent.id if parent else None,
        root_id=parent.root_id if parent else comment_id,
        depth=parent.depth + 1 if parent else 0,
        seq=thread.last_seq + 1,
        approved_replies=0,
        votes_up=0,
        votes_down=0,
        rank=0,
        author_name=new.author_name,
        author_email=new.author_email,
        author_website=new.author_website,
        author_badge=None,
        visitor=asker.signs_as,
        network=asker.network,
        proposed_title=new.title,
        lang=new.lang,
        body_source=written.source,
        body_html=written.html,
        body_version=markup.VERSION,
        posted_digest=_digest(new.body),
        held_edit_html=None,
        created_at=clock.now(),
        edited_at=None,
    )


def _digest(body: str) -> bytes:
    """Enough to tell one author's texts apart."""
    return digest(body)[:DIGEST_BYTES]


def _own(session: Session, comment: Comment, thread: LockedThread, asker: Asker) -> None:
    """Whose mailbox stands behind it: an address that was typed, or one proven by the visitor."""
    proven = facts.proven_recipient(session, thread_id=thread.id, visitor=asker.visitor)
    typed = None
    if comment.author_email:
        typed = subscriptions.recipient(
            session, site_id=thread.site_id, email=comment.author_email
        ).id
    comment.recipient_id = typed or proven
    comment.recipient_proven = proven is not None and comment.recipient_id == proven


def _ask_to_notify(
    session: Session, comment: Comment, thread: LockedThread, new: NewComment
) -> None:
    if new.author_email is None or new.notify_of is None:
        return
    someone = subscriptions.recipient(session, site_id=comment.site_id, email=new.author_email)
    subscriptions.ask(session, someone, thread, scope=new.notify_of, lang=new.lang)


def _refuse_late_edit(comment: Comment) -> None:
    """Only what is approved, or waits towards its author because nobody decided yet."""
    ends = answers.editable_until(comment)
    editable = comment.state in {State.APPROVED, State.PENDING} or (
        comment.state in {State.SPAM, State.REJECTED} and comment.decided_at is None
    )
    if not editable or clock.now() >= ends or comment.approved_replies:
        raise EditClosed
