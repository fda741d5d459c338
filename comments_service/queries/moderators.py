"""Who moderates, and how his password is kept."""

from dataclasses import dataclass

from sqlalchemy import Select, select

from comments_service.database import snapshot
from comments_service.domain import people
from comments_service.models import Moderator


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


@dataclass(frozen=True)
class Kept:
    """A moderator and the hash of his password, if he has one."""

    moderator_id: int
    password: str | None


def everything() -> list[ModeratorRow]:
    """All who moderate now, by e-mail."""
    with snapshot() as session:
        present = select(Moderator).where(Moderator.removed_at.is_(None))
        return [row(one) for one in session.scalars(present.order_by(Moderator.email_key))]


def present(email: str) -> ModeratorRow | None:
    """Who moderates with this address, however it is written; None for anything else."""
    with snapshot() as session:
        someone = session.scalar(_present(email))
        return row(someone) if someone else None


def password_of(email: str) -> Kept | None:
    """How his password is kept; None when nobody moderates with this address."""
    with snapshot() as session:
        found = session.execute(
            _present(email).with_only_columns(Moderator.id, Moderator.password)
        ).one_or_none()
        return Kept(found.id, found.password) if found else None


def key_of(typed: str) -> str:
    """What makes all spellings of an address one; empty for what can't be an address."""
    try:
        return people.email_key(people.email(typed))
    except ValueError:
        return ""


def _present(email: str) -> Select[Moderator]:
    return select(Moderator).where(
        Moderator.email_key == key_of(email), Moderator.removed_at.is_(None)
    )


def row(someone: Moderator) -> ModeratorRow:
    everywhere = someone.role == "admin"
    return ModeratorRow(
        id=someone.id,
        email=someone.email,
        role=someone.role,
        site_ids=None if everywhere else frozenset(site.id for site in someone.sites),
        site_names=() if everywhere else tuple(sorted(site.name for site in someone.sites)),
    )
