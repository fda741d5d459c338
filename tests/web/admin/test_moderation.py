import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from comments_service import clock
from comments_service.domain.people import Asker
from comments_service.domain.reports import Reason
from comments_service.domain.states import Decision
from comments_service.operations import reports
from comments_service.queries import sites
from comments_service.settings import Settings
from tests import thread
from tests.conftest import MakeSettings
from tests.thread import Reader, found, posted
from tests.web.admin.desk import OWN, Desk, signed_in

OTHER = "https://kiln.example"
LINKS = "[a](https://a.example) [b](https://b.example) [c](https://c.example)"


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(post_limit="")


@pytest.fixture(autouse=True)
def _sites(app: Flask) -> None:
    thread.add_site(app)
    thread.add_site(app, "Kiln & Clay", OTHER)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return signed_in(app)


def _post(client: FlaskClient, name: str = "Ruth Amberley", body: str = "One") -> str:
    return posted(Reader(client, name).post(body))


def test_an_empty_queue_says_so(desk: Desk) -> None:
    assert "All decided." in desk.open()
    assert "Waiting 0" in desk.shown


def test_the_queue_begins_with_the_oldest_and_tells_how_long_it_waits(
    client: FlaskClient, desk: Desk
) -> None:
    ids = [_post(client, f"Reader {number}", f"No. {number}") for number in range(3)]
    with time_machine.travel(clock.now() + timedelta(hours=3, minutes=12)):
        desk.open()
    assert desk.card == ids[0]
    assert desk.rows == ids[1:]
    assert "3 wait, the oldest for 3 h 12 min" in desk.shown
    assert "1 of 3" in desk.shown
    assert "First comment" in desk.shown


def test_the_parent_stands_above_its_reply(app: Flask, client: FlaskClient, desk: Desk) -> None:
    parent = _post(client, "Jonas Veldkamp", "Who is this ferry for?")
    thread.approve(app, parent)
    posted(Reader(client).post("For people like me", parent_id=parent))
    desk.open()
    before, after = desk.shown.split("For people like me", 1)
    assert "in reply to" in before
    assert "Jonas Veldkamp" in before
    assert "Who is this ferry for?" in before
    assert "Who is this ferry for?" not in after


@pytest.mark.parametrize(
    ("decision", "state", "toast"),
    [
        ("approve", "comments", "Approved."),
        ("reject", "rejected", "Rejected."),
        ("spam", "spam", "Marked as spam."),
        ("delete", "deleted", "Deleted."),
    ],
)
def test_a_decision_moves_the_comment_and_shows_the_next(
    client: FlaskClient, desk: Desk, decision: str, state: str, toast: str
) -> None:
    first, second = _post(client), _post(client, "Tobias Wren", "Two")
    desk.open()
    assert toast in desk.decide(decision)
    assert desk.card == second
    desk.open(f"/admin/?view={state}")
    assert desk.card == first


def test_the_log_stands_in_the_card(client: FlaskClient, desk: Desk) -> None:
    _post(client)
    desk.open()
    desk.decide("reject")
    shown = desk.open("/admin/?view=rejected")
    assert "2 entries" in shown
    assert re.search(r"<bdi>the rules</bdi> held it: First comment", shown)
    assert re.search(r"<bdi>ines@desk.example</bdi> rejected it", shown)


def test_a_deleted_comment_can_be_restored(client: FlaskClient, desk: Desk) -> None:
    comment = _post(client)
    desk.open()
    desk.decide("delete")
    desk.open("/admin/?view=deleted")
    assert desk.form.decisions == ["restore"]
    assert "Restored." in desk.decide("restore")
    desk.open()
    assert desk.card == comment


def test_an_edit_is_shown_with_the_text_that_stays_up(
    app: Flask, client: FlaskClient, desk: Desk
) -> None:
    comment = _edited(app, client)
    shown = desk.open()
    assert desk.card == comment
    assert "Edit waits, the old text stays up" in shown
    assert shown.index("The old text") < shown.index("The edit") < shown.index("3 links")
    assert shown.index("3 links") < shown.index("The new text")
    assert "Edit dropped" in desk.decide("reject")
    assert thread.read(client)["comments"][0]["body_html"] == "<p>The old text</p>"


