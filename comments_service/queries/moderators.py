"""Who moderates, and who is signed in."""

from dataclasses import dataclass

from sqlalchemy import select

from comments_service import clock
from comments_service.database import snapshot
from comments_service.domain.tokens import digest
from comments_service.models import Moderator, ModeratorSession


@dataclass(frozen=True)
class ModeratorRow:
    """Somebody who decides. `site_ids`: whose comments he may see; None means every site."""

    id: int
    email: str
    role: str
    site_ids: frozenset[int] | None
    site_names: tuple[str, ...]

    @property
    def actor(self) -> str:
        """How the log names him."""
        return self.email


def everything() -> list[ModeratorRow]:
    """All who moderate now, by e-mail."""
    with snapshot() as session:
        present = select(Moderator).where(Moderator.removed_at.is_(None))
        return [_row(one) for one in session.scalars(present.order_by(Moderator.email_key))]


def of_session(secret: str) -> ModeratorRow | None:
    """Whose session this secret opens; None when it ended, ran out, or never was."""
    with snapshot() as session:
        someone = session.scalar(
            select(Moderator)
            .join(ModeratorSession, ModeratorSession.moderator_id == Moderator.id)
            .where(
                ModeratorSession.digest == digest(secret),
                ModeratorSession.ended_at.is_(None),
                ModeratorSession.expires_at > clock.now(),
                Moderator.removed_at.is_(None),
            )
        )
        return _row(someone) if someone else None


def _row(someone: Moderator) -> ModeratorRow:
    everywhere = someone.role == "admin"
    return ModeratorRow(
        id=someone.id,
        email=someone.email,
        role=someone.role,
        site_ids=None if everywhere else frozenset(site.id for site in someone.sites),
        site_names=() if everywhere else tuple(sorted(site.name for site in someone.sites)),
    )
