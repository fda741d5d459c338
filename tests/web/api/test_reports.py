from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from comments_service.operations import keys
from comments_service.settings import Settings
from tests import thread
from tests.conftest import MakeApp, MakeSettings
from tests.thread import ORIGIN, Reader, found, pointers, posted, problem

OTHER = "https://kiln.example"
THANKS = {"detail": "Thank you. A moderator takes a look."}


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(post_limit="", report_limit="")


@pytest.fixture
def comment(app: Flask, client: FlaskClient) -> str:
    thread.add_site(app)
    thread.add_site(app, "Kiln & Clay", OTHER)
    comment = posted(Reader(client, "Tobias Wren").post("Reported soon."))
    thread.approve(app, comment)
    return comment


def report(client: FlaskClient, comment: str, **more: Any) -> TestResponse:
    headers = more.pop("headers", {})
    body = {"reason": "abusive"} | more
    return client.post(f"/api/v1/comments/{comment}/reports", json=body, headers=headers)


def test_a_report_is_thanked_for_and_issues_a_visitor(client: FlaskClient, comment: str) -> None:
    answer = report(client, comment, text="It shouts.")
    assert answer.status_code == 202
    body = found(answer)
    headers = {"Comments-Visitor": body.pop("visitor")}
    assert body == THANKS
    again = [report(client, comment, reason="spam", headers=headers) for _ in range(2)]
    assert [(one.status_code, one.json) for one in again] == [(202, THANKS)] * 2
    assert again[0].data == again[1].data
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_bad_token_is_none_and_a_new_one_is_issued(client: FlaskClient, comment: str) -> None:
    for token in ("nonsense", "A" * 43):
        assert "visitor" in found(report(client, comment, headers={"Comments-Visitor": token}))


def test_without_a_ration_left_the_report_stands_without_visitor(
    make_app: MakeApp, comment: str
) -> None:
    client = make_app(visitor_limit="1 per hour").test_client()
    assert "visitor" in found(report(client, comment))
    assert [found(report(client, comment)) for _ in range(2)] == [THANKS] * 2


def test_nobody_reports_his_own(app: Flask, client: FlaskClient, comment: str) -> None:
    reader = Reader(client)
    own = posted(reader.post("Mine."))
    thread.approve(app, own)
    assert problem(report(client, own, headers=reader.headers()), 403)["type"] == "own-comment"


def test_what_readers_do_not_see_is_not_there(client: FlaskClient, comment: str) -> None:
    held = posted(Reader(client).post("Held."))
    answers = [report(client, one) for one in (held, "17", "x")]
    assert [problem(one, 404)["type"] for one in answers] == ["not-found"] * 3


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"reason": "boring"}, "/reason"),
        ({"reason": None}, "/reason"),
        ({"text": "x" * 1001}, "/text"),
        ({"text": "a\x00b"}, "/text"),
        ({"text": 1}, "/text"),
        ({"why": "so"}, "/why"),
    ],
)
def test_bad_reports_are_told_by_field(
    client: FlaskClient, comment: str, body: dict[str, Any], pointer: str
) -> None:
    assert pointers(report(client, comment, **body)) == [pointer]


def test_only_pages_of_the_site_report(client: FlaskClient, comment: str) -> None:
    answer = report(client, comment, headers={"Origin": ORIGIN})
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    for origin in (OTHER, "https://elsewhere.example"):
        refused = report(client, comment, headers={"Origin": origin})
        assert problem(refused, 403)["type"] == "foreign-origin"


def test_reports_are_limited(make_app: MakeApp, comment: str) -> None:
    client = make_app(report_limit="2 per minute").test_client()
    for _ in range(2):
        found(report(client, comment))
    problem(report(client, comment), 429)


def test_who_moderates_reads_what_was_said(app: Flask, client: FlaskClient, comment: str) -> None:
    report(client, comment, reason="off_topic", text="  About boats.\r\nNot trains. ")
    row = _moderated(app, client)
    assert row["reports_count"] == 1
    [told] = row["reports"]
    assert (told["reason"], told["text"]) == ("off_topic", "About boats.\nNot trains.")
    assert set(told) == {"reason", "text", "at"}


def _moderated(app: Flask, client: FlaskClient) -> dict[str, Any]:
    with app.app_context():
        key = {"Authorization": f"Bearer {keys.add('sweeper', ())}"}
    answer = client.get("/api/v1/moderation/comments?state=approved", headers=key)
    [row] = found(answer)["comments"]
    return row


def test_what_is_reported_is_narrowed_by_site_alone(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        key = {"Authorization": f"Bearer {keys.add('sweeper')}"}
    query = {"reported": "true", "author": "Ruth Amberley", "reason": "links", "q": "ferry"}
    refused = client.get("/api/v1/moderation/comments", query_string=query, headers=key)
    assert refused.status_code == 422
    for name in ("author", "reason", "q"):
        assert f'"/{name}"' in refused.text


def test_moderators_list_the_most_reported_first_page_by_page(
    app: Flask, client: FlaskClient, comment: str
) -> None:
    with app.app_context():
        key = {"Authorization": f"Bearer {keys.add('sweeper')}"}
    reader = Reader(client, "Tobias Wren")
    twice, once = [posted(reader.post(f"Also reported, {number}.")) for number in (2, 1)]
    for one, times in ((twice, 2), (once, 1), (comment, 3)):
        thread.approve(app, one)
        for _ in range(times):
            found(report(client, one))

    def page(**query: Any) -> dict[str, Any]:
        query |= {"reported": "true", "limit": 2}
        return found(client.get("/api/v1/moderation/comments", query_string=query, headers=key))

    first = page()
    assert [one["id"] for one in first["comments"]] == [comment, twice]
    assert [len(one["reports"]) for one in first["comments"]] == [3, 2]
    last = page(cursor=first["next_cursor"])
    assert [one["id"] for one in last["comments"]] == [once]
    assert last["next_cursor"] is None
    foreign = {"state": "approved", "cursor": first["next_cursor"]}
    assert pointers(
        client.get("/api/v1/moderation/comments", query_string=foreign, headers=key)
    ) == ["/cursor"]
