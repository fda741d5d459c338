from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from comments_service.database import db
from comments_service.operations import keys
from comments_service.settings import Settings
from tests import thread
from tests.conftest import MakeSettings
from tests.thread import Reader, found, posted, problem

QUEUE = "/api/v1/moderation/comments"
DECISIONS = "/api/v1/moderation/decisions"
LOG = "/api/v1/moderation/log"
OTHER = "https://kiln.example"
LINKS = "[a](https://a.example) [b](https://b.example) [c](https://c.example)"


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(post_limit="")


@pytest.fixture(autouse=True)
def _sites(app: Flask) -> None:
    thread.add_site(app)
    thread.add_site(app, "Kiln & Clay", OTHER)


def _bearer(app: Flask, label: str = "sweeper", *sites: str) -> dict[str, str]:
    with app.app_context():
        return {"Authorization": f"Bearer {keys.add(label, sites)}"}


@pytest.fixture
def key(app: Flask) -> dict[str, str]:
    return _bearer(app)


def _queue(client: FlaskClient, key: dict[str, str], **query: Any) -> list[dict[str, Any]]:
    return found(client.get(QUEUE, query_string=query, headers=key))["comments"]


def _decide(
    client: FlaskClient, key: dict[str, str], ids: list[str], decision: str, **more: Any
) -> list[dict[str, Any]]:
    body = {"comment_ids": ids, "decision": decision} | more
    return found(client.post(DECISIONS, json=body, headers=key))["results"]


def test_without_a_key_nothing_opens(client: FlaskClient, key: dict[str, str]) -> None:
    for headers in ({}, {"Authorization": "Bearer ck_nothing"}, {"Authorization": "Basic x"}):
        for answer in (
            client.get(QUEUE, headers=headers),
            client.get(LOG, headers=headers),
            client.post(DECISIONS, json={}, headers=headers),
        ):
            problem(answer, 401)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_key_is_out_at_once(app: Flask, client: FlaskClient, key: dict[str, str]) -> None:
    _queue(client, key)
    with app.app_context():
        keys.revoke("sweeper")
    problem(client.get(QUEUE, headers=key), 401)


def test_the_queue_shows_what_it_takes_to_decide(client: FlaskClient, key: dict[str, str]) -> None:
    reader = Reader(client)
    author = {"email": "ruth@amberley.example"}
    comment = posted(reader.post("To *be* read", author=author, title="The night ferry"))
    [row] = _queue(client, key)
    assert row["id"] == row["root_id"] == comment
    assert row["state"] == "pending"
    assert row["body_source"] == "To *be* read"
    assert "<em>be</em>" in row["body_html"]
    assert row["author"]["name"] == "Ruth Amberley"
    assert row["author"]["email"] == "ruth@amberley.example"
    assert row["author"]["avatar"].startswith("p")
    assert row["reasons"] == [{"code": "first_comment", "params": {}, "text": "First comment"}]
    assert row["history"]["approved"] == row["history"]["rejected"] == 0
    assert row["thread"]["url"] == thread.ARTICLE
    assert row["thread"]["title"] is None
    assert (row["revisions"], row["held_edit"], row["replies"]) == ([], None, [])
    assert (row["votes"], row["pinned"], row["reply_count"]) == ({"up": 0, "down": 0}, False, 0)


def test_history_follows_the_browser_and_never_the_typed_name(
    client: FlaskClient, key: dict[str, str]
) -> None:
    ruth, impostor = Reader(client), Reader(client)
    first = posted(ruth.post("One"))
    second = posted(ruth.post("Two"))
    _decide(client, key, [first], "reject")
    _decide(client, key, [second], "approve")
    posted(ruth.post("Three, [a](https://a.example) [b](https://b.example) [c](https://c.example)"))
    posted(impostor.post("Four"))
    hers, his = _queue(client, key)
    assert (hers["history"]["approved"], hers["history"]["rejected"]) == (1, 1)
    assert hers["reasons"][0]["text"] == "3 links"
    assert (his["history"]["approved"], his["history"]["rejected"]) == (0, 0)


