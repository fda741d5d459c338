from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from comments_service import clock
from comments_service.domain.errors import Conflict, Invalid, LinkSpent, Missing, UnknownSite
from comments_service.operations import moderators
from comments_service.operations import sessions as operations
from comments_service.queries import moderators as queries
from comments_service.queries import sessions
from comments_service.settings import Settings
from tests import thread

INES, PIET = "ines@desk.example", "piet@desk.example"


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    thread.add_site(app)
    with app.app_context():
        yield


def _token(link: str) -> str:
    return link.rpartition("/")[2]


def _signed_in(email: str = INES) -> str:
    return moderators.sign_in(_token(moderators.make_link(email))).secret


def _add_ines() -> None:
    moderators.add(INES, role="admin")


def test_a_link_leads_to_the_public_address_and_signs_in(settings: Settings) -> None:
    _add_ines()
    link = moderators.make_link(INES)
    assert link.startswith(f"{settings.public_url}/admin/sign-in/")
    assert len(_token(link)) == 43
    found = sessions.of_secret(moderators.sign_in(_token(link)).secret)
    assert found is not None
    someone = found.moderator
    assert (someone.email, someone.role, someone.site_ids) == (INES, "admin", None)


def test_a_link_works_once() -> None:
    _add_ines()
    token = _token(moderators.make_link(INES))
    moderators.sign_in(token)
    with pytest.raises(LinkSpent):
        moderators.sign_in(token)


def test_a_link_works_for_its_time(settings: Settings) -> None:
    _add_ines()
    token = _token(moderators.make_link(INES))
    too_late = clock.now() + timedelta(seconds=settings.sign_in_seconds + 1)
    with time_machine.travel(too_late), pytest.raises(LinkSpent):
        moderators.sign_in(token)


def test_a_link_nobody_made_is_as_good_as_a_spent_one() -> None:
    for token in ("", "x" * 43, "\N{SNOWMAN}"):
        with pytest.raises(LinkSpent):
            moderators.sign_in(token)


def test_a_session_ends_by_sign_out_and_by_time(settings: Settings) -> None:
    _add_ines()
    first, second = _signed_in(), _signed_in()
    operations.sign_out(first)
    operations.sign_out(first)
    assert sessions.of_secret(first) is None
    assert sessions.of_secret(second) is not None
    with time_machine.travel(clock.now() + timedelta(seconds=settings.session_seconds + 1)):
        assert sessions.of_secret(second) is None


def test_who_is_removed_is_out_at_once() -> None:
    _add_ines()
    session, token = _signed_in(), _token(moderators.make_link(INES))
    moderators.remove(INES)
    assert sessions.of_secret(session) is None
    assert queries.everything() == []
    with pytest.raises(LinkSpent):
        moderators.sign_in(token)
    with pytest.raises(Missing):
        moderators.make_link(INES)
    with pytest.raises(Missing):
        moderators.remove(INES)


def test_who_comes_back_finds_no_old_session_open() -> None:
    _add_ines()
    session = _signed_in()
    moderators.remove(INES)
    _add_ines()
    assert sessions.of_secret(session) is None
    assert sessions.of_secret(_signed_in()) is not None


def test_a_moderator_serves_the_sites_that_were_named(app: Flask) -> None:
    other = thread.add_site(app, "Kiln & Clay", "https://kiln.example")
    moderators.add(PIET, role="moderator", site_names=["Kiln & Clay"])
    [piet] = queries.everything()
    assert piet.site_ids == {other}
    assert piet.site_names == ("Kiln & Clay",)


def test_a_moderator_without_a_site_and_an_admin_with_one_are_refused() -> None:
    with pytest.raises(Invalid):
        moderators.add(PIET, role="moderator")
    with pytest.raises(Invalid):
        moderators.add(PIET, role="admin", site_names=["The Tide Table"])


def test_what_cannot_be_is_refused_and_leaves_nothing() -> None:
    with pytest.raises(UnknownSite):
        moderators.add(PIET, role="moderator", site_names=["Nobody's"])
    with pytest.raises(Invalid):
        moderators.add("no address", role="admin")
    assert queries.everything() == []


def test_one_address_is_one_moderator_however_it_is_written() -> None:
    _add_ines()
    with pytest.raises(Conflict):
        moderators.add("INES@desk.example", role="admin")
    assert moderators.make_link("Ines@Desk.Example")