def test_an_edit_can_be_published(app: Flask, client: FlaskClient, desk: Desk) -> None:
    _edited(app, client)
    desk.open()
    assert "Edit published." in desk.decide("approve")
    assert "The new text" in thread.read(client)["comments"][0]["body_html"]


def _edited(app: Flask, client: FlaskClient) -> str:
    answer = found(Reader(client).post("The old text"))
    thread.approve(app, answer["comment"]["id"])
    _edit(client, answer, f"The new text {LINKS}")
    return answer["comment"]["id"]


def _edit(client: FlaskClient, answer: dict[str, str], body: str) -> None:
    comment: dict[str, str] = answer["comment"]  # pyright: ignore[reportAssignmentType]
    headers = {"Authorization": f"Bearer {answer['edit_token']}"}
    found(client.patch(f"/api/v1/comments/{comment['id']}", json={"body": body}, headers=headers))


def test_a_text_that_was_edited_meanwhile_is_not_decided(client: FlaskClient, desk: Desk) -> None:
    answer = found(Reader(client).post("Harmless"))
    desk.open()
    _edit(client, answer, "Not so harmless")
    shown = desk.decide("approve")
    assert "Not decided: the author edited it" in shown
    assert "Your “Approve” changed nothing." in shown
    assert "Not so harmless" in shown
    assert thread.read(client)["comments"] == []


def test_what_somebody_else_decided_meanwhile_stands(
    app: Flask, client: FlaskClient, desk: Desk
) -> None:
    comment = _post(client)
    desk.open()
    thread.decide(app, comment, Decision.APPROVE)
    shown = desk.decide("reject")
    assert "Not decided: ines@example.com approved it" in shown
    link = re.search(r'href="([^"]+)">Open the comment', shown)
    assert link is not None
    desk.open(link[1].replace("&amp;", "&"))
    assert desk.card == comment


def test_a_second_press_of_the_same_button_is_no_conflict(client: FlaskClient, desk: Desk) -> None:
    _post(client)
    desk.open()
    first, second = desk.send("approve"), desk.send("approve")
    assert first.location == second.location
    assert "Approved." in desk.open(second.location)


def test_the_list_goes_on_from_any_of_its_comments(client: FlaskClient, desk: Desk) -> None:
    ids = [_post(client, f"Reader {number}", f"No. {number}") for number in range(23)]
    desk.open()
    assert desk.rows == ids[1:20]
    desk.open(_links(desk.shown)["next"])
    assert desk.card == ids[20]
    assert "21 of 23" in desk.shown
    desk.open(_links(desk.shown)["prev"])
    assert desk.card == ids[19]
    desk.decide("approve")
    assert desk.card == ids[20]


def _links(shown: str) -> dict[str, str]:
    links = re.findall(r'rel="(prev|next)" href="([^"]+)"', shown)
    return {rel: href.replace("&amp;", "&") for rel, href in links}


def test_after_the_last_decision_the_queue_begins_again(client: FlaskClient, desk: Desk) -> None:
    first, second = _post(client), _post(client, "Tobias Wren", "Two")
    desk.open(f"/admin/?from={second}")
    desk.decide("approve")
    assert desk.card == first


def test_other_lists_begin_with_the_newest(client: FlaskClient, desk: Desk) -> None:
    first, second = _post(client), _post(client, "Tobias Wren", "Two")
    for _ in range(2):
        desk.open()
        desk.decide("spam")
    desk.open("/admin/?view=spam")
    assert (desk.card, desk.rows) == (second, [first])
    assert "Spam 2" in desk.shown


def test_a_moderator_sees_and_decides_for_his_sites_alone(app: Flask, client: FlaskClient) -> None:
    here = signed_in(app, "piet@desk.example", "The Tide Table")
    comment = _post(client)
    other = posted(Reader(client, url=f"{OTHER}/glaze").post("Secret"))
    here.open()
    assert (here.card, here.rows) == (comment, [])
    assert "Waiting 1" in here.shown
    for address in (f"/admin/?from={other}", "/admin/?view=comments", "/admin/?view=spam"):
        assert "Secret" not in here.open(address)
    here.open()
    answer = here.send("approve", comment_id=other)
    assert answer.status_code == 404
    assert answer.content_type.startswith("text/html")
    assert thread.read(client, f"{OTHER}/glaze")["comments"] == []
    shown = here.open(f"/admin/?missed={other}&tried=approve")
    assert "Not decided" not in shown