def test_the_queue_goes_on_by_cursor_from_the_oldest(
    client: FlaskClient, key: dict[str, str]
) -> None:
    ids = [posted(Reader(client, f"Reader {number}").post(f"No. {number}")) for number in range(5)]
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = found(client.get(QUEUE, query_string=query, headers=key))
        seen += [row["id"] for row in page["comments"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == ids


def test_a_cursor_of_another_list_is_refused(client: FlaskClient, key: dict[str, str]) -> None:
    for number in range(2):
        posted(Reader(client, f"Reader {number}").post(f"No. {number}"))
    cursor = found(client.get(QUEUE, query_string={"limit": 1}, headers=key))["next_cursor"]
    for other in ({"state": "spam"}, {"site": "The Tide Table"}, {"author": "Ruth"}):
        answer = client.get(QUEUE, query_string={"cursor": cursor} | other, headers=key)
        assert thread.pointers(answer) == ["/cursor"]


def test_a_page_of_the_queue_costs_the_same_however_long_it_is(
    app: Flask, client: FlaskClient, key: dict[str, str]
) -> None:
    def statements() -> int:
        seen: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(*given: Any) -> None:
            seen.append(given[2])

        event.listen(engine, "before_cursor_execute", note)
        _queue(client, key)
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    posted(Reader(client).post("One"))
    few = statements()
    for number in range(10):
        posted(Reader(client, f"Reader {number}").post(f"No. {number}"))
    assert statements() == few


def test_a_waiting_edit_stands_in_the_pending_queue_beside_its_old_text(
    app: Flask, client: FlaskClient, key: dict[str, str]
) -> None:
    reader = Reader(client)
    answer = found(reader.post("The old text"))
    comment = answer["comment"]["id"]
    thread.approve(app, comment)
    links = "[a](https://a.example) [b](https://b.example) [c](https://c.example)"
    found(
        client.patch(
            f"/api/v1/comments/{comment}",
            json={"body": f"The new text {links}"},
            headers={"Authorization": f"Bearer {answer['edit_token']}"},
        )
    )
    [row] = _queue(client, key)
    assert row["state"] == "approved"
    assert row["body_source"] == "The old text"
    assert row["held_edit"]["body_source"].startswith("The new text")
    assert _queue(client, key, state="approved")[0]["id"] == comment
    assert _decide(client, key, [comment], "approve") == [
        {"id": comment, "from": "approved", "to": "approved"}
    ]
    assert _queue(client, key) == []
    [row] = _queue(client, key, state="approved")
    assert row["body_source"].startswith("The new text")
    assert [one["body_source"] for one in row["revisions"]] == ["The old text"]


def test_the_queue_can_be_asked_by_author(client: FlaskClient, key: dict[str, str]) -> None:
    ruth = posted(Reader(client).post("One", author={"email": "ruth@amberley.example"}))
    tobias = posted(Reader(client, "Tobias Wren").post("Two"))
    assert [row["id"] for row in _queue(client, key, author="RUTH@amberley.example")] == [ruth]
    assert [row["id"] for row in _queue(client, key, author="Tobias Wren")] == [tobias]
    assert _queue(client, key, author="Tob%") == []


def test_the_queue_can_be_searched(client: FlaskClient, key: dict[str, str]) -> None:
    ruth = posted(Reader(client).post("The night *ferry*", author={"email": "ruth@a.example"}))
    tobias = posted(Reader(client, "Tobias Ferrer").post("Le café de nuit"))
    for q, ids in (
        ("ferry NIGHT", [ruth]),
        (" cafe nui ", [tobias]),
        ("ferr", [ruth]),
        ("tobias fe", [tobias]),
        ("Ruth@A.example", [ruth]),
        ("uth", []),
        ("night cafe", []),
        ("%", []),
    ):
        assert [row["id"] for row in _queue(client, key, q=q)] == ids, q
        assert _queue(client, key, q=q, state="spam") == []


def test_the_queue_can_be_asked_for_a_reason(client: FlaskClient, key: dict[str, str]) -> None:
    plain = posted(Reader(client).post("One", author={"name": "links"}))
    linked = posted(Reader(client, "Tobias Wren").post(f"{LINKS} crossing"))
    for query, ids in (
        ({"reason": "first_comment"}, [plain, linked]),
        ({"reason": "links"}, [linked]),
        ({"reason": "links", "q": "crossing"}, [linked]),
        ({"reason": "links", "q": "one"}, []),
        ({"reason": "links", "author": "links"}, []),
        ({"reason": "params"}, []),
        ({"reason": "links", "state": "approved"}, []),
    ):
        assert [row["id"] for row in _queue(client, key, **query)] == ids, query


def test_what_is_found_goes_on_by_a_cursor_of_that_search(
    client: FlaskClient, key: dict[str, str]
) -> None:
    night = [posted(Reader(client, f"Reader {one}").post(f"Night {one}")) for one in range(3)]
    query = {"q": "night", "limit": 2}
    page = found(client.get(QUEUE, query_string=query, headers=key))
    assert [row["id"] for row in page["comments"]] == night[:2]
    query["cursor"] = page["next_cursor"]
    page = found(client.get(QUEUE, query_string=query, headers=key))
    assert ([row["id"] for row in page["comments"]], page["next_cursor"]) == (night[2:], None)
    for other in ({"q": "nigh"}, {"q": None}, {"q": None, "author": "night"}, {"reason": "links"}):
        answer = client.get(QUEUE, query_string=query | other, headers=key)
        assert thread.pointers(answer) == ["/cursor"], other


def test_decisions_tell_from_and_to_for_each(client: FlaskClient, key: dict[str, str]) -> None:
    ids = [posted(Reader(client, f"Reader {number}").post(f"No. {number}")) for number in range(2)]
    assert _decide(client, key, ids, "spam") == [
        {"id": one, "from": "pending", "to": "spam"} for one in ids
    ]
    assert [row["id"] for row in _queue(client, key, state="spam")] == ids


def test_a_decision_that_changes_nothing_is_no_error(
    client: FlaskClient, key: dict[str, str]
) -> None:
    comment = posted(Reader(client).post("One"))
    _decide(client, key, [comment], "approve")
    assert _decide(client, key, [comment], "approve") == [
        {"id": comment, "from": "approved", "to": "approved"}
    ]
    log = found(client.get(LOG, query_string={"comment_id": comment}, headers=key))["log"]
    assert [entry["event"] for entry in log] == ["post", "approve"]


def test_a_moderators_delete_can_be_restored(client: FlaskClient, key: dict[str, str]) -> None:
    comment = posted(Reader(client).post("One"))
    _decide(client, key, [comment], "reject")
    _decide(client, key, [comment], "delete")
    [done] = _decide(client, key, [comment], "restore")
    assert (done["from"], done["to"]) == ("deleted", "rejected")


def test_what_cannot_be_decided_is_a_problem_of_its_own_and_stops_nothing_else(
    client: FlaskClient, key: dict[str, str]
) -> None:
    comment = posted(Reader(client).post("One"))
    results = _decide(client, key, [comment, "17", "no id", "9" * 30, comment], "approve")
    assert [one["id"] for one in results] == [comment, "17", "no id", "9" * 30]
    assert results[0]["to"] == "approved"
    assert all(one["problem"]["type"] == "not-found" for one in results[1:])
    [done] = _decide(client, key, [comment], "restore")
    assert done["problem"]["type"] == "no-such-transition"


def test_the_log_tells_who_when_and_why(client: FlaskClient, key: dict[str, str]) -> None:
    comment = posted(Reader(client).post("One"))
    _decide(client, key, [comment], "reject", reason="Off topic", tell_author=True)
    log = found(client.get(LOG, query_string={"comment_id": comment}, headers=key))["log"]
    post, reject = log
    assert (post["actor"], post["from"], post["to"]) == ("screening", None, "pending")
    assert post["reasons"][0]["text"] == "First comment"
    assert (reject["actor"], reject["from"], reject["to"]) == (
        "key sweeper",
        "pending",
        "rejected",
    )
    assert reject["reasons"][0]["text"] == "Off topic"
    assert reject["reasons"][0]["params"]["tell_author"] is True


def test_bad_questions_are_told_by_field(client: FlaskClient, key: dict[str, str]) -> None:
    def asked(**query: Any) -> list[str]:
        return thread.pointers(client.get(QUEUE, query_string=query, headers=key))

    assert asked(state="open") == ["/state"]
    assert asked(limit=0) == ["/limit"]
    assert asked(limit=101) == ["/limit"]
    assert asked(cursor="nonsense") == ["/cursor"]
    assert asked(q=" ") == asked(q="a\x00b") == asked(q="a" * 255) == ["/q"]
    assert asked(reason="") == asked(reason="a" * 51) == ["/reason"]
    assert thread.pointers(client.get(LOG, headers=key)) == ["/comment_id"]
    assert thread.pointers(client.get(LOG, query_string={"comment_id": "x"}, headers=key)) == [
        "/comment_id"
    ]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"decision": "approve"}, "/comment_ids"),
        ({"comment_ids": [], "decision": "approve"}, "/comment_ids"),
        ({"comment_ids": ["1"] * 501, "decision": "approve"}, "/comment_ids"),
        ({"comment_ids": [1], "decision": "approve"}, "/comment_ids/0"),
        ({"comment_ids": ["1"], "decision": "publish"}, "/decision"),
        ({"comment_ids": ["1"], "decision": "reject", "reason": ""}, "/reason"),
        ({"comment_ids": ["1"], "decision": "reject", "reason": "a\x00b"}, "/reason"),
        ({"comment_ids": ["1"], "decision": "reject", "tell_author": "yes"}, "/tell_author"),
        ({"comment_ids": ["1"], "decision": "reject", "why": "no"}, "/why"),
    ],
)
def test_bad_decisions_are_told_by_field(
    client: FlaskClient, key: dict[str, str], body: dict[str, Any], pointer: str
) -> None:
    assert thread.pointers(client.post(DECISIONS, json=body, headers=key)) == [pointer]


