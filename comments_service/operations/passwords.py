"""Passwords of moderators: kept as argon2id hashes, believed, replaced.

Every attempt costs the same reads and one hash, whoever is named, and tells nothing but yes or no.
"""

from collections.abc import Generator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from comments_service.database import unit_of_work
from comments_service.domain import passwords
from comments_service.domain.errors import Conflict, FieldError, Invalid, Unavailable
from comments_service.models import Moderator
from comments_service.operations import sessions
from comments_service.queries import moderators as queries
from comments_service.queries import sites
from comments_service.queries.sessions import SessionRow

MEMORY_KIB = 19 * 1024  # what OWASP names as the least, with two rounds of it
ROUNDS = 2
AT_ONCE = 2  # hashes in one process, so that a rush of sign-ins doesn't fill the memory
WAIT_SECONDS = 5

hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=1)
seats = BoundedSemaphore(AT_ONCE)

# As costly to try as a real one, and no password has it: its hash is 32 zero bytes.
NOBODYS = f"$argon2id$v=19$m={MEMORY_KIB},t={ROUNDS},p=1${'A' * 22}${'A' * 43}"


def sign_in(
    email: str, password: str, *, device: str | None = None, instead_of: str | None = None
) -> sessions.SignedIn | None:
    """Open a session; None for an address nobody moderates with, no password set, a wrong one."""
    kept = queries.password_of(email)
    if not _is(kept.password if kept else None, password) or kept is None:
        return None
    renewed = _renewed(kept.password or "", password)
    with unit_of_work() as session:
        someone = session.get_one(Moderator, kept.moderator_id, with_for_update=True)
        if someone.removed_at is not None or someone.password != kept.password:
            return None
        someone.password = renewed
        return sessions.start(session, someone, device=device, instead_of=instead_of)


def is_set(one: SessionRow) -> bool:
    kept = queries.password_of(one.moderator.email)
    return kept is not None and kept.password is not None


def replace(one: SessionRow, *, old: str, new: str) -> None:
    """Set his password; every other session and every link of his ends.

    A session that was opened a short while ago is proof enough, else the old one is. Raises
    Invalid at /old or /new, Conflict when it was changed meanwhile.
    """
    kept = queries.password_of(one.moderator.email)
    before = kept.password if kept else None
    if not one.fresh and not _is(before, old):
        raise Invalid(FieldError("/old", "This isn't your password as it stands."))
    try:
        passwords.check(new, near=_near(one))
    except ValueError as error:
        raise Invalid(FieldError("/new", str(error))) from error
    after = _hash(new)
    with unit_of_work() as session:
        someone = session.get_one(Moderator, one.moderator.id, with_for_update=True)
        if someone.removed_at is not None or someone.password != before:
            raise Conflict("Your password was changed meanwhile.")
        someone.password = after
        sessions.end_all(session, someone.id, but=one.id)


def _near(one: SessionRow) -> list[str]:
    names = sites.names(one.moderator.site_ids).values()
    return [part for text in (one.moderator.email, *names) for part in passwords.parts(text)]


def _is(kept: str | None, password: str) -> bool:
    """Always one hash's work."""
    with _seat():
        try:
            return hasher.verify(kept or NOBODYS, passwords.normal(password)) and kept is not None
        except VerifyMismatchError:
            return False


def _renewed(kept: str, password: str) -> str:
    """The hash as it is made today: what was cheap when it was made may be too cheap now."""
    return _hash(password) if hasher.check_needs_rehash(kept) else kept


def _hash(password: str) -> str:
    with _seat():
        return hasher.hash(passwords.normal(password))


@contextmanager
def _seat() -> Generator[None]:
    if not seats.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("too many passwords to check at once")
    try:
        yield
    finally:
        seats.release()
