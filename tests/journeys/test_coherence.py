"""Two worker processes, each with its own ready answers: whoever was told that something was
written finds it, whichever of them he asks.
"""

import http.client
import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import Any
from urllib.parse import urlencode

from tests.conftest import StartService
from tests.services.service import Service

ORIGIN = "https://news.example"
PAGE = f"{ORIGIN}/night-ferry"
READERS = 12  # connections: enough that both processes have some
POSTS = 36
THREAD = f"/api/v1/comments?{urlencode({'url': PAGE})}"
COUNT = f"/api/v1/counts?{urlencode({'url': PAGE})}"


def test_every_read_that_follows_a_write_shows_it(start_service: StartService) -> None:
    service = start_service("--workers", "2", moderation="none", post_limit="", visitor_limit="")
    service.cli("sites", "add", "The Tide Table", "--origin", ORIGIN)
    with ExitStack() as closing_all:
        readers = [closing_all.enter_context(closing(connect(service))) for _ in range(READERS)]
        writer = closing_all.enter_context(closing(connect(service)))
        posts = closing_all.enter_context(ThreadPoolExecutor(1))
        for number, reader in zip(range(1, POSTS + 1), itertools.cycle(readers), strict=False):
            posting = posts.submit(post, writer, f"Number {number}.")
            while not posting.done():
                ask(reader, THREAD)  # so that what it knows is never old
            posting.result()
            assert ask(reader, THREAD)["thread"]["count"] == number
            assert ask(reader, COUNT)["counts"][PAGE] == number
            newest = ask(reader, f"{THREAD}&sort=newest")["comments"][0]
            assert newest["body_html"] == f"<p>Number {number}.</p>"


def connect(service: Service) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)


def post(connection: http.client.HTTPConnection, body: str) -> None:
    comment = {"url": PAGE, "author": {"name": "Ruth Amberley"}, "body": body}
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/api/v1/comments", json.dumps(comment), headers)
    answer = connection.getresponse()
    assert answer.status == 201, answer.read()
    answer.read()


def ask(connection: http.client.HTTPConnection, path: str) -> Any:
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.status == 200
    return json.load(answer)
