"""What an edit does to a comment's text once somebody said whether it stands. Changes no state."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from comments_service import clock
from comments_service.domain import screening
from comments_service.domain.screening import Signal
from comments_service.domain.states import State
from comments_service.models import Comment, Revision
from comments_service.operations import log, threads, undos, words


def publish(session: Session, comment: Comment, *, source: str, html: str, version: int) -> int:
    """Replace the text, keep the old one as a revision, whose id is returned.

    Nobody has read the new text although it was reported. The caller holds the thread's lock.
    """
    revision = Revision(
        id=clock.new_id(),
        comment_id=comment.id,
        body_source=comment.body_source,
        written_at=comment.edited_at or comment.created_at,
    )
    session.add(revision)
    comment.body_source, comment.body_html, comment.body_version = source, html, version
    comment.edited_at, comment.kept = clock.now(), False
    forget(comment)
    session.flush()
    words.index(session, comment)
    threads.recount(session, comment, change=0)
    return revision.id


def forget(comment: Comment) -> None:
    """The edit that waited beside the approved text isn't wanted any more."""
    comment.held_edit_source = comment.held_edit_html = comment.held_edit_version = None


def note(session: Session, comment: Comment, *, held: Sequence[Signal]) -> None:
    """Its author edited it: that is in the log, and nobody's decision can be undone any more."""
    undos.forget(session, comment)
    log.write(
        session,
        comment,
        actor=log.AUTHOR,
        event="edit held" if held else "edit",
        was=State(comment.state),
        reasons=[screening.as_json(signal) for signal in held],
    )
