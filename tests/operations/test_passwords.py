"""Passwords of moderators: believed, replaced, kept so that nobody reads them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select, update

from comments_service import clock
from comments_service.database import snapshot, unit_of_work
from comments_service.domain.errors import Conflict, Invalid, LinkSpent, Unavailable
from comments_service.models import Moderator
from comments_service.operations import moderators, passwords
from comments_service.queries import sessions as queries
from comments_service.queries.sessions import SessionRow

INES = "ines@desk.example"
GOOD, BETTER = "night-ferry soup, 1987", "seven quiet lamps by the weir"


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        moderators.add(INES, role="admin")
        yield


def _by_link() -> SessionRow:
    secret = moderators.sign_in(moderators.make_link(INES).rpartition("/")[2]).secret
    return _open(secret)


def _open(secret: str) -> SessionRow:
    found = queries.of_secret(secret)
    assert found is not None
    return found


def _kept() -> str | None:
    with snapshot() as session:
        return session.scalar(select(Moderator.password).where(Moderator.email_key == INES))


def _complaint(one: SessionRow, *, old: str = "", new: str = GOOD) -> str:
    with pytest.raises(Invalid) as raised:
        passwords.replace(one, old=old, new=new)
    return raised.value.errors[0].pointer


def test_a_password_that_was_set_signs_in() -> None:
    assert passwords.sign_in(INES, GOOD) is None
    passwords.replace(_by_link(), old="", new=GOOD)
    signed = passwords.sign_in("Ines@DESK.example", GOOD)
    assert signed is not None
    assert _open(signed.secret).moderator.email == INES
    assert passwords.sign_in(INES, GOOD + " ") is None
    assert passwords.sign_in("nobody@desk.example", GOOD) is None
    assert passwords.sign_in("no address\0", GOOD) is None


def test_only_an_argon2id_hash_with_its_salt_and_costs_is_kept() -> None:
    passwords.replace(_by_link(), old="", new=GOOD)
    first = _kept()
    passwords.replace(_by_link(), old="", new=GOOD)
    assert first is not None
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(first) <= 200
    assert first != _kept()


def test_a_hash_of_yesterdays_costs_is_renewed_by_the_sign_in() -> None:
    passwords.replace(_by_link(), old="", new=GOOD)
    cheap = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)
    with unit_of_work() as session:
        session.execute(update(Moderator).values(password=cheap))
    assert passwords.sign_in(INES, BETTER) is None
    assert _kept() == cheap
    assert passwords.sign_in(INES, GOOD) is not None
    assert "m=19456,t=2,p=1" in (_kept() or "")
    assert passwords.sign_in(INES, GOOD) is not None


def test_who_is_removed_signs_in_no_more_and_comes_back_without_a_password() -> None:
    passwords.replace(_by_link(), old="", new=GOOD)
    moderators.remove(INES)
    assert passwords.sign_in(INES, GOOD) is None
    moderators.add(INES, role="admin")
    assert passwords.sign_in(INES, GOOD) is None
    assert _kept() is None


def test_an_older_session_needs_the_password_as_it_stands() -> None:
    one = _by_link()
    assert one.fresh
    passwords.replace(one, old="", new=GOOD)
    with time_machine.travel(clock.now() + timedelta(seconds=900)):
        later = queries.of_moderator(one.moderator.id)[0]
        assert not later.fresh
        for wrong in ("", BETTER):
            assert _complaint(later, old=wrong, new=BETTER) == "/old"
        passwords.replace(later, old=GOOD, new=BETTER)
    assert passwords.sign_in(INES, GOOD) is None
    assert passwords.sign_in(INES, BETTER) is not None


def test_without_a_password_an_older_session_sets_none() -> None:
    one = _by_link()
    with time_machine.travel(clock.now() + timedelta(seconds=900)):
        assert _complaint(queries.of_moderator(one.moderator.id)[0]) == "/old"
    assert _kept() is None


def test_a_bad_password_is_refused_and_the_one_before_stays() -> None:
    one = _by_link()
    passwords.replace(one, old="", new=GOOD)
    for bad in ("short", "passwordpassword", f"{INES}", "x" * 201):
        assert _complaint(one, new=bad) == "/new"
    assert passwords.sign_in(INES, GOOD) is not None


def test_a_new_password_ends_every_other_session_and_link() -> None:
    other, link = _by_link(), moderators.make_link(INES)
    mine = _by_link()
    passwords.replace(mine, old="", new=GOOD)
    assert [one.id for one in queries.of_moderator(mine.moderator.id)] == [mine.id]
    assert other.id != mine.id
    with pytest.raises(LinkSpent):
        moderators.sign_in(link.rpartition("/")[2])


def test_of_two_changes_at_once_one_stands() -> None:
    """Changed between the look at the old one and the writing of the new one."""
    one, real = _by_link(), passwords.hasher

    class Slow:
        def hash(self, password: bytes) -> str:
            with unit_of_work() as session:
                session.execute(update(Moderator).values(password=real.hash(BETTER)))
            return real.hash(password)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher", Slow())
        with pytest.raises(Conflict):
            passwords.replace(one, old="", new=GOOD)
    assert passwords.sign_in(INES, BETTER) is not None


def test_no_more_than_two_hashes_are_made_at_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each one waits inside for a third, which must not come."""
    third = threading.Barrier(3)
    verify = passwords.hasher.verify

    class Watched:
        def verify(self, kept: str, password: bytes) -> bool:
            with pytest.raises(threading.BrokenBarrierError):
                third.wait(timeout=0.05)
            third.reset()
            return verify(kept, password)

    monkeypatch.setattr(passwords, "hasher", Watched())

    def attempt(_number: int) -> object:
        with app.app_context():
            return passwords.sign_in(INES, GOOD)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(attempt, range(6))) == [None] * 6


def test_who_would_wait_too_long_hears_that_it_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0)
    for _seat in range(passwords.AT_ONCE):
        passwords.seats.acquire()
    try:
        with pytest.raises(Unavailable):
            passwords.sign_in(INES, GOOD)
    finally:
        passwords.seats.release(passwords.AT_ONCE)
    assert passwords.sign_in(INES, GOOD) is None