def test_an_unknown_comment_or_decision_is_a_page_that_says_nothing_is_here(
    client: FlaskClient, desk: Desk
) -> None:
    _post(client)
    desk.open()
    for changed in ({"comment_id": "17"}, {"comment_id": "x"}, {"comment_id": "9" * 19}):
        answer = desk.send("approve", **changed)
        assert answer.status_code == 404
        assert "There is nothing here." in answer.text
    assert desk.send("publish").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
    ],
)
def test_a_form_of_another_page_decides_nothing(
    client: FlaskClient, desk: Desk, headers: dict[str, str]
) -> None:
    comment = _post(client)
    desk.open()
    data = desk.form.fields | {"decision": "approve"}
    assert desk.client.post("/admin/decisions", data=data, headers=headers).status_code == 403
    assert desk.client.post("/admin/sign-out", headers=headers).status_code == 403
    desk.open()
    assert desk.card == comment


def test_nothing_a_reader_typed_is_markup_on_the_desk(client: FlaskClient, desk: Desk) -> None:
    hostile = "<script>alert(1)</script>"
    answer = Reader(client, f"Ruth {hostile}").post(hostile, title=hostile)
    assert answer.status_code == 202
    shown = desk.open()
    assert hostile not in shown
    assert shown.count("<script") == 1
    assert "&lt;script&gt;" in shown


def test_no_words_of_the_address_reach_the_page(desk: Desk) -> None:
    shown = desk.open("/admin/?done=%3Cb%3Ehello&view=hello&from=hello&missed=1&tried=hello&edit=1")
    assert "hello" not in shown


def test_the_pages_policy_allows_only_our_own_files(desk: Desk) -> None:
    answer = desk.client.get("/admin/")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert " style=" not in answer.text
    assert not re.search(r"\son\w+=", answer.text)


def test_an_unknown_page_below_admin_is_a_page_to_those_who_are_signed_in(desk: Desk) -> None:
    answer = desk.client.get("/admin/nowhere")
    assert answer.status_code == 404
    assert answer.content_type.startswith("text/html")


def test_an_unknown_page_below_admin_leads_a_stranger_to_sign_in(app: Flask) -> None:
    answer = app.test_client().get("/admin/nowhere")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/admin/sign-in")


def test_an_address_that_only_acts_shows_nothing(desk: Desk) -> None:
    assert desk.client.get("/admin/sign-out", headers=OWN).status_code == 404


def _report(app: Flask, comment: str, network: str, reason: Reason, text: str | None) -> None:
    with app.app_context():
        site, _page = sites.of_page(thread.ARTICLE)
        asker = Asker(visitor=None, network=network)
        reports.report(int(comment), reason, text, site=site, asker=asker)


def test_what_is_reported_most_stands_first_with_what_readers_said(
    app: Flask, client: FlaskClient, desk: Desk
) -> None:
    hostile = "<script>alert(1)</script>"
    ids = [_post(client, f"Reader {number}", f"No. {number}") for number in range(3)]
    for comment in ids:
        thread.approve(app, comment)
    assert "Nothing here." in desk.open("/admin/?view=reported")
    _report(app, ids[1], "a", Reason.OFF_TOPIC, None)
    _report(app, ids[0], "a", Reason.ABUSIVE, hostile)
    _report(app, ids[0], "b", Reason.ABUSIVE, "It shouts.")
    shown = desk.open("/admin/?view=reported")
    assert (desk.card, desk.rows) == (ids[0], [ids[1]])
    assert "Reported 2" in shown
    assert "1 of 2" in shown
    assert "2 reports: abusive" in shown
    assert "1 report: off topic" in shown
    assert shown.index("It shouts.") < shown.index("&lt;script&gt;")
    assert hostile not in shown
    assert desk.form.decisions == ["approve", "reject", "spam", "delete"]
    desk.open(f"/admin/?view=reported&from={ids[1]}")
    assert desk.card == ids[1]
    desk.open(_links(desk.shown)["prev"])
    assert "Kept, its reports are settled." in desk.decide("approve")
    assert (desk.card, desk.rows) == (ids[1], [])
    desk.decide("reject")
    assert "Nothing here." in desk.shown


