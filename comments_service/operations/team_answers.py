"""Answers of the team: a moderator's words under a reader's comment, signed with the site's name.

Nobody's e-mail stands behind them; who wrote one is known to the log alone.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from comments_service import clock, settings
from comments_service.database import unit_of_work
from comments_service.domain import markup, people, screening
from comments_service.domain.errors import DuplicateComment, FieldError, Invalid, Missing
from comments_service.domain.states import State
from comments_service.models import Comment, Site
from comments_service.operations import moderation, texts, threads
from comments_service.operations.texts import Written
from comments_service.queries import facts
from comments_service.queries.comments import CommentRow, public_row

BADGE = "team"


def answer(parent_id: int, body: str, *, actor: str, site_ids: frozenset[int] | None) -> CommentRow:
    """Publish an answer at once, in a closed thread too.

    Raises Invalid (also for a parent that readers can't see), Missing for one of another site than
    these (None: all), DuplicateComment when the same was just answered.
    """
    written = texts.write(body)
    with unit_of_work() as session:
        parent = session.get(Comment, parent_id)
        if parent is None or (site_ids is not None and parent.site_id not in site_ids):
            raise Missing
        comment = _draft(session, written, parent)
        moderation.admit(session, comment, screening.UNSCREENED, actor=actor)
        session.refresh(comment)
        return public_row(comment, site_id=comment.site_id)


def _draft(session: Session, written: Written, parent: Comment) -> Comment:
    thread = threads.lock(session, parent.thread_id)
    session.refresh(parent)
    if parent.state != State.APPROVED:
        raise Invalid(FieldError("/parent_id", "Only what readers can see is answered."))
    _refuse_repetition(session, written, parent)
    return Comment(
        id=clock.new_id(),
        site_id=parent.site_id,
        thread_id=parent.thread_id,
        parent_id=parent.id,
        root_id=parent.root_id,
        depth=parent.depth + 1,
        seq=thread.last_seq + 1,
        author_name=session.get_one(Site, parent.site_id).name[: people.NAME_LENGTH],
        author_badge=BADGE,
        body_source=written.source,
        body_html=written.html,
        body_version=markup.VERSION,
        created_at=clock.now(),
    )


def _refuse_repetition(session: Session, written: Written, parent: Comment) -> None:
    since = clock.now() - timedelta(seconds=settings.current().duplicate_seconds)
    if facts.same_answer_since(
        session, parent=parent, since=since, body=written.source, badge=BADGE
    ):
        raise DuplicateComment
