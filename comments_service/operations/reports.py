"""Taking readers' reports: one a reader and comment, counted in the transaction that writes it."""

from sqlalchemy.orm import Session

from comments_service import clock, settings
from comments_service.database import insert_if_new, unit_of_work
from comments_service.domain import reports
from comments_service.domain.errors import Missing, OwnComment
from comments_service.domain.people import Asker
from comments_service.domain.reports import Reason
from comments_service.domain.screening import Signal
from comments_service.domain.states import State
from comments_service.domain.tokens import Purpose
from comments_service.models import Comment, Report
from comments_service.operations import moderation, threads, undos
from comments_service.queries import facts
from comments_service.queries import reports as queries
from comments_service.queries.sites import SiteRow


def report(
    comment_id: int, reason: Reason, text: str | None, *, site: SiteRow, asker: Asker
) -> None:
    """Tell the moderators of a comment; when enough readers agree it waits for one of them.

    Raises Missing unless readers see it, OwnComment. A second report of the same reader changes
    nothing.
    """
    with unit_of_work() as session:
        comment, _thread = threads.lock_of(session, comment_id, site_id=site.id)
        if comment.state != State.APPROVED:
            raise Missing
        if asker.visitor and asker.visitor == comment.visitor:
            raise OwnComment
        _insert(session, comment, reason, text, asker)
        reasons = queries.reasons(session, comment)
        if sum(reasons.values()) == comment.open_reports:
            return
        comment.open_reports = sum(reasons.values())
        undos.forget(session, comment)
        if _readers_agree(session, comment):
            told = {"count": comment.open_reports, "reasons": ", ".join(reasons)}
            moderation.hide_reported(session, comment, Signal("reported", told))


def _insert(
    session: Session, comment: Comment, reason: Reason, text: str | None, asker: Asker
) -> None:
    keyring = settings.current().keyring
    insert_if_new(
        session,
        Report,
        id=clock.new_id(),
        comment_id=comment.id,
        reporter=asker.signs_as or keyring.mac(Purpose.REPORT, comment.id, asker.network),
        visitor=asker.signs_as,
        network=asker.network,
        reason=reason,
        text=text,
        made_at=clock.now(),
    )


def _readers_agree(session: Session, comment: Comment) -> bool:
    """Never about a text that a moderator kept."""
    if comment.kept:
        return False
    chosen = settings.current()
    return reports.agree(
        queries.voices(session, comment, trusted_after=chosen.trusted_after),
        enough=chosen.reports_to_hide,
        newcomer=_is_newcomers(session, comment, trusted_after=chosen.trusted_after),
    )


def _is_newcomers(session: Session, comment: Comment, *, trusted_after: int) -> bool:
    """Whether its author has too few other approved comments; nobody's is a newcomer's.

    The team is none.
    """
    if comment.author_badge is not None:
        return False
    approved = facts.approved_comments(
        session, site_id=comment.site_id, visitor=comment.visitor, most=trusted_after + 1
    )
    return approved - 1 < trusted_after
