from collections.abc import Iterator

import pytest
from flask import Flask

from comments_service.domain.errors import Conflict, Invalid, Missing, UnknownSite
from comments_service.operations import keys
from comments_service.queries import keys as queries
from tests import thread


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    thread.add_site(app)
    with app.app_context():
        yield


def test_a_key_opens_every_site_unless_sites_are_named(app: Flask) -> None:
    other = thread.add_site(app, "Kiln & Clay", "https://kiln.example")
    everywhere, there = keys.add("sweeper"), keys.add("kiln bot", ["Kiln & Clay"])
    assert everywhere.startswith("ck_")
    assert len(everywhere) == len("ck_") + 43
    found = queries.of_secret(everywhere)
    assert found is not None
    assert (found.label, found.site_ids) == ("sweeper", None)
    found = queries.of_secret(there)
    assert found is not None
    assert found.site_ids == {other}


def test_a_revoked_key_opens_nothing() -> None:
    secret = keys.add("sweeper")
    keys.revoke("sweeper")
    assert queries.of_secret(secret) is None
    assert queries.everything() == []
    with pytest.raises(Missing):
        keys.revoke("sweeper")


def test_a_key_nobody_made_opens_nothing() -> None:
    keys.add("sweeper")
    for secret in ("", "ck_", "sweeper", "ck_" + "A" * 43):
        assert queries.of_secret(secret) is None


def test_a_label_names_one_key_that_works() -> None:
    first = keys.add("sweeper")
    with pytest.raises(Conflict):
        keys.add(" sweeper ")
    keys.revoke("sweeper")
    assert keys.add("sweeper") != first


def test_what_cannot_be_is_refused() -> None:
    for label in ("", "  ", "a\x00b", "x" * 101):
        with pytest.raises(Invalid):
            keys.add(label)
    with pytest.raises(UnknownSite):
        keys.add("sweeper", ["Nobody's"])