def test_reports_that_hid_a_comment_stand_in_the_queue(
    app: Flask, client: FlaskClient, desk: Desk
) -> None:
    comment = _post(client)
    thread.approve(app, comment)
    for network in "abc":
        _report(app, comment, network, Reason.SPAM, None)
    shown = desk.open()
    assert desk.card == comment
    assert "3 reports: spam" in shown
    assert re.search("<bdi>readers</bdi> reported it: 3 reports: spam", shown)
    assert "What the rules said" in shown
    assert "Why it waits" not in shown  # no rule held it


def test_a_decision_is_undone_from_its_toast(client: FlaskClient, desk: Desk) -> None:
    first, second = _post(client), _post(client, "Tobias Wren", "Two")
    desk.open()
    assert "Undo" in desk.decide("reject")
    assert desk.card == second
    assert "Undone." in desk.undo()
    assert (desk.card, desk.rows) == (first, [second])
    assert re.search(r"<bdi>ines@desk.example</bdi> undid that", desk.shown)
    assert 'value="undo"' not in desk.shown


def test_keeping_is_undone_in_the_list_of_what_is_reported(
    app: Flask, client: FlaskClient, desk: Desk
) -> None:
    comment = _post(client)
    thread.approve(app, comment)
    _report(app, comment, "a", Reason.SPAM, None)
    desk.open("/admin/?view=reported")
    desk.decide("approve")
    assert desk.card is None
    desk.undo()
    assert desk.card == comment


def test_an_undo_that_comes_late_says_so(client: FlaskClient, desk: Desk) -> None:
    _post(client)
    desk.open()
    desk.decide("spam")
    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        shown = desk.undo()
        assert "Not undone: 60 seconds have passed." in shown
        link = re.search(r'href="([^"]+)">Decide again', shown)
        assert link is not None
        desk.open(link[1].replace("&amp;", "&"))
        assert desk.form.decisions == ["approve", "reject", "delete"]


def test_an_undo_says_who_decided_since(app: Flask, client: FlaskClient, desk: Desk) -> None:
    comment = _post(client)
    desk.open()
    desk.decide("spam")
    thread.decide(app, comment, Decision.APPROVE)
    assert "Not undone: ines@example.com approved it" in desk.undo()


def test_the_button_to_undo_stands_only_with_who_decided(
    app: Flask, client: FlaskClient, desk: Desk
) -> None:
    comment = _post(client)
    thread.approve(app, comment)
    assert 'value="undo"' not in desk.open(f"/admin/?done=approve&of={comment}")


def test_a_list_is_searched_and_stays_searched(client: FlaskClient, desk: Desk) -> None:
    ids = [_post(client, f"Reader {one}", f"Night ferry {one}") for one in range(3)]
    _post(client, "Tobias Wren", "By day")
    desk.open("/admin/?view=waiting&q=ferr")
    assert (desk.card, desk.rows) == (ids[0], ids[1:])
    assert 'name="q" value="ferr" maxlength="254"' in desk.shown
    assert " of 4" not in desk.shown
    desk.decide("spam")
    assert (desk.card, desk.rows) == (ids[1], ids[2:])
    desk.undo()
    assert (desk.card, desk.rows) == (ids[0], ids[1:])
    desk.open(re.findall(r'class="go" href="([^"]+)"', desk.shown)[0].replace("&amp;", "&"))
    assert (desk.card, desk.rows) == (ids[1], ids[2:])
    desk.open(_links(desk.shown)["prev"])
    assert desk.card == ids[0]


def test_what_is_not_found_says_so(client: FlaskClient, desk: Desk) -> None:
    _post(client)
    assert "Nothing found." in desk.open("/admin/?q=nowhere")
    assert "Nothing found." in desk.open('/admin/?q="><b>')
    assert "<b>" not in desk.shown.partition('name="q"')[2].partition(">")[0]
    for nothing in ("", "+", "a%00b", "a" * 255):
        desk.open(f"/admin/?q={nothing}")
        assert desk.card, nothing


def test_an_answer_leads_back_to_what_was_searched(client: FlaskClient, desk: Desk) -> None:
    comment = _post(client, body="Night ferry")
    desk.open("/admin/?q=night")
    data = {"comment_id": comment, "q": "night", "view": "waiting", "approve": "1", "body": "Yes."}
    answer = desk.client.post(
        "/admin/answers", data=data | {"seen": desk.form.fields["seen"]}, headers=OWN
    )
    assert answer.status_code == 303
    assert "q=night" in answer.location
