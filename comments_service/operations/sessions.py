"""The browsers that are signed in: each opened with a new secret, seen, ended by its owner."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from comments_service import clock, settings
from comments_service.database import unit_of_work
from comments_service.domain.errors import Missing
from comments_service.domain.tokens import digest, encode
from comments_service.models import Moderator, ModeratorSession, SignInLink
from comments_service.queries.sessions import SessionRow

SECRET_BYTES = 32
SEEN_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class SignedIn:
    """Who came in, and the secret of his session, which is nowhere else."""

    moderator_id: int
    email_key: str
    secret: str


def start(
    session: Session, someone: Moderator, *, device: str | None, instead_of: str | None
) -> SignedIn:
    """Open a session in the caller's transaction; the one this browser had before ends."""
    secret, now = encode(clock.random_bytes(SECRET_BYTES)), clock.now()
    if instead_of:
        _end(session, digest(instead_of))
    session.add(
        ModeratorSession(
            id=clock.new_id(),
            digest=digest(secret),
            moderator_id=someone.id,
            device=device,
            created_at=now,
            seen_at=now,
            expires_at=now + timedelta(seconds=settings.current().session_seconds),
        )
    )
    return SignedIn(someone.id, someone.email_key, secret)


def see(one: SessionRow) -> None:
    """Note that it is in use, at most once an hour, so that reading doesn't write."""
    now = clock.now()
    if now - one.seen_at < SEEN_EVERY:
        return
    with unit_of_work() as session:
        session.execute(
            update(ModeratorSession)
            .where(
                ModeratorSession.id == one.id,
                or_(
                    ModeratorSession.seen_at.is_(None), ModeratorSession.seen_at <= now - SEEN_EVERY
                ),
            )
            .values(seen_at=now)
        )


def sign_out(secret: str) -> None:
    """End the session of this secret; a second time changes nothing."""
    with unit_of_work() as session:
        _end(session, digest(secret))


def end(session_id: int, *, moderator_id: int) -> None:
    """End one of his own; Missing for somebody else's and for what has ended."""
    with unit_of_work() as session:
        ended = session.scalar(
            update(ModeratorSession)
            .where(
                ModeratorSession.id == session_id,
                ModeratorSession.moderator_id == moderator_id,
                ModeratorSession.ended_at.is_(None),
            )
            .values(ended_at=clock.now())
            .returning(ModeratorSession.id)
        )
        if ended is None:
            raise Missing


def end_others(one: SessionRow) -> None:
    """Sign out everywhere else."""
    with unit_of_work() as session:
        end_all(session, one.moderator.id, but=one.id)


def end_all(session: Session, moderator_id: int, *, but: int | None = None) -> None:
    """Every session (`but` one) and every link that could open another."""
    session.execute(delete(SignInLink).where(SignInLink.moderator_id == moderator_id))
    session.execute(
        update(ModeratorSession)
        .where(
            ModeratorSession.moderator_id == moderator_id,
            ModeratorSession.id != (but or 0),
            ModeratorSession.ended_at.is_(None),
        )
        .values(ended_at=clock.now())
    )


def _end(session: Session, secret_digest: bytes) -> None:
    session.execute(
        update(ModeratorSession)
        .where(ModeratorSession.digest == secret_digest, ModeratorSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
