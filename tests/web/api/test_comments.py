"""Posting and editing over HTTP: what readers and their clients can rely on."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, ClassVar

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from comments_service import clock
from comments_service.database import snapshot
from comments_service.domain.states import Decision
from comments_service.models import LogEntry
from comments_service.settings import Settings
from tests.conftest import MakeSettings
from tests.rows import statements
from tests.thread import (
    ARTICLE,
    ORIGIN,
    Reader,
    add_site,
    approve,
    decide,
    found,
    pointers,
    posted,
    problem,
    read,
)


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(post_limit="", smtp_url="smtp://127.0.0.1:2525")


@pytest.fixture
def reader(app: Flask, client: FlaskClient) -> Reader:
    add_site(app)
    return Reader(client)


def edit_token(answer: dict[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer['edit_token']}"}


class TestPosting:
    def test_a_newcomer_waits_for_a_moderator(self, reader: Reader, client: FlaskClient) -> None:
        answer = reader.post("The ferry was late.")
        assert answer.status_code == 202
        data = found(answer)
        assert data["comment"]["state"] == "pending"
        assert data["held_because"]["code"] == "first_comment"
        assert {"edit_token", "editable_until", "status_url", "visitor"} <= data.keys()
        assert read(client)["comments"] == []

    def test_a_trusted_visitor_is_published_at_once(
        self, reader: Reader, app: Flask, client: FlaskClient
    ) -> None:
        approve(app, posted(reader.post("The first one.")))
        answer = reader.post("The second one.")
        assert answer.status_code == 201
        assert "held_because" not in found(answer)
        assert "visitor" not in found(answer)
        assert [one["state"] for one in read(client)["comments"]] == ["approved", "approved"]

    def test_a_typed_name_gives_nothing_of_somebody_elses_trust(
        self, reader: Reader, app: Flask, client: FlaskClient
    ) -> None:
        email = {"email": "ruth@example.com"}
        approve(app, posted(reader.post("The first one.", author=email)))
        assert Reader(client).post("Me too.", author=email).status_code == 202

    def test_many_links_are_held_even_from_trusted_visitors(
        self, reader: Reader, app: Flask
    ) -> None:
        approve(app, posted(reader.post("The first one.")))
        links = " ".join(f"https://{host}.example" for host in ("a", "b", "c"))
        answer = reader.post(links)
        assert answer.status_code == 202
        assert found(answer)["held_because"]["code"] == "links"
        own = " ".join(f"{ORIGIN}/{page}" for page in range(5))
        assert reader.post(own).status_code == 201

    def test_a_filled_trap_holds_and_says_nothing_of_it(self, reader: Reader, app: Flask) -> None:
        approve(app, posted(reader.post("The first one.")))
        answer = found(reader.post("Buy!", form={"trap": "x", "elapsed": 40.5}))
        assert answer["held_because"]["code"] == "moderator"

    def test_the_site_is_the_one_that_has_the_page(self, reader: Reader) -> None:
        reader.url = "https://other.example/"
        assert problem(reader.post("Hello."), 404)["type"] == "unknown-site"

    def test_a_foreign_origin_is_refused_and_none_is_accepted(self, reader: Reader) -> None:
        headers = {"Origin": "https://other.example"}
        assert problem(reader.post("Hi.", headers=headers), 403)["type"] == "foreign-origin"
        assert reader.post("Hi.", headers={"Origin": ORIGIN}).status_code == 202

    def test_another_sites_origin_is_foreign_here(self, reader: Reader, app: Flask) -> None:
        add_site(app, "Another", "https://another.example")
        headers = {"Origin": "https://another.example"}
        assert problem(reader.post("Hi.", headers=headers), 403)["type"] == "foreign-origin"

    def test_the_same_text_twice_is_a_duplicate(self, reader: Reader, client: FlaskClient) -> None:
        reader.post("Again and again.")
        refused = problem(reader.post("Again and again."), 409)
        assert refused["type"] == "duplicate-comment"
        assert "edit_token" not in refused
        same_network = Reader(client).post("Again and again.")
        assert problem(same_network, 409)["type"] == "duplicate-comment"
        assert Reader(client, name="Somebody Else").post("Again and again.").status_code == 202

    def test_the_same_text_may_come_again_later(self, reader: Reader) -> None:
        with time_machine.travel(clock.now(), tick=False) as traveller:
            reader.post("Good morning.")
            traveller.shift(timedelta(seconds=61))
            assert reader.post("Good morning.").status_code == 202

    def test_what_its_author_deleted_may_be_posted_again_at_once(self, reader: Reader) -> None:
        first = found(reader.post("Too early."))
        answer = reader.client.delete(_path(first), headers=reader.headers())
        assert answer.status_code == 204
        assert reader.post("Too early.").status_code == 202

    @pytest.mark.parametrize("name", ["The Tide Table", "Thé  tide-Tablé!"])
    def test_the_teams_name_is_the_teams(self, reader: Reader, name: str) -> None:
        reader.name = name
        refused = problem(reader.post("Hello."), 422)
        detail = "That name belongs to the team. Please choose another."
        assert refused["errors"] == [{"pointer": "/author/name", "detail": detail}]

    def test_notifying_needs_an_email(self, reader: Reader) -> None:
        assert pointers(reader.post("Tell me.", notify_of="replies")) == ["/author/email"]

    def test_an_email_never_leaves(self, reader: Reader, app: Flask, client: FlaskClient) -> None:
        answer = reader.post("Hello.", author={"email": "ruth@example.com"})
        approve(app, posted(answer))
        everything = answer.text + json.dumps(read(client)) + json.dumps(reader.mine())
        assert "ruth@example" not in everything
        assert "127.0.0" not in everything.replace("http://127.0.0.1:8000/status", "")


class TestBadInput:
    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"body": ""}, "/body"),
            ({"body": " \n\t "}, "/body"),
            ({"body": "x" * 10_001}, "/body"),
            ({"body": "a\x00b"}, "/body"),
            ({"body": "a\ud800b"}, "/body"),
            ({"body": 7}, "/body"),
            ({"body": None}, "/body"),
            ({"body": "<!-- -->\u200b"}, None),
            ({"author": {}}, "/author/name"),
            ({"author": None}, "/author"),
            ({"author": "Ruth"}, "/author"),
            ({"author": {"name": "x" * 81}}, "/author/name"),
            ({"author": {"name": "\u202etxt"}}, "/author/name"),
            ({"author": {"name": "a\nb"}}, "/author/name"),
            ({"author": {"name": "R", "email": "ruth@"}}, "/author/email"),
            ({"author": {"name": "R", "website": "javascript:1"}}, "/author/website"),
            ({"author": {"name": "R", "admin": True}}, "/author/admin"),
            ({"parent_id": "x"}, "/parent_id"),
            ({"parent_id": "123"}, "/parent_id"),
            ({"parent_id": str(2**63)}, "/parent_id"),
            ({"parent_id": 12}, "/parent_id"),
            ({"notify_of": "everything"}, "/notify_of"),
            ({"lang": "a_b"}, "/lang"),
            ({"lang": "abcdefgh-12345678-12345678-12345678-12345678"}, "/lang"),
            ({"lang": ""}, None),
            ({"body": "\u200b"}, "/body"),
            ({"body": "&#8203;&#x2800;"}, "/body"),
            ({"\ud800": 1}, "/\ud800"),
            ({"url": ""}, "/url"),
            ({"url": "javascript:alert(1)"}, "/url"),
            ({"url": "https://news.example:99999/"}, "/url"),
            ({"state": "approved"}, "/state"),
            ({"form": {"elapsed": "soon"}}, "/form/elapsed"),
        ],
    )
    def test_each_field_has_its_complaint(
        self, reader: Reader, client: FlaskClient, change: dict[str, object], pointer: str | None
    ) -> None:
        data = {"url": ARTICLE, "author": {"name": "Ruth"}, "body": "Hello."} | change
        answer = client.post(
            "/api/v1/comments", data=json.dumps(data), content_type="application/json"
        )
        if pointer is None:
            assert answer.status_code == 202
        else:
            assert pointer in pointers(answer)

    def test_every_fault_has_its_complaint_at_once(self, reader: Reader) -> None:
        author = {"name": " ", "email": "ruth@", "website": "javascript:1"}
        refused = reader.post("", author=author, notify_of="thread")
        of_author = [f"/author/{name}" for name in ("email", "name", "website")]
        assert pointers(refused) == [*of_author, "/body"]

    @pytest.mark.parametrize(
        "body", ["", "{", "[]", "7", "null", '"x"', "[" * 100_000, '{"url": NaN}', "\xff"]
    )
    def test_what_is_no_object_is_malformed(
        self, reader: Reader, client: FlaskClient, body: str
    ) -> None:
        answer = client.post(
            "/api/v1/comments", data=body.encode("latin-1"), content_type="application/json"
        )
        assert pointers(answer) == [""] or "/url" in pointers(answer)

    def test_another_media_type_is_415(self, reader: Reader, client: FlaskClient) -> None:
        answer = client.post("/api/v1/comments", data="{}", content_type="text/plain")
        assert problem(answer, 415)["type"] == "media-type"

    def test_a_huge_body_is_413(self, reader: Reader) -> None:
        assert problem(reader.post("x" * 300_000), 413)["type"] == "too-large"

    def test_a_hidden_parent_cannot_be_answered(self, reader: Reader, app: Flask) -> None:
        parent = posted(reader.post("Waiting."))
        assert pointers(reader.post("An answer.", parent_id=parent)) == ["/parent_id"]
        approve(app, parent)
        assert reader.post("An answer.", parent_id=parent).status_code == 201

    def test_a_parent_on_another_page_cannot_be_answered(self, reader: Reader, app: Flask) -> None:
        parent = posted(reader.post("Here."))
        approve(app, parent)
        reader.url = f"{ORIGIN}/another-page"
        assert pointers(reader.post("There.", parent_id=parent)) == ["/parent_id"]

    def test_nothing_is_written_by_a_refused_post(
        self, reader: Reader, client: FlaskClient
    ) -> None:
        reader.post("An answer to nobody.", parent_id="1234", title="A title")
        assert read(client)["thread"]["url"] == ARTICLE
        assert reader.post("x", url=f"{ARTICLE}?utm_source=a").status_code == 202
        assert read(client)["thread"]["url"] == f"{ARTICLE}?utm_source=a"


class TestIdempotency:
    KEY: ClassVar = {"Idempotency-Key": "0123456789abcdef"}

    def test_the_same_request_gets_its_first_answer(self, reader: Reader, app: Flask) -> None:
        first = Reader(reader.client).post("Once.", headers=self.KEY)
        again = Reader(reader.client).post("Once.", headers=self.KEY)
        assert (again.status_code, again.json) == (first.status_code, first.json)

    def test_what_happened_meanwhile_does_not_change_the_answer(
        self, reader: Reader, app: Flask
    ) -> None:
        first = Reader(reader.client).post("Once.", headers=self.KEY)
        approve(app, posted(first))
        again = Reader(reader.client).post("Once.", headers=self.KEY)
        assert (again.status_code, again.json) == (202, first.json)

    def test_the_form_does_not_count(self, reader: Reader) -> None:
        first = Reader(reader.client).post("Once.", headers=self.KEY, form={"elapsed": 5})
        again = Reader(reader.client).post("Once.", headers=self.KEY, form={"elapsed": 9})
        assert again.json == first.json

    def test_a_post_that_waits_takes_nine_statements(self, reader: Reader, app: Flask) -> None:
        """One reads before the lock is taken; nothing of what was written is read again."""
        headers = self.KEY | {"Origin": ORIGIN}
        reader.post("Hello.")
        with statements(app) as sent:
            answer = Reader(reader.client).post("Once.", headers=headers)
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert len(sent) == 9

    def test_another_body_is_refused(self, reader: Reader) -> None:
        Reader(reader.client).post("Once.", headers=self.KEY)
        assert problem(Reader(reader.client).post("Twice.", headers=self.KEY), 422)

    def test_another_visitor_has_keys_of_his_own(self, reader: Reader) -> None:
        reader.post("Hello.")
        first = Reader(reader.client, name="Jo").post("Once.", headers=self.KEY)
        assert posted(reader.post("Once.", headers=self.KEY)) != posted(first)

    @pytest.mark.parametrize(
        "key", ["short", "x" * 256, "with space in the key", "ümlaut-ümlaut-ü"]
    )
    def test_a_key_that_can_be_guessed_is_refused(self, reader: Reader, key: str) -> None:
        headers = {"Idempotency-Key": key.encode().decode("latin-1")}
        assert pointers(reader.post("Once.", headers=headers)) == ["/Idempotency-Key"]

    def test_twenty_at_once_make_one_comment(self, reader: Reader, app: Flask) -> None:
        def send(_number: int) -> str:
            return posted(Reader(app.test_client()).post("Once.", headers=self.KEY))

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(send, range(20)))) == 1


class TestEditing:
    def test_an_edit_within_the_window_stands_and_shows(
        self, reader: Reader, app: Flask, client: FlaskClient
    ) -> None:
        first = found(reader.post("A tpyo."))
        approve(app, first["comment"]["id"])
        answer = client.patch(
            f"/api/v1/comments/{first['comment']['id']}",
            json={"body": "A typo."},
            headers=edit_token(first),
        )
        assert answer.status_code == 200
        (shown,) = read(client)["comments"]
        assert shown["body_html"] == "<p>A typo.</p>"
        assert shown["edited_at"] is not None

    def test_the_visitor_token_proves_authorship_too(self, reader: Reader) -> None:
        comment = posted(reader.post("A tpyo."))
        path = f"/api/v1/comments/{comment}"
        body = {"body": "A typo."}
        assert reader.client.patch(path, json=body, headers=reader.headers()).status_code == 200

    def test_after_the_window_it_is_closed(self, reader: Reader) -> None:
        with time_machine.travel(clock.now(), tick=False) as traveller:
            first = found(reader.post("A tpyo."))
            traveller.shift(timedelta(seconds=900))
            answer = reader.client.patch(
                f"/api/v1/comments/{first['comment']['id']}",
                json={"body": "A typo."},
                headers=edit_token(first),
            )
            assert problem(answer, 403)["type"] == "edit-closed"

    def test_after_an_approved_reply_it_is_closed(self, reader: Reader, app: Flask) -> None:
        first = found(reader.post("Is it blue?"))
        approve(app, first["comment"]["id"])
        reader.post("Yes.", parent_id=first["comment"]["id"])
        answer = reader.client.patch(
            f"/api/v1/comments/{first['comment']['id']}",
            json={"body": "Is it red?"},
            headers=edit_token(first),
        )
        assert problem(answer, 403)["type"] == "edit-closed"

    def test_an_edit_that_would_be_held_waits_beside_the_approved_text(
        self, reader: Reader, app: Flask, client: FlaskClient
    ) -> None:
        first = found(reader.post("Harmless."))
        comment = first["comment"]["id"]
        approve(app, comment)
        links = " ".join(f"https://{host}.example" for host in ("a", "b", "c"))
        path = f"/api/v1/comments/{comment}"
        answer = client.patch(path, json={"body": links}, headers=edit_token(first))
        assert answer.status_code == 202
        assert found(answer)["held_because"]["code"] == "links"
        assert read(client)["comments"][0]["body_html"] == "<p>Harmless.</p>"
        decide(app, comment, Decision.APPROVE)
        assert "a.example" in read(client)["comments"][0]["body_html"]

    def test_the_author_alone_sees_the_text_that_waits(
        self, reader: Reader, app: Flask, client: FlaskClient
    ) -> None:
        with time_machine.travel(clock.now(), tick=False) as traveller:
            first = found(reader.post("Harmless."))
            comment = first["comment"]["id"]
            approve(app, comment)
            links = " ".join(f"https://{host}.example" for host in ("a", "b", "c"))
            path = f"/api/v1/comments/{comment}"
            told = found(client.patch(path, json={"body": links}, headers=edit_token(first)))
            traveller.shift(timedelta(days=2))
            [mine] = reader.mine()
        for seen in (told["comment"], mine):
            assert seen["state"] == "pending"
            assert "a.example" in seen["body_html"]
        assert read(client)["comments"][0]["body_html"] == "<p>Harmless.</p>"
        assert read(client)["comments"][0]["state"] == "approved"
        decide(app, comment, Decision.REJECT)
        [mine] = reader.mine()
        assert (mine["state"], mine["body_html"]) == ("approved", "<p>Harmless.</p>")

    def test_the_same_text_again_changes_nothing(self, reader: Reader, app: Flask) -> None:
        first = found(reader.post("As it is."))
        path = f"/api/v1/comments/{first['comment']['id']}"
        for _ in range(3):
            answer = reader.client.patch(
                path, json={"body": "As it is."}, headers=edit_token(first)
            )
            assert found(answer)["comment"]["edited_at"] is None
        with app.app_context(), snapshot() as session:
            assert len(session.scalars(select(LogEntry)).all()) == 1

    def test_without_or_with_a_bad_token_it_is_401(self, reader: Reader) -> None:
        path = f"/api/v1/comments/{posted(reader.post('Mine.'))}"
        for headers in (
            {},
            {"Authorization": "Bearer nonsense"},
            {"Comments-Visitor": "nonsense"},
        ):
            answer = reader.client.patch(path, json={"body": "Yours."}, headers=headers)
            assert problem(answer, 401)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    def test_the_token_of_another_comment_is_403(self, reader: Reader) -> None:
        first, second = found(reader.post("One.")), found(reader.post("Two."))
        answer = reader.client.patch(
            f"/api/v1/comments/{first['comment']['id']}",
            json={"body": "Changed."},
            headers=edit_token(second),
        )
        assert problem(answer, 403)

    def test_another_visitor_is_403(self, reader: Reader, client: FlaskClient) -> None:
        path = f"/api/v1/comments/{posted(reader.post('Mine.'))}"
        other = Reader(client, name="Jo")
        other.post("Hello.")
        answer = client.patch(path, json={"body": "Yours."}, headers=other.headers())
        assert problem(answer, 403)

    def test_an_unknown_comment_is_404(self, reader: Reader) -> None:
        for comment in ("1", "nonsense", "9" * 30):
            path = f"/api/v1/comments/{comment}"
            assert problem(reader.client.patch(path, json={"body": "x"}), 404)


class TestDeleting:
    KEY: ClassVar = {"Idempotency-Key": "0123456789abcdef"}

    def test_a_deleted_comment_is_gone_at_once(
        self, reader: Reader, app: Flask, client: FlaskClient
    ) -> None:
        first = found(reader.post("Regretted."))
        approve(app, first["comment"]["id"])
        answer = client.delete(_path(first), headers=edit_token(first))
        assert (answer.status_code, answer.data) == (204, b"")
        assert read(client)["comments"] == []
        assert read(client)["thread"]["count"] == 0
        assert reader.mine() == []
        page = client.get(first["status_url"].partition("8000")[2]).text
        assert "Deleted." in page
        assert "Regretted." not in page

    def test_a_tombstone_stands_above_its_replies(
        self, reader: Reader, app: Flask, client: FlaskClient
    ) -> None:
        first = found(reader.post("Regretted."))
        approve(app, first["comment"]["id"])
        reader.post("But you said it.", parent_id=first["comment"]["id"])
        assert client.delete(_path(first), headers=reader.headers()).status_code == 204
        [root] = read(client)["comments"]
        assert (root["state"], root["author"], root["body_html"]) == ("removed", None, None)
        assert len(root["replies"]) == 1

    def test_the_edit_token_deletes_within_its_window_the_visitor_at_any_time(
        self, reader: Reader, client: FlaskClient
    ) -> None:
        with time_machine.travel(clock.now(), tick=False) as traveller:
            first = found(reader.post("Regretted."))
            traveller.shift(timedelta(seconds=900))
            late = client.delete(_path(first), headers=edit_token(first))
            assert problem(late, 403)["type"] == "edit-closed"
            both = edit_token(first) | reader.headers()
            assert client.delete(_path(first), headers=both).status_code == 204
            again = client.delete(_path(first), headers=edit_token(first))
            assert again.status_code == 204  # nothing is left to be late for

    def test_what_is_deleted_is_edited_no_more(self, reader: Reader, client: FlaskClient) -> None:
        first = found(reader.post("Regretted."))
        client.delete(_path(first), headers=edit_token(first))
        answer = client.patch(_path(first), json={"body": "Back."}, headers=edit_token(first))
        assert problem(answer, 403)["type"] == "edit-closed"

    def test_the_first_answer_keeps_its_state_and_loses_its_text(
        self, reader: Reader, client: FlaskClient
    ) -> None:
        first = Reader(client).post("Regretted.", headers=self.KEY)
        client.delete(_path(found(first)), headers=edit_token(found(first)))
        again = Reader(client).post("Regretted.", headers=self.KEY)
        assert again.status_code == first.status_code
        comment = found(first)["comment"] | {"body_html": ""}
        assert found(again) == found(first) | {"comment": comment}

    def test_a_moderators_delete_becomes_final(
        self, reader: Reader, app: Flask, client: FlaskClient
    ) -> None:
        first = found(reader.post("Regretted."))
        comment = first["comment"]["id"]
        decide(app, comment, Decision.DELETE)
        assert client.delete(_path(first), headers=reader.headers()).status_code == 204
        assert decide(app, comment, Decision.RESTORE).error is not None

    def test_whom_it_is_refused(self, reader: Reader, app: Flask, client: FlaskClient) -> None:
        add_site(app, "Another", "https://another.example")
        other = Reader(client, name="Jo")
        mine, theirs = found(reader.post("Mine.")), found(other.post("Theirs."))
        stranger = Reader(client, url="https://another.example/page")
        stranger.post("Elsewhere.")
        for headers, status in (
            ({}, 401),
            ({"Authorization": "Bearer nonsense"}, 401),
            ({"Comments-Visitor": "nonsense"}, 401),
            (stranger.headers(), 401),
            (edit_token(theirs), 403),
            (other.headers(), 403),
            (reader.headers() | {"Origin": "https://another.example"}, 403),
        ):
            assert problem(client.delete(_path(mine), headers=headers), status)
        assert [one["body_html"] for one in reader.mine()] == ["<p>Mine.</p>"]

    def test_an_unknown_comment_is_404(self, reader: Reader, client: FlaskClient) -> None:
        for comment in ("1", "nonsense", "9" * 30):
            assert problem(client.delete(f"/api/v1/comments/{comment}"), 404)


def _path(answer: dict[str, Any]) -> str:
    return f"/api/v1/comments/{answer['comment']['id']}"


class TestMine:
    def test_a_held_comment_is_shown_to_its_author_alone(
        self, reader: Reader, client: FlaskClient
    ) -> None:
        reader.post("Only I see this.")
        assert [one["state"] for one in reader.mine()] == ["pending"]
        other = Reader(client, name="Jo")
        other.post("Hello.")
        assert [one["body_html"] for one in other.mine()] == ["<p>Hello.</p>"]

    def test_without_a_token_it_is_401(self, reader: Reader) -> None:
        answer = reader.client.get("/api/v1/mine", query_string={"url": ARTICLE})
        assert problem(answer, 401)

    def test_it_is_never_kept(self, reader: Reader) -> None:
        reader.post("Hello.")
        answer = reader.client.get(
            "/api/v1/mine", query_string={"url": ARTICLE}, headers=reader.headers()
        )
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_a_token_of_another_site_is_none_here(
        self, reader: Reader, app: Flask, client: FlaskClient
    ) -> None:
        add_site(app, "Another", "https://another.example")
        reader.post("Hello.")
        reader.url = "https://another.example/page"
        assert problem(
            client.get("/api/v1/mine", query_string={"url": reader.url}, headers=reader.headers()),
            401,
        )

    def test_what_a_moderator_rejected_is_gone(self, reader: Reader, app: Flask) -> None:
        decide(app, posted(reader.post("Rude.")), Decision.REJECT)
        assert reader.mine() == []
