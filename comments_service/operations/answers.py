"""What a post or an edit is answered with, and the first answer to a request made again.

An answer is kept without its tokens: the door makes them anew.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from comments_service import settings
from comments_service.database import snapshot
from comments_service.domain import screening
from comments_service.domain.screening import Signal
from comments_service.domain.states import State
from comments_service.models import Comment
from comments_service.operations import idempotency
from comments_service.operations.idempotency import Request
from comments_service.queries import comments as reading
from comments_service.queries.comments import CommentRow
from comments_service.queries.sites import SiteRow


@dataclass(frozen=True, kw_only=True)
class Posted:
    """The comment as its author sees it. `visitor` is set when this write issued it."""

    comment: CommentRow
    editable_until: datetime
    held: bool
    held_because: tuple[Signal, ...] = ()
    visitor: bytes | None = None


def editable_until(comment: Comment) -> datetime:
    return comment.created_at + timedelta(seconds=settings.current().edit_seconds)


def of_post(comment: Comment, *, site: SiteRow, issued: bool) -> Posted:
    held = comment.state != State.APPROVED
    return Posted(
        comment=reading.own_row(comment, site_id=site.id),
        editable_until=editable_until(comment),
        held=held,
        held_because=_signals(comment.reasons) if held else (),
        visitor=comment.visitor if issued else None,
    )


def of_edit(comment: Comment, *, site: SiteRow, held: tuple[Signal, ...]) -> Posted:
    """`held`: why the edit waits beside the approved text; empty when it stands."""
    return Posted(
        comment=reading.own_row(comment, site_id=site.id),
        editable_until=editable_until(comment),
        held=bool(held),
        held_because=held,
    )


def before(wanted: Request, *, site: SiteRow) -> Posted | None:
    """The first answer to a repeated request, if there is one; asked before limits are counted."""
    if not idempotency.is_kept(wanted):
        return None
    with snapshot() as session:
        return find(session, wanted, site=site)


def find(session: Session, wanted: Request, *, site: SiteRow) -> Posted | None:
    """The first answer made again: the comment as it was when it was posted."""
    kept = idempotency.find(session, wanted)
    if kept is None:
        return None
    comment = session.get_one(Comment, kept.comment_id)
    answer = kept.answer
    return Posted(
        comment=reading.first_row(
            comment, site_id=site.id, body_html=answer["body_html"], held=kept.held
        ),
        editable_until=editable_until(comment),
        held=kept.held,
        held_because=_signals(answer["held_because"]),
        visitor=comment.visitor if answer["issued"] else None,
    )


def keep(session: Session, wanted: Request, posted: Posted) -> None:
    idempotency.keep(
        session,
        wanted,
        comment_id=posted.comment.id,
        held=posted.held,
        answer={
            "body_html": posted.comment.body_html,
            "issued": posted.visitor is not None,
            "held_because": [screening.as_json(one) for one in posted.held_because],
        },
    )


def _signals(stored: list[dict[str, Any]]) -> tuple[Signal, ...]:
    return tuple(screening.from_json(one) for one in stored)
