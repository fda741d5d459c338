"""Who asks, as the request tells it."""

from typing import Any

import pytest
import time_machine
from flask import Flask

from comments_service import clock
from comments_service import settings as settings_module
from comments_service.database import snapshot
from comments_service.models import Comment
from comments_service.settings import Settings
from comments_service.web import visitor
from tests.conftest import MakeApp, MakeSettings
from tests.thread import Reader, add_site, approve, found, problem


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_our_own_origin_is_written_as_browsers_write_it(make_settings: MakeSettings) -> None:
    for public_url, origin in (
        ("https://comments.example.com", "https://comments.example.com"),
        ("HTTPS://Comments.Example.com:443/sub/path/", "https://comments.example.com"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ):
        app = Flask(__name__)
        settings_module.install(app, make_settings(public_url=public_url))
        with app.app_context():
            assert visitor.own_origin() == origin


class TestRation:
    """New visitor ids are rationed by machine and site; without one a post stands all the same."""

    @pytest.fixture
    def settings(self, make_settings: MakeSettings) -> Settings:
        return make_settings(post_limit="", visitor_limit="1 per hour")

    @pytest.fixture
    def readers(self, app: Flask) -> tuple[Reader, Reader]:
        """Two on one machine; the first has got its only visitor id."""
        add_site(app)
        known, late = Reader(app.test_client()), Reader(app.test_client(), name="Jo Late")
        assert found(known.post("The first."))["visitor"]
        return known, late

    def test_spent_a_post_stands_without(self, app: Flask, readers: tuple[Reader, Reader]) -> None:
        known, late = readers
        posted = found(late.post("The second."))
        assert "visitor" not in posted
        comment = posted["comment"]
        assert comment["author"]["avatar"].startswith("c")
        with app.app_context(), snapshot() as session:
            assert session.get_one(Comment, int(comment["id"])).visitor is None
        assert found(known.post("The third."))["comment"]["author"]["avatar"].startswith("p")

    def test_what_was_posted_without_is_edited_by_its_token_alone(
        self, app: Flask, readers: tuple[Reader, Reader]
    ) -> None:
        known, late = readers
        posted = found(late.post("A tpyo."))
        path = f"/api/v1/comments/{posted['comment']['id']}"
        token = {"Authorization": f"Bearer {posted['edit_token']}"}
        for headers, status in ((token, 200), (known.headers(), 403), ({}, 401)):
            answer = late.client.patch(path, json={"body": "A typo."}, headers=headers)
            assert answer.status_code == status

    def test_a_reader_without_is_never_trusted_and_meets_himself_by_name(
        self, app: Flask, readers: tuple[Reader, Reader]
    ) -> None:
        _known, late = readers
        approve(app, found(late.post("The second."))["comment"]["id"])
        assert late.post("The third.").status_code == 202
        assert problem(late.post("The third."), 409)["type"] == "duplicate-comment"

    def test_a_repeated_request_gets_its_first_answer_and_costs_no_ration(
        self, make_app: MakeApp
    ) -> None:
        app = make_app(post_limit="", visitor_limit="2 per hour")
        add_site(app)

        def once(name: str) -> dict[str, Any]:
            reader = Reader(app.test_client(), name=name)
            return found(reader.post("Once.", headers={"Idempotency-Key": f"{name:x<16}"}))

        first = once("Ruth")
        assert [once("Ruth") for _ in range(3)] == [first] * 3
        assert "visitor" in first
        assert "visitor" in once("Ann")
        spent = once("Jo")
        assert "visitor" not in spent
        assert once("Jo") == spent
        assert once("Ruth") == first

    def test_a_post_over_its_own_limit_costs_no_ration(self, make_app: MakeApp) -> None:
        app = make_app(post_limit="1 per minute", visitor_limit="2 per hour")
        add_site(app)
        reader = Reader(app.test_client(), name="Ruth")
        with time_machine.travel(clock.now(), tick=False) as traveller:
            found(reader.post("One."))
            for _ in range(3):
                problem(Reader(reader.client, name="Jo").post("Two."), 429)
            traveller.shift(61)
            assert "visitor" in found(Reader(reader.client, name="Jo").post("Two."))

    def test_another_machine_or_site_has_its_own(
        self, app: Flask, readers: tuple[Reader, Reader]
    ) -> None:
        add_site(app, "Another", "https://another.example")
        client = app.test_client()
        there = Reader(client, url="https://another.example/page")
        assert "visitor" in found(there.post("Hello."))
        client.environ_base["REMOTE_ADDR"] = "192.0.2.9"
        assert "visitor" in found(Reader(client, name="Ann").post("Hello."))
