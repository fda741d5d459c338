"""One's own account: the password, and the browsers one is signed in on."""

import re
from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from comments_service import clock
from comments_service.operations import moderators
from tests import thread
from tests.web.admin.desk import (
    GOOD,
    INES,
    OWN,
    PIET,
    Desk,
    send_password,
    set_password,
    signed_in,
)

ACCOUNT = "/admin/account"
BETTER = "seven quiet lamps by the weir"
LATER = timedelta(seconds=901)


def _post(client: FlaskClient, path: str, **data: str) -> TestResponse:
    return client.post(f"{ACCOUNT}{path}", data=data, headers=OWN)


def _again(app: Flask, email: str = INES) -> Desk:
    """One more browser of somebody who moderates already."""
    with app.app_context():
        link = moderators.make_link(email)
    client = app.test_client()
    assert client.post(link.partition("8000")[2], headers=OWN).status_code == 303
    return Desk(client)


def _sessions(shown: str) -> list[str]:
    return re.findall(r'action="/admin/account/sessions/(\d+)/end"', shown)


def test_the_page_tells_who_one_is_here(app: Flask) -> None:
    thread.add_site(app)
    admin, piet = signed_in(app), signed_in(app, PIET, "The Tide Table")
    assert "Admin, of every site." in admin.open(ACCOUNT)
    shown = piet.open(ACCOUNT)
    assert PIET in shown
    assert "Moderator of <bdi>The Tide Table</bdi>." in shown


def test_the_desk_leads_to_it(app: Flask) -> None:
    assert f'href="{ACCOUNT}"' in signed_in(app).open()


def test_who_just_came_in_sets_a_password(app: Flask) -> None:
    desk = signed_in(app)
    shown = desk.open(ACCOUNT)
    assert "Set a password" in shown
    assert 'name="old"' not in shown
    answer = _post(desk.client, "/password", new=GOOD)
    assert (answer.status_code, answer.location) == (303, f"{ACCOUNT}?done=password")
    assert "Your password is set." in desk.open(answer.location)
    assert send_password(app.test_client()).status_code == 303


def test_a_password_that_cannot_be_is_refused_beside_its_field(app: Flask) -> None:
    desk = signed_in(app)
    for bad, told in (("too short", "at least 12 characters"), ("passwordpassword", "too easy to")):
        answer = _post(desk.client, "/password", new=bad)
        assert answer.status_code == 422
        assert told in answer.text
        assert 'aria-describedby="new-fault"' in answer.text
        assert bad not in answer.text


def test_later_the_old_one_is_needed(app: Flask) -> None:
    set_password(app)
    desk = Desk(app.test_client())
    send_password(desk.client)
    with time_machine.travel(clock.now() + LATER):
        assert 'name="old"' in desk.open(ACCOUNT)
        answer = _post(desk.client, "/password", old="a wrong one, surely", new=BETTER)
        assert answer.status_code == 422
        assert "isn’t your password" in answer.text.replace("&#39;", "’")
        assert _post(desk.client, "/password", old=GOOD, new=BETTER).status_code == 303
        assert send_password(app.test_client()).status_code == 403
        assert send_password(app.test_client(), BETTER).status_code == 303


def test_a_forgotten_one_is_replaced_after_coming_in_by_a_link(app: Flask) -> None:
    set_password(app)
    with time_machine.travel(clock.now() + LATER):
        assert _post(_again(app).client, "/password", new=BETTER).status_code == 303
        assert send_password(app.test_client(), BETTER).status_code == 303


def test_who_came_in_long_ago_and_has_none_is_asked_to_come_in_anew(app: Flask) -> None:
    desk = signed_in(app)
    with time_machine.travel(clock.now() + LATER):
        shown = desk.open(ACCOUNT)
        assert "Sign in again" in shown
        assert 'name="new"' not in shown
        assert _post(desk.client, "/password", new=GOOD).status_code == 422
        assert "Mail me" in shown or desk.open("/admin/sign-in?again=1")


def test_a_thief_of_a_session_has_few_guesses_at_the_old_password(app: Flask) -> None:
    set_password(app)
    desk = _again(app)
    with time_machine.travel(clock.now() + LATER):
        statuses = [
            _post(desk.client, "/password", old=f"guess {number}", new=BETTER).status_code
            for number in range(12)
        ]
    assert statuses == [422] * 10 + [429] * 2


def test_a_new_password_signs_out_every_other_browser(app: Flask) -> None:
    here = signed_in(app)
    there = _again(app)
    _post(here.client, "/password", new=GOOD)
    assert here.client.get("/admin/").status_code == 200
    assert there.client.get("/admin/").status_code == 303


def test_sessions_are_listed_and_this_one_is_marked(app: Flask) -> None:
    here = signed_in(app)
    _again(app)
    shown = here.open(ACCOUNT)
    assert len(_sessions(shown)) == 2
    assert shown.count("this one") == 1
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        assert "last seen 3 h 00 min ago" in here.open(ACCOUNT)


def test_one_of_them_is_ended(app: Flask) -> None:
    here, there = signed_in(app), _again(app)
    ids = set(_sessions(here.open(ACCOUNT)))
    [mine] = re.findall(r"this one.*?sessions/(\d+)/end", here.shown, re.DOTALL)
    [other] = ids - {mine}
    answer = _post(here.client, f"/sessions/{other}/end")
    assert "Signed out there." in here.open(answer.location)
    assert there.client.get("/admin/").status_code == 303
    assert _sessions(here.shown) == [mine]


def test_everywhere_else_is_ended(app: Flask) -> None:
    here, there = signed_in(app), _again(app)
    answer = _post(here.client, "/sessions/end-others")
    assert "Signed out everywhere else." in here.open(answer.location)
    assert there.client.get("/admin/").status_code == 303
    assert "everywhere else</button>" not in here.shown


def test_somebody_elses_session_is_nothing_here(app: Flask) -> None:
    here, piets = signed_in(app), signed_in(app, PIET)
    [foreign] = _sessions(piets.open(ACCOUNT))
    for number in (foreign, "17", "x", "9" * 30):
        assert _post(here.client, f"/sessions/{number}/end").status_code == 404
    assert piets.client.get("/admin/").status_code == 200


def test_another_page_changes_nothing(app: Flask) -> None:
    desk = signed_in(app)
    [mine] = _sessions(desk.open(ACCOUNT))
    for path in ("/password", f"/sessions/{mine}/end", "/sessions/end-others"):
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://a.example"}):
            answer = desk.client.post(f"{ACCOUNT}{path}", data={"new": GOOD}, headers=headers)
            assert answer.status_code == 403, (path, headers)
    assert send_password(app.test_client()).status_code == 403
