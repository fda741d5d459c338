"""Clients post while the service is killed -9 again and again; then everything is counted.

The clients repeat an unanswered request with its idempotency key, as the widget does.
"""

import http.client
import itertools
import json
import os
import re
import secrets
import signal
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from comments_service.demo.mailbox import Mailbox, Received
from tests.journeys.tally import Tally, integrity, plain_text, stored, told_of
from tests.services import pids
from tests.services.service import Service

ORIGIN = "http://news.example"
PAGE = f"{ORIGIN}/one"
READER = "ines@reader.example"
CLIENTS = 6
WAYS = ("supervisor", "background", "web", "all")  # whom the kills hit, in turn
PAUSE = 0.02
RETRY_PAUSE = 0.1
PATIENCE = 120.0  # seconds, for whatever a kill can delay
SETTINGS: Mapping[str, object] = {
    "moderation": "none",
    "post_limit": "",
    "settle_seconds": 0,
    "lease_seconds": 2,
}


class Siege:
    """One run against one started service, whose mail server is the mailbox."""

    def __init__(self, service: Service, mailbox: Mailbox, *, posts: int, kills: int) -> None:
        self.service = service
        self.mailbox = mailbox
        self.kills = kills
        self.tally = Tally([f"Comment number {number} of the siege." for number in range(posts)])
        self._changed = threading.Condition()
        self._given_up = threading.Event()

    def run(self, database_url: str) -> Tally:
        started = time.monotonic()
        self.service.cli("sites", "add", "News", "--origin", ORIGIN)
        self._subscribe()
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(self._post_all, number) for number in range(CLIENTS)]
            self._kill_again_and_again()  # here: a service ends with the thread that started it
            for client in clients:
                client.result()
        self.mailbox.wait_for(self._all_are_mailed, timeout=PATIENCE)
        self.service.stop()
        self.tally.count_mails(self.mailbox.messages)
        self.tally.count_comments(stored(database_url))
        self.tally.integrity = integrity(database_url)
        self.tally.seconds = time.monotonic() - started
        return self.tally

    def _all_are_mailed(self, messages: Sequence[Received]) -> bool:
        """Cheap while there can't be enough of them."""
        wanted = len(self.tally.bodies)
        return len(messages) > wanted and len({told_of(mail) for mail in messages}) > wanted

    def _subscribe(self) -> None:
        wish = {"url": PAGE, "email": READER, "scope": "thread"}
        status, answer = self._call("/api/v1/subscriptions", wish)
        assert status == 202, answer
        (mail,) = self.mailbox.wait_for(1)
        link = re.search(r"/subscriptions/confirm/\S+", plain_text(mail))
        assert link, plain_text(mail)
        assert self._call(link[0], {})[0] == 200

    def _post_all(self, first: int) -> None:
        try:
            for body in self.tally.bodies[first::CLIENTS]:
                self._post(body)
        except BaseException:
            self._given_up.set()
            raise

    def _post(self, body: str) -> None:
        comment = {"url": PAGE, "author": {"name": "Ada"}, "body": body}
        key = {"Idempotency-Key": secrets.token_urlsafe(24)}
        deadline = time.monotonic() + PATIENCE
        status, answer = self._call("/api/v1/comments", comment, key)
        retries = 0
        while not status or status >= 500:
            assert time.monotonic() < deadline, f"never answered: {answer}"
            time.sleep(RETRY_PAUSE)
            status, answer = self._call("/api/v1/comments", comment, key)
            retries += 1
        assert status == 201, answer
        with self._changed:
            self.tally.retries += retries
            self.tally.acknowledged[body] = answer["comment"]["id"]
            self._changed.notify_all()

    def _call(
        self, path: str, body: object, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Status and answer; status 0 when there was none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=10)
        kind = {"Content-Type": "application/json"} | dict(headers or {})
        with closing(connection):
            try:
                connection.request("POST", path, json.dumps(body), kind)
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException) as error:
                return 0, {"error": repr(error)}
        is_json = "json" in (answer.headers["Content-Type"] or "")
        return answer.status, json.loads(content) if is_json else {}

    def _kill_again_and_again(self) -> None:
        """Each time that one more share of the comments has been acknowledged."""
        for number, way in zip(range(1, self.kills + 1), itertools.cycle(WAYS), strict=False):
            share = number * len(self.tally.bodies) // (self.kills + 1)
            self._wait_for(share)
            self._kill(way)
            started = time.monotonic()
            self.service.start()
            self.tally.restarted.append(time.monotonic() - started)

    def _wait_for(self, acknowledged: int) -> None:
        deadline = time.monotonic() + PATIENCE
        with self._changed:
            while len(self.tally.acknowledged) < acknowledged:
                assert not self._given_up.is_set(), "a client gave up"
                assert time.monotonic() < deadline, f"stuck before {acknowledged} comments"
                self._changed.wait(1)

    def _kill(self, way: str) -> None:
        """Kill, and see every process of the service end."""
        process = self.service.process
        assert process
        background, web = pids.children(process.pid)
        if way == "all":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            victims = {"supervisor": process.pid, "background": background, "web": web}
            os.kill(victims[way], signal.SIGKILL)
        process.wait(timeout=PATIENCE)
        ended = time.monotonic()
        while left := pids.of_group(process.pid):
            assert time.monotonic() < ended + PATIENCE, f"orphans live on: {left}"
            time.sleep(PAUSE)
        self.tally.orphaned.append(time.monotonic() - ended)
