"""Signing in tells nobody who moderates here: the same bytes for the same work."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from comments_service.operations import moderators, passwords
from tests.conftest import MakeApp
from tests.rows import statements
from tests.web.admin.desk import INES, OWN, PIET, set_password

SIGN_IN = "/admin/sign-in"
REMOVED, NOBODY = "removed@desk.example", "nobody@desk.example"
EMAILS = (INES, PIET, REMOVED, NOBODY)


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """One with a password, one without, one who was removed."""
    app = make_app(smtp_url="smtp://127.0.0.1:9", sign_in_limit="")
    set_password(app)
    set_password(app, REMOVED)
    with app.app_context():
        moderators.remove(REMOVED)
        moderators.add(PIET, role="admin")
    return app


@pytest.mark.parametrize("path", [SIGN_IN, f"{SIGN_IN}/link"])
def test_known_and_unknown_take_the_same_statements_to_the_same_bytes(
    app: Flask, client: FlaskClient, path: str
) -> None:
    seen: list[tuple[int, bytes, list[str]]] = []
    for email in EMAILS:
        with statements(app) as sent:
            data = {"email": email, "password": "a guess that is wrong"}
            answer = client.post(path, data=data, headers=OWN)
        seen.append((answer.status_code, answer.data, list(sent)))
    assert all(one == seen[0] for one in seen)
    assert seen[0][2]


def test_known_and_unknown_cost_one_hash(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tried = passwords.hasher, list[str]()

    class Counted:
        def verify(self, kept: str, password: bytes) -> bool:
            tried.append(kept)
            return real.verify(kept, password)

    monkeypatch.setattr(passwords, "hasher", Counted())
    for email in (*EMAILS, "no address"):
        client.post(SIGN_IN, data={"email": email, "password": "a guess"}, headers=OWN)
    costs = {kept.rpartition("$")[0].rpartition("$")[0] for kept in tried}
    assert len(tried) == 5
    assert costs == {"$argon2id$v=19$m=19456,t=2,p=1"}
    assert tried.count(passwords.NOBODYS) == 4


def test_nobodys_hash_is_nobodys(app: Flask) -> None:
    with app.app_context():
        for password in ("", "a", "\0" * 32):
            assert passwords.sign_in(NOBODY, password) is None
            assert passwords.sign_in(PIET, password) is None
