"""Who is signed in, and on which browsers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select

from comments_service import clock, settings
from comments_service.database import snapshot
from comments_service.domain.tokens import digest
from comments_service.models import Moderator, ModeratorSession
from comments_service.queries import moderators
from comments_service.queries.moderators import ModeratorRow

MOST = 100


@dataclass(frozen=True)
class SessionRow:
    """A browser that is signed in. `fresh`: it proved itself a short while ago."""

    id: int
    moderator: ModeratorRow
    device: str | None
    created_at: datetime
    seen_at: datetime
    fresh: bool


def of_secret(secret: str) -> SessionRow | None:
    """The session this secret opens; None when it ended, ran out, or never was."""
    with snapshot() as session:
        found = session.scalar(
            select(ModeratorSession)
            .join(Moderator, Moderator.id == ModeratorSession.moderator_id)
            .where(
                ModeratorSession.digest == digest(secret), _lives(), Moderator.removed_at.is_(None)
            )
        )
        return _row(found) if found else None


def of_moderator(moderator_id: int) -> list[SessionRow]:
    """Where somebody is signed in, the last used first."""
    with snapshot() as session:
        found = session.scalars(
            select(ModeratorSession)
            .where(ModeratorSession.moderator_id == moderator_id, _lives())
            .order_by(ModeratorSession.seen_at.desc(), ModeratorSession.id.desc())
            .limit(MOST)
        )
        return [_row(one) for one in found]


def _lives() -> ColumnElement[bool]:
    return and_(ModeratorSession.ended_at.is_(None), ModeratorSession.expires_at > clock.now())


def _row(found: ModeratorSession) -> SessionRow:
    fresh = timedelta(seconds=settings.current().fresh_seconds)
    return SessionRow(
        id=found.id,
        moderator=moderators.row(found.moderator),
        device=found.device,
        created_at=found.created_at,
        seen_at=found.seen_at or found.created_at,
        fresh=clock.now() - found.created_at < fresh,
    )
