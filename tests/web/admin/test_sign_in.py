import pytest
from flask import Flask
from flask.testing import FlaskClient

from comments_service.operations import moderators
from tests.conftest import MakeApp, MakeSettings
from tests.web.admin.desk import GOOD, INES, OWN, PIET, send_password, serving, set_password

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
    assert '<a href="/admin/">To the desk</a>' in answer.text
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
        ("https://talk.example/comments", "__Secure-comments=", "/comments/admin"),
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


def test_a_session_is_named_after_its_browser(app: Flask, client: FlaskClient, link: str) -> None:
    client.post(link, headers=OWN | {"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/150.0"})
    assert "Firefox on Linux" in client.get("/admin/account").text


def test_signing_in_again_gives_a_new_cookie_and_the_old_one_opens_nothing(
    app: Flask, client: FlaskClient, link: str
) -> None:
    client.post(link, headers=OWN)
    before = client.get_cookie("comments", path="/admin")
    assert client.get(f"{SIGN_IN}?again=1").status_code == 200
    with app.app_context():
        another = moderators.make_link("ines@desk.example").partition("8000")[2]
    client.post(another, headers=OWN)
    after = client.get_cookie("comments", path="/admin")
    assert before
    assert after
    assert before.value != after.value
    copy = app.test_client()
    copy.set_cookie("comments", before.value, path="/admin")
    assert copy.get("/admin/").status_code == 303


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


def test_the_right_password_leads_to_the_queue(app: Flask, client: FlaskClient) -> None:
    set_password(app)
    answer = send_password(client)
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("email", [INES, PIET, "removed@desk.example", "nobody@desk.example", "x"])
def test_every_refusal_has_the_same_bytes(app: Flask, client: FlaskClient, email: str) -> None:
    """A wrong password, none set, a removed moderator, nobody, no address."""
    set_password(app)
    set_password(app, "removed@desk.example")
    with app.app_context():
        moderators.remove("removed@desk.example")
        moderators.add(PIET, role="admin")
    answer = send_password(client, "another one altogether", email=email)
    expected = send_password(client, "another one altogether", email="other@desk.example")
    assert answer.status_code == 403
    assert answer.text == expected.text
    assert "That is no e-mail and password we know." in answer.text
    assert email not in answer.text or email == "x"
    assert "Set-Cookie" not in answer.headers


def test_what_is_missing_or_odd_is_a_wrong_password(app: Flask, client: FlaskClient) -> None:
    set_password(app)
    for data in ({}, {"email": INES}, {"password": GOOD}, {"email": "\0", "password": "\0" * 300}):
        assert client.post(SIGN_IN, data=data, headers=OWN).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
    ],
)
def test_another_page_signs_nobody_in(
    app: Flask, client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    set_password(app)
    answer = client.post(SIGN_IN, data={"email": INES, "password": GOOD}, headers=headers)
    assert answer.status_code == status
    assert ("Set-Cookie" in answer.headers) is (status == 303)


def test_without_mail_the_page_names_the_command_and_with_it_the_button(
    client: FlaskClient, make_app: MakeApp
) -> None:
    page = client.get(SIGN_IN).text
    assert "comments moderators link" in page
    assert "Mail me" not in page
    mailing = make_app(smtp_url="smtp://127.0.0.1:9").test_client()
    page = mailing.get(SIGN_IN).text
    assert "Mail me a sign-in link" in page
    assert "comments moderators link" not in page
