"""Packed bodies are refused before anybody unpacks them, and slow ones never hold up readers."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO, RawIOBase

import pytest
from flask import Flask

from comments_service.app import create_app
from comments_service.cli import children, supervisor
from comments_service.domain import limits
from comments_service.web import transport
from tests.conftest import MakeSettings
from tests.thread import ARTICLE, add_site, problem, read

BODY = b'{"url": "https://news.example/night-ferry"}'


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "GZIP", "identity, gzip", "x"])
def test_a_packed_body_is_415_and_told_how_to_come(app: Flask, coding: str) -> None:
    headers = {"Content-Encoding": coding, "Content-Type": "application/json"}
    for path in ("/api/v1/comments", "/subscriptions/unsubscribe/x"):
        answer = app.test_client().post(path, data=BODY, headers=headers)
        assert answer.status_code == 415
        assert answer.headers["Accept-Encoding"] == "identity"
    assert problem(app.test_client().post("/api/v1/comments", headers=headers), 415)


def test_a_plain_body_may_say_so(app: Flask) -> None:
    headers = {"Content-Encoding": "identity", "Content-Type": "application/json"}
    assert app.test_client().post("/api/v1/comments", data=BODY, headers=headers).status_code == 422


def test_a_packed_transfer_is_refused(app: Flask) -> None:
    headers = {"Transfer-Encoding": "gzip, chunked", "Content-Type": "application/json"}
    answer = app.test_client().post("/api/v1/comments", data=BODY, headers=headers)
    assert problem(answer, 400)["type"] == "bad-request"


def test_one_thread_of_the_server_is_left_for_readers() -> None:
    assert transport.BODIES_AT_ONCE < supervisor.BLOCKING_THREADS


def test_only_the_server_of_few_threads_has_turns(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where many threads share one processor, a turn may take longer than a client that drips."""
    monkeypatch.setattr(children, "attach", lambda: None)
    assert children.web(create_app, make_settings()).config[transport.FEW_THREADS]
    assert transport.FEW_THREADS not in create_app(make_settings()).config


class Dripping(RawIOBase):
    """A body whose rest comes when it is let go."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.rest = threading.Event()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview[int]", /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.asked.set()
        assert self.rest.wait(20)
        return 0


@pytest.fixture
def drips() -> Iterator[list[Dripping]]:
    drips = [Dripping() for _ in range(transport.BODIES_AT_ONCE)]
    yield drips
    for drip in drips:
        drip.rest.set()


def test_a_chunked_body_has_the_same_bound(app: Flask) -> None:
    """Werkzeug cuts it there in silence: what is left could still be JSON."""
    for size, status in ((limits.BODY_BYTES, 422), (limits.BODY_BYTES + 1, 413)):
        environ = {
            "wsgi.input": BytesIO(b"{}" + b" " * (size - 2)),
            "wsgi.input_terminated": True,
            "HTTP_TRANSFER_ENCODING": "chunked",
            "CONTENT_LENGTH": "",
        }
        answer = app.test_client().post(
            "/api/v1/comments", content_type="application/json", environ_overrides=environ
        )
        assert answer.status_code == status


def test_slow_bodies_make_further_ones_wait_and_no_reader(
    app: Flask, drips: list[Dripping]
) -> None:
    app.config[transport.FEW_THREADS] = True
    add_site(app)

    def send(drip: Dripping) -> int:
        answer = app.test_client().post(
            "/api/v1/comments",
            content_type="application/json",
            environ_overrides={"wsgi.input": drip, "CONTENT_LENGTH": "100"},
        )
        return answer.status_code

    with ThreadPoolExecutor(len(drips)) as pool:
        slow = [pool.submit(send, drip) for drip in drips]
        assert all(drip.asked.wait(20) for drip in drips)
        assert read(app.test_client(), ARTICLE)["comments"] == []
        for _ in range(20):  # only the first of them waits for a turn
            answer = app.test_client().post("/api/v1/comments", json={})
            assert problem(answer, 503)["type"] == "busy"
            assert answer.headers["Retry-After"]
        for drip in drips:
            drip.rest.set()
        assert {one.result() for one in slow} == {400}
    assert app.test_client().post("/api/v1/comments", json={}).status_code == 422
