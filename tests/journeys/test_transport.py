"""Hostile bytes on the wire, to both servers: a 4xx or an end, never a fault, never a hang."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from comments_service.domain import limits
from tests.conftest import SECRET_KEY
from tests.services import Services, databases, processes, wire
from tests.services.gunicorn import Gunicorn
from tests.services.service import Service

ORIGIN = "https://news.example"
PAGE = f"{ORIGIN}/night-ferry"
POST = "/api/v1/comments"
LIST = f"{POST}?url={PAGE}"
OWN = b"Host: localhost\r\nConnection: close\r\n"
KINDS: dict[str, type[Service]] = {"granian": Service, "gunicorn": Gunicorn}


@pytest.fixture(scope="module", params=KINDS)
def server(
    request: pytest.FixtureRequest, services: Services, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """One of each for all these tests: none of them may harm it."""
    folder: Path = tmp_path_factory.mktemp("transport")
    with databases.fresh("sqlite", services=services, folder=folder, migrated=True) as url:
        own = {"database_url": url, "secret_key": SECRET_KEY, "data_dir": folder, "post_limit": ""}
        server = KINDS[request.param](folder, own)
        server.cli("sites", "add", "The Tide Table", "--origin", ORIGIN)
        try:
            server.start()
            yield server
            server.stop()
        finally:
            server.close()
            log = server.log.read_text()
            print(log)  # noqa: T201 - shown when it failed
        assert "Traceback" not in log
        assert "unexpected error" not in log


def comment(text: str) -> bytes:
    return json.dumps({"url": PAGE, "author": {"name": "Ruth"}, "body": text}).encode()


def head(method: str, target: bytes, *headers: bytes) -> bytes:
    lines = b"".join(header + b"\r\n" for header in headers)
    return method.encode() + b" " + target + b" HTTP/1.1\r\n" + OWN + lines + b"\r\n"


def json_post(*headers: bytes) -> bytes:
    return head("POST", POST.encode(), b"Content-Type: application/json", *headers)


def chunked(body: bytes, size: int = 7) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def lives(server: Service) -> bool:
    return wire.ask(server.port, wire.request(LIST)).status == 200


def test_a_chunked_body_is_a_body(server: Service) -> None:
    sent = json_post(b"Transfer-Encoding: chunked") + chunked(comment("In chunks."))
    answer = wire.ask(server.port, sent)
    assert answer.status == 202
    assert answer.json["comment"]["body_html"] == "<p>In chunks.</p>"


def test_a_chunked_body_is_cut_at_the_same_size(server: Service) -> None:
    body = comment("x")[:-1] + b" " * limits.BODY_BYTES + b"}"
    sent = json_post(b"Transfer-Encoding: chunked") + chunked(body, 16_384)
    assert wire.ask(server.port, sent).status == 413


def test_a_body_that_says_it_is_too_large_is_not_waited_for(server: Service) -> None:
    for length in (limits.BODY_BYTES + 1, 10**10, 2**63):
        answer = wire.ask(server.port, json_post(b"Content-Length: %d" % length))
        assert answer.status == 413
        assert answer.json["type"] == "too-large"


@pytest.mark.parametrize("coding", [b"gzip", b"deflate", b"br"])
def test_a_packed_body_is_refused_unopened(server: Service, coding: bytes) -> None:
    bomb = b"\x1f\x8b\x08" + b"\0" * 1_000
    length = b"Content-Length: %d" % len(bomb)
    answer = wire.ask(server.port, json_post(b"Content-Encoding: " + coding, length) + bomb)
    assert answer.status == 415
    assert answer.headers["accept-encoding"] == "identity"


CHUNKED, LENGTH = b"Transfer-Encoding: chunked", b"Content-Length: 5"
SMUGGLED = b"GET /admin/ HTTP/1.1\r\n" + OWN + b"\r\n"

AMBIGUOUS = {
    "a length, then chunks": json_post(LENGTH, CHUNKED) + b"0\r\n\r\n" + SMUGGLED,
    "chunks, then a length": json_post(CHUNKED, LENGTH) + b"0\r\n\r\n" + SMUGGLED,
    "two lengths": json_post(LENGTH, b"Content-Length: 2") + b"{}   ",
    "a list of lengths": json_post(b"Content-Length: 5, 5") + b"{}   ",
    "a negative length": json_post(b"Content-Length: -5") + b"{}   ",
    "a length with a sign": json_post(b"Content-Length: +5") + b"{}   ",
    "a length in hex": json_post(b"Content-Length: 0x5") + b"{}   ",
    "a length without end": json_post(b"Content-Length: " + b"9" * 400),
    "an unknown coding": json_post(b"Transfer-Encoding: xchunked") + b"0\r\n\r\n",
    "a coding before chunked": json_post(b"Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n",
    "chunked not last": json_post(b"Transfer-Encoding: chunked, gzip") + b"0\r\n\r\n",
    "chunked twice": json_post(CHUNKED, CHUNKED) + b"0\r\n\r\n" + SMUGGLED,
    "a chunk of no size": json_post(CHUNKED) + b"zz\r\n{}\r\n0\r\n\r\n",
    "a negative chunk": json_post(CHUNKED) + b"-2\r\n{}\r\n0\r\n\r\n",
    "a chunk that lies": json_post(CHUNKED) + b"2\r\n{}{}\r\n0\r\n\r\n",
    "an unending chunk size": json_post(CHUNKED) + b"0" * 100_000 + b"2\r\n{}\r\n0\r\n\r\n",
    "a folded header": head("GET", LIST.encode(), b"X-A: b\r\n c"),
    "space before the colon": head("GET", LIST.encode(), b"X-A : b"),
    "a lone CR": head("GET", LIST.encode(), b"X-A: b\rX-B: c"),
    "a NUL in a header": head("GET", LIST.encode(), b"X-A: b\0c"),
    "a header of 2 MB": head("GET", LIST.encode(), b"X-A: " + b"a" * 2_000_000),
    "1,000 headers": head("GET", LIST.encode(), *(b"X-%d: 1" % number for number in range(1_000))),
    "an address of 100 KB": head("GET", b"/" + b"a" * 100_000),
    "a NUL in the address": head("GET", b"/\0"),
    "raw bytes in the address": head("GET", b"/\xff\xfe"),
    "a future version": b"GET / HTTP/9.9\r\n" + OWN + b"\r\n",
    "no version": b"GET /\r\n\r\n",
    "a proxy's preamble": b"PROXY TCP4 6.6.6.6 127.0.0.1 1 2\r\n" + head("GET", LIST.encode()),
    "the reader of another's mail": b"HELO localhost\r\nMAIL FROM:<a@b>\r\n\r\n",
}


@pytest.mark.parametrize("sent", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_an_ambiguous_request_is_refused_and_the_connection_ends(
    server: Service, sent: bytes
) -> None:
    """One answer at most: what follows is never taken for a request. 501 is gunicorn's word for
    a coding it doesn't know.
    """
    answer = wire.ask(server.port, sent)
    assert answer.closed
    assert answer.status in {0, 501} or 400 <= answer.status < 500
    assert len(wire.STATUS.findall(answer.raw)) <= 1
    assert lives(server)


UNUSUAL = {
    "bare line feeds": b"GET /health/live HTTP/1.1\nHost: localhost\nConnection: close\n\n",
    "a NUL, escaped": head("GET", b"/api/v1/comments?url=%00"),
    "a NUL in the path, escaped": head("GET", b"/%00/%00"),
    "no UTF-8, escaped": head("GET", b"/%ff%fe?%ff=%fe"),
    "no UTF-8 in a query": head("GET", b"/api/v1/comments?url=https://news.example/%ff%fe&%ff"),
    "half an escape": head("GET", b"/%?a=%&b=%zz"),
    "10,000 parameters": head("GET", LIST.encode() + b"&a" * 1_500),
    "the same one again and again": head("GET", LIST.encode() + b"&url=a" * 500),
    "dots": head("GET", b"/../../etc/passwd"),
    "dots, escaped": head("GET", b"/%2e%2e/%2e%2e/etc/passwd"),
    "slashes": head("GET", b"//news.example//api//v1"),
    "another host": head("GET", b"http://news.example/admin/"),
    "a star": head("OPTIONS", b"*"),
    "TRACE": head("TRACE", LIST.encode()),
    "CONNECT": head("CONNECT", b"news.example:443"),
    "an unknown method": head("BREW", LIST.encode()),
    "a method in lower case": head("get", LIST.encode()),
    "DELETE": head("DELETE", LIST.encode()),
    "HEAD": head("HEAD", LIST.encode()),
    "OPTIONS": head("OPTIONS", LIST.encode()),
    "no host": b"GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n",
    "a forged host": b"GET /health/live HTTP/1.1\r\nHost: a:b@c\r\nConnection: close\r\n\r\n",
    "letters beyond ASCII": head("GET", LIST.encode(), b"Comments-Visitor: \xff\xfe"),
    "a body of a GET": head("GET", LIST.encode(), b"Content-Length: 2") + b"{}",
    "no body at all": json_post(),
    "a trailer": json_post(CHUNKED) + b"2\r\n{}\r\n0\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n",
    "a TLS greeting": b"\x16\x03\x01\x00\x04\x01\x00\x00\x00\r\n\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGOAWAY\r\n\r\n",
}


@pytest.mark.parametrize("sent", UNUSUAL.values(), ids=UNUSUAL.keys())
def test_an_unusual_request_is_no_fault(server: Service, sent: bytes) -> None:
    answer = wire.ask(server.port, sent, patience=3)
    assert answer.status < 500
    assert answer.status or answer.closed or answer.raw
    assert lives(server)


def test_nothing_is_echoed_by_trace(server: Service) -> None:
    answer = wire.ask(server.port, head("TRACE", LIST.encode(), b"X-Secret: quince"))
    assert answer.status in {404, 405}
    assert b"quince" not in answer.raw


def test_a_client_that_leaves_in_the_middle_takes_nothing_along(server: Service) -> None:
    begun = (
        json_post(b"Content-Length: 200") + comment("Half of it")[:40],
        json_post(CHUNKED) + b"ffff\r\n" + comment("Half of it")[:40],
        json_post(CHUNKED) + b"fffffffffffffffff\r\n" + comment("Half of it")[:40],
    )
    for _ in range(10):
        for sent in begun:
            with wire.connect(server.port) as connection:
                connection.sendall(sent)
    assert lives(server)
    whole = comment("All of it.")
    answer = wire.ask(server.port, json_post(b"Content-Length: %d" % len(whole)) + whole)
    assert answer.status == 202


@pytest.mark.parametrize("server", ["granian"], indirect=True)
@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"POST /api/v1/comm",
        json_post(b"Content-Length: 200")[:-2],
        json_post(b"Content-Length: 200") + b"{",
        json_post(CHUNKED) + b"5\r\n{",
    ],
    ids=["nothing", "half a line", "half a head", "half a body", "half a chunk"],
)
def test_those_who_send_slowly_hold_up_no_reader(server: Service, begun: bytes) -> None:
    """Gunicorn needs a proxy for that, and docs/operating.md says so."""
    with ExitStack() as closing:
        for _ in range(40):
            slow = closing.enter_context(wire.connect(server.port))
            slow.sendall(begun)
        for _ in range(20):
            assert lives(server)
    assert server.process

    def posts_go_on() -> bool:
        return wire.ask(server.port, json_post(b"Content-Length: 2") + b"{}").status == 422

    processes.wait_until(posts_go_on, process=server.process, log=server.log)
