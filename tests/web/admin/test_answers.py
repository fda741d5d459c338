"""Answering from the desk: as the team, after a look at what is answered."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from comments_service.settings import Settings
from tests import thread
from tests.conftest import MakeSettings
from tests.thread import Reader, found, posted
from tests.web.admin.desk import OWN, Desk, signed_in

OTHER = "https://kiln.example"


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(post_limit="", edit_limit="")


@pytest.fixture(autouse=True)
def _sites(app: Flask) -> None:
    thread.add_site(app)
    thread.add_site(app, "Kiln & Clay", OTHER)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return signed_in(app)


def _answer(desk: Desk, body: str, **changed: str) -> TestResponse:
    """Fill in and send the form of the page that is shown."""
    [form] = re.findall(r'<form[^>]*/admin/answers".*?</form>', desk.shown, re.DOTALL)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    answer = desk.client.post("/admin/answers", data=fields | {"body": body} | changed, headers=OWN)
    if answer.status_code == 303:
        desk.open(answer.location)
    else:
        desk.shown = answer.text
    return answer


def test_what_waits_is_approved_and_answered(client: FlaskClient, desk: Desk) -> None:
    posted(Reader(client).post("Who is it for?"))
    assert "Approve and answer" in desk.open()
    assert _answer(desk, "For\r\n*all*.").status_code == 303
    assert "Answered." in desk.shown
    assert "All decided." in desk.shown
    [root] = thread.read(client)["comments"]
    [reply] = root["replies"]
    assert reply["body_html"] == "<p>For<br>\n<em>all</em>.</p>"
    assert (reply["author"]["name"], reply["author"]["badge"]) == ("The Tide Table", "team")
    assert "ines" not in str(thread.read(client))


def test_what_stands_is_answered_and_shown_again(
    app: Flask, client: FlaskClient, desk: Desk
) -> None:
    comment = posted(Reader(client).post("Who is it for?"))
    thread.approve(app, comment)
    assert "Approve and answer" not in desk.open("/admin/?view=comments")
    _answer(desk, "For all.")
    assert desk.card == comment
    shown = desk.open("/admin/?view=comments")
    assert re.search(r"<bdi>ines@desk.example</bdi> wrote it for the team", shown)
    assert shown.count('<span class="chip">Team</span>') == 1


def test_what_is_gone_has_no_form(client: FlaskClient, desk: Desk) -> None:
    posted(Reader(client).post("Rude."))
    desk.open()
    desk.decide("reject")
    assert "/admin/answers" not in desk.open("/admin/?view=rejected")


def test_a_refused_text_approves_nothing_and_stays_in_the_form(
    client: FlaskClient, desk: Desk
) -> None:
    posted(Reader(client).post("Who is it for?"))
    desk.open()
    long = "\nFor <b>all</b>" + "!" * 10_000
    assert _answer(desk, long).status_code == 422
    assert "A comment has at most 10000 characters." in desk.shown
    assert ">\n\nFor &lt;b&gt;all&lt;/b&gt;!!" in desk.shown
    assert thread.read(client)["comments"] == []
    assert _answer(desk, "For all.").status_code == 303
    assert thread.read(client)["comments"][0]["reply_count"] == 1


def test_what_was_edited_meanwhile_is_read_before_it_is_approved(
    client: FlaskClient, desk: Desk
) -> None:
    reader = Reader(client)
    comment = posted(reader.post("Harmless."))
    desk.open()
    path = f"/api/v1/comments/{comment}"
    found(client.patch(path, json={"body": "Rude."}, headers=reader.headers()))
    assert _answer(desk, "For all.").status_code == 409
    assert "It was edited or decided meanwhile." in desk.shown
    assert ">\nFor all.</textarea>" in desk.shown
    assert _answer(desk, "For all.").status_code == 422
    assert thread.read(client)["comments"] == []
    desk.open()
    assert _answer(desk, "For all.").status_code == 303


def test_a_second_press_answers_once(client: FlaskClient, desk: Desk) -> None:
    posted(Reader(client).post("Who is it for?"))
    shown = desk.open()
    _answer(desk, "For all.")
    desk.shown = shown
    assert _answer(desk, "For all.").status_code == 409
    assert thread.read(client)["comments"][0]["reply_count"] == 1


def test_a_moderator_answers_on_his_sites_alone(app: Flask, client: FlaskClient) -> None:
    here = signed_in(app, "piet@desk.example", "The Tide Table")
    posted(Reader(client).post("Who is it for?"))
    other = posted(Reader(client, url=f"{OTHER}/glaze").post("Secret"))
    thread.approve(app, other)
    shown = here.open()
    for foreign in (other, "17", "x"):
        here.shown = shown
        assert _answer(here, "For all.", comment_id=foreign).status_code == 404
    assert thread.read(client, f"{OTHER}/glaze")["comments"][0]["replies"] == []


def test_a_form_of_another_page_answers_nothing(client: FlaskClient, desk: Desk) -> None:
    comment = posted(Reader(client).post("Who is it for?"))
    data = {"comment_id": comment, "body": "For all.", "approve": "1"}
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}):
        assert desk.client.post("/admin/answers", data=data, headers=headers).status_code == 403
    assert thread.read(client)["comments"] == []
