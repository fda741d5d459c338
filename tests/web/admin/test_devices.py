"""Who guesses at a password is stopped; its owner is not."""

import pytest
from flask import Flask

from comments_service.operations import moderators
from tests.conftest import MakeApp
from tests.web.admin.desk import GOOD, INES, OWN, PIET, send_password, set_password

SIGN_IN = "/admin/sign-in"
FEW = "3 per 15 minutes"


@pytest.fixture
def guarded(make_app: MakeApp) -> Flask:
    """Few passwords may be tried, from as many machines as one likes."""
    app = make_app(password_limit=FEW, sign_in_limit="")
    set_password(app)
    return app


def test_who_guesses_hears_when_to_come_back(guarded: Flask) -> None:
    for number in range(3):
        assert send_password(guarded.test_client(), f"guess number {number}").status_code == 403
    for password in ("one guess more", GOOD):
        answer = send_password(guarded.test_client(), password)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 900
        assert "Too many passwords were tried for this e-mail. Try again in 15 min" in answer.text


def test_an_address_nobody_has_is_limited_alike(guarded: Flask) -> None:
    answers = [
        send_password(guarded.test_client(), "a guess", email="nobody@desk.example") for _ in "1234"
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403, 429]
    for _ in "123":
        send_password(guarded.test_client(), "a guess")
    assert send_password(guarded.test_client(), "a guess").text == answers[-1].text


def test_other_spellings_of_an_address_give_no_more_guesses(guarded: Flask) -> None:
    for email in (INES, INES.upper(), f" {INES} "):
        send_password(guarded.test_client(), "a guess", email=email)
    assert send_password(guarded.test_client(), email=INES.title()).status_code == 429


def test_a_browser_he_signed_in_with_goes_on_while_strangers_guess(guarded: Flask) -> None:
    known = guarded.test_client()
    send_password(known)
    known.post("/admin/sign-out", headers=OWN)
    for _ in range(5):
        send_password(guarded.test_client(), "a guess")
    assert send_password(guarded.test_client()).status_code == 429
    assert send_password(known).status_code == 303


def test_a_known_browser_has_a_limit_of_its_own(guarded: Flask) -> None:
    known = guarded.test_client()
    send_password(known)
    statuses = [send_password(known, "a guess").status_code for _ in "1234"]
    assert statuses == [403, 403, 403, 429]
    assert send_password(guarded.test_client()).status_code == 303


def test_a_link_signs_in_while_strangers_guess(guarded: Flask) -> None:
    for _ in range(5):
        send_password(guarded.test_client(), "a guess")
    with guarded.app_context():
        link = moderators.make_link(INES).partition("8000")[2]
    client = guarded.test_client()
    assert client.post(link, headers=OWN).status_code == 303
    client.post("/admin/sign-out", headers=OWN)
    assert send_password(client).status_code == 303


def test_a_browser_is_known_for_the_one_who_used_it_alone(guarded: Flask) -> None:
    set_password(guarded, PIET)
    piets = guarded.test_client()
    send_password(piets, email=PIET)
    for _ in "123":
        send_password(guarded.test_client(), "a guess")
    assert send_password(piets).status_code == 429


@pytest.mark.parametrize(
    ("public_url", "name", "path"),
    [
        ("http://127.0.0.1:8000", "comments-device=", "/admin"),
        ("https://talk.example", "__Host-comments-device=", "/"),
        ("https://talk.example/comments", "__Secure-comments-device=", "/comments/admin"),
    ],
)
def test_the_cookie_of_a_known_browser_opens_nothing_and_is_its_alone(
    make_app: MakeApp, public_url: str, name: str, path: str
) -> None:
    app = make_app(public_url=public_url)
    set_password(app)
    prefix = path.removesuffix("/admin").rstrip("/")
    client = app.test_client()
    answer = client.post(f"{prefix}{SIGN_IN}", data={"email": INES, "password": GOOD}, headers=OWN)
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(name)]
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert {"HttpOnly", "SameSite=Lax", f"Path={path}", "Max-Age=31536000"} <= parts
    assert ("Secure" in parts) is public_url.startswith("https:")
    other = app.test_client()
    value = cookie.partition(";")[0].partition("=")[2]
    other.set_cookie(name.rstrip("="), value, path=path)
    assert other.get(f"{prefix}/admin/").status_code == 303