def test_a_key_of_one_site_neither_sees_nor_decides_for_another(
    app: Flask, client: FlaskClient
) -> None:
    here, there = _bearer(app, "here", "The Tide Table"), _bearer(app, "there", "Kiln & Clay")
    comment = posted(Reader(client).post("One"))
    other = posted(Reader(client, url=f"{OTHER}/glaze").post("Two"))
    assert [row["id"] for row in _queue(client, here)] == [comment]
    assert [row["id"] for row in _queue(client, there)] == [other]
    problem(client.get(QUEUE, query_string={"site": "Kiln & Clay"}, headers=here), 404)
    problem(client.get(QUEUE, query_string={"site": "Nobody's"}, headers=here), 404)
    problem(client.get(LOG, query_string={"comment_id": other}, headers=here), 404)
    assert [row["id"] for row in _queue(client, here, q="ruth")] == [comment]
    assert _queue(client, here, q="two") == []
    [done] = _decide(client, here, [other], "approve")
    assert done["problem"]["type"] == "not-found"
    assert [row["state"] for row in _queue(client, there)] == ["pending"]


def test_a_key_of_all_sites_can_ask_for_one(client: FlaskClient, key: dict[str, str]) -> None:
    comment = posted(Reader(client).post("One"))
    posted(Reader(client, url=f"{OTHER}/glaze").post("Two"))
    assert len(_queue(client, key)) == 2
    assert [row["id"] for row in _queue(client, key, site="The Tide Table")] == [comment]


def test_moderation_answers_are_kept_by_nobody(client: FlaskClient, key: dict[str, str]) -> None:
    assert client.get(QUEUE, headers=key).headers["Cache-Control"] == "private, no-store"
