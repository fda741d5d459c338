import pytest
from flask import Flask
from flask.testing import FlaskClient

from comments_service.operations import moderators
from tests.conftest import MakeSettings
from tests.web.admin.desk import OWN, serving

SIGN_IN = "/admin/sign-in"


@pytest.fixture
def link(app: Flask) -> str:
    """The path of a good link."""
    with app.app_context():
        moderators.add("ines@desk.example", role="admin")
        return moderators.make_link("ines@desk.example").partition("8000")[2]


def test_opening_a_link_shows_one_button_and_does_nothing(client: FlaskClient, link: str) -> None:
    for _ in range(2):
        answer = client.get(link)
        assert answer.status_code == 200
        assert answer.text.count("<button") == 1
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/admin/").status_code == 303


def test_its_button_signs_in_once(app: Flask, link: str) -> None:
    first, second = app.test_client(), app.test_client()
    answer = first.post(link, headers=OWN)
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert first.get("/admin/").status_code == 200
    answer = second.post(link, headers=OWN)
    assert answer.status_code == 410
    assert answer.content_type.startswith("text/html")
    assert "has been used" in answer.text
    assert second.get("/admin/").status_code == 303


def test_a_link_nobody_made_is_gone(client: FlaskClient) -> None:
    assert client.post(f"{SIGN_IN}/nonsense", headers=OWN).status_code == 410


def test_the_cookie_is_for_the_desk_alone(client: FlaskClient, link: str) -> None:
    cookie = client.post(link, headers=OWN).headers["Set-Cookie"]
    assert cookie.startswith("comments=")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert {"HttpOnly", "SameSite=Lax", "Path=/admin", "Max-Age=2592000"} <= parts
    assert "Secure" not in parts


@pytest.mark.parametrize(
    ("public_url", "start", "path"),
    [
        ("https://talk.example", "__Host-comments=", "/"),
        ("https://talk.example/comments", "comments=", "/comments/admin"),
    ],
)
def test_the_cookies_flags_follow_the_public_address(
    make_settings: MakeSettings, public_url: str, start: str, path: str
) -> None:
    with serving(make_settings(public_url=public_url)) as app:
        with app.app_context():
            moderators.add("ines@desk.example", role="admin")
            link = moderators.make_link("ines@desk.example")
        assert link.startswith(f"{public_url}/admin/sign-in/")
        answer = app.test_client().post(link.removeprefix("https://talk.example"), headers=OWN)
    assert answer.location == f"{public_url.removeprefix('https://talk.example')}/admin/"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(start)
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert {"Secure", "HttpOnly", "SameSite=Lax", f"Path={path}"} <= parts
    assert "Domain" not in cookie


def test_signing_out_ends_the_session_everywhere_it_was_copied_to(app: Flask, link: str) -> None:
    client, copy = app.test_client(), app.test_client()
    client.post(link, headers=OWN)
    cookie = client.get_cookie("comments", path="/admin")
    assert cookie is not None
    copy.set_cookie("comments", cookie.value, path="/admin")
    assert copy.get("/admin/").status_code == 200
    answer = client.post("/admin/sign-out", headers=OWN)
    assert (answer.status_code, answer.location) == (303, SIGN_IN)
    assert client.get_cookie("comments", path="/admin") is None
    assert copy.get("/admin/").status_code == 303


def test_a_removed_moderator_is_at_the_sign_in_with_the_next_click(app: Flask, link: str) -> None:
    client = app.test_client()
    client.post(link, headers=OWN)
    with app.app_context():
        moderators.remove("ines@desk.example")
    answer = client.get("/admin/")
    assert (answer.status_code, answer.location) == (303, SIGN_IN)


def test_the_sign_in_page_tells_where_links_come_from(client: FlaskClient, link: str) -> None:
    answer = client.get(SIGN_IN)
    assert answer.status_code == 200
    assert "comments moderators link" in answer.text
    client.post(link, headers=OWN)
    assert client.get(SIGN_IN).location == "/admin/"


def test_signing_in_is_limited_per_address(make_settings: MakeSettings) -> None:
    with serving(make_settings(sign_in_limit="2 per minute")) as app:
        client = app.test_client()
        for _ in range(2):
            assert client.post(f"{SIGN_IN}/guess", headers=OWN).status_code == 410
        answer = client.post(f"{SIGN_IN}/guess", headers=OWN)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://127.0.0.1:8000"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"}, 403),
    ],
)
def test_another_page_cannot_press_the_button(
    client: FlaskClient, link: str, headers: dict[str, str], status: int
) -> None:
    assert client.post(link, headers=headers).status_code == status
    if status == 403:
        assert client.post(link, headers=OWN).status_code == 303
