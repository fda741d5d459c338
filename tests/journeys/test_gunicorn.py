"""The service under gunicorn, set up as docs/operating.md says: the same product and limits."""

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SECRET_KEY
from tests.services import wire
from tests.services.gunicorn import Gunicorn

ORIGIN = "https://news.example"
PAGE = f"{ORIGIN}/night-ferry"
API = "/api/v1"

# The server knows no database, and several seconds go into each start.
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def gunicorn(empty_database_url: str, tmp_path: Path) -> Iterator[Gunicorn]:
    """A fresh database, brought up to date by hand, and a site in it."""
    settings = {"database_url": empty_database_url, "secret_key": SECRET_KEY, "data_dir": tmp_path}
    server = Gunicorn(tmp_path, settings)
    try:
        server.cli("db", "upgrade")
        server.cli("sites", "add", "The Tide Table", "--origin", ORIGIN)
        server.start()
        yield server
    finally:
        server.close()
        print(server.log.read_text() if server.log.exists() else "")  # noqa: T201 - when it failed


def comment(number: int = 1) -> dict[str, Any]:
    return {"url": PAGE, "author": {"name": f"Reader {number}"}, "body": f"Number {number}."}


def test_readers_post_moderators_decide_and_all_may_read(gunicorn: Gunicorn) -> None:
    posted = wire.ask(gunicorn.port, wire.request(f"{API}/comments", comment()))
    assert posted.status == 202
    bearer = ("Authorization", f"Bearer {gunicorn.cli('keys', 'add', 'desk').strip()}")
    decision = {"comment_ids": [posted.json["comment"]["id"]], "decision": "approve"}
    decisions = wire.request(f"{API}/moderation/decisions", decision, headers=[bearer])
    decided = wire.ask(gunicorn.port, decisions)
    assert decided.json["results"][0]["to"] == "approved"
    page = wire.ask(gunicorn.port, wire.request(f"{API}/comments?url={PAGE}"))
    assert [one["body_html"] for one in page.json["comments"]] == ["<p>Number 1.</p>"]
    assert wire.ask(gunicorn.port, wire.request("/embed.js")).status == 200
    assert wire.ask(gunicorn.port, wire.request("/admin/sign-in")).status == 200
    assert gunicorn.cli("worker", "drain")


def test_its_workers_count_together(gunicorn: Gunicorn) -> None:
    posts = [wire.request(f"{API}/comments", comment(number)) for number in range(50)]
    answers = wire.ask_at_once(gunicorn.port, posts)
    assert Counter(answer.status for answer in answers) == {202: 5, 429: 45}


def test_told_to_stop_it_finishes_the_request_in_flight(gunicorn: Gunicorn) -> None:
    """The request is in flight once the server asks for its body, which comes after the signal."""
    sent = wire.request(f"{API}/comments", comment(), headers=[("Expect", "100-continue")])
    head, _, body = sent.partition(b"\r\n\r\n")
    assert gunicorn.process
    with wire.connect(gunicorn.port) as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(1024).startswith(b"HTTP/1.1 100")
        gunicorn.process.send_signal(signal.SIGTERM)
        connection.sendall(body)
        assert wire.receive(connection).status == 202
    assert gunicorn.process.wait(20) == 0


def test_proxies_are_believed_as_by_the_service_itself(
    empty_database_url: str, tmp_path: Path
) -> None:
    """Names with an underscore are dropped, and no header moves the application to another path."""
    settings = {"database_url": empty_database_url, "secret_key": SECRET_KEY, "data_dir": tmp_path}
    server = Gunicorn(
        tmp_path, settings | {"post_limit": "1 per hour", "trusted_proxies": "127.0.0.1/32"}
    )
    try:
        server.cli("sites", "add", "The Tide Table", "--origin", ORIGIN)
        server.start()
        real = ("X-Forwarded-For", "198.51.100.1")
        first = wire.request(f"{API}/comments", comment(), headers=[real])
        assert wire.ask(server.port, first).status == 202
        for name in ("X_Forwarded_For", "X-Forwarded_For", "Forwarded"):
            for headers in ([real, (name, "6.6.6.6")], [(name, "6.6.6.6"), real]):
                again = wire.request(f"{API}/comments", comment(2), headers=headers)
                assert wire.ask(server.port, again).status == 429
        moved = [("SCRIPT_NAME", "/x"), ("PATH_INFO", "/health/live"), ("Script-Name", "/x")]
        page = wire.ask(server.port, wire.request(f"{API}/comments?url={PAGE}", headers=moved))
        assert page.status == 200
        assert "thread" in page.json
    finally:
        server.close()
