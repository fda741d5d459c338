"""Adding and removing moderators, and the one-time links that sign them in.

Secrets are handed out once and kept only as hashes. Whoever is removed is out at once.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from comments_service import clock, settings
from comments_service.database import unit_of_work
from comments_service.domain import people
from comments_service.domain.errors import Conflict, FieldError, Invalid, LinkSpent, Missing
from comments_service.domain.tokens import digest, encode
from comments_service.models import Moderator, SignInLink
from comments_service.operations import sessions, sites

ADMIN = "admin"
MODERATOR = "moderator"
ROLES = (ADMIN, MODERATOR)
SECRET_BYTES = 32
SIGN_IN = "/admin/sign-in/"


def add(email: str, *, role: str, site_names: Sequence[str] = ()) -> int:
    """Add somebody who decides; an admin serves every site, a moderator those named."""
    tidy = _email(email)
    if (role == MODERATOR) is not bool(site_names):
        raise Invalid(FieldError("/site", "A moderator serves named sites, an admin all of them."))
    with unit_of_work() as session:
        someone = _by_email(session, tidy)
        if someone is not None and someone.removed_at is None:
            raise Conflict(f"{tidy} is a moderator already.")
        if someone is None:
            someone = Moderator(id=clock.new_id(), email_key=people.email_key(tidy))
            session.add(someone)
        someone.email, someone.role = tidy, role
        someone.created_at, someone.removed_at = clock.now(), None
        someone.sites = sites.named(session, site_names)
        return someone.id


def remove(email: str) -> None:
    """End somebody's work here: his sessions, links and password end in the same moment."""
    with unit_of_work() as session:
        someone = _present(session, email)
        someone.removed_at, someone.password = clock.now(), None
        sessions.end_all(session, someone.id)


def make_link(email: str) -> str:
    """The whole address of a page whose button signs in once, for a short time."""
    chosen, now = settings.current(), clock.now()
    secret = encode(clock.random_bytes(SECRET_BYTES))
    with unit_of_work() as session:
        someone = _present(session, email)
        session.execute(
            delete(SignInLink).where(
                SignInLink.moderator_id == someone.id, SignInLink.expires_at <= now
            )
        )
        session.add(
            SignInLink(
                id=clock.new_id(),
                digest=digest(secret),
                moderator_id=someone.id,
                expires_at=now + timedelta(seconds=chosen.sign_in_seconds),
            )
        )
    return f"{chosen.public_url.rstrip('/')}{SIGN_IN}{secret}"


def sign_in(
    token: str, *, device: str | None = None, instead_of: str | None = None
) -> sessions.SignedIn:
    """Use a link up and open a session. LinkSpent for every link that isn't good."""
    now = clock.now()
    with unit_of_work() as session:
        moderator_id = session.scalar(
            update(SignInLink)
            .where(
                SignInLink.digest == digest(token),
                SignInLink.used_at.is_(None),
                SignInLink.expires_at > now,
            )
            .values(used_at=now)
            .returning(SignInLink.moderator_id)
        )
        someone = session.get(Moderator, moderator_id) if moderator_id else None
        if someone is None or someone.removed_at is not None:
            raise LinkSpent
        return sessions.start(session, someone, device=device, instead_of=instead_of)


def _email(raw: str) -> str:
    try:
        return people.email(raw)
    except ValueError as error:
        raise Invalid(FieldError("/email", str(error))) from error


def _by_email(session: Session, email: str) -> Moderator | None:
    key = people.email_key(email)
    return session.scalar(select(Moderator).where(Moderator.email_key == key).with_for_update())


def _present(session: Session, email: str) -> Moderator:
    someone = _by_email(session, email.strip())
    if someone is None or someone.removed_at is not None:
        raise Missing(f"There is no moderator {email}.")
    return someone
