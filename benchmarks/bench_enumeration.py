"""Whether an answer's time tells that an e-mail is known here: medians of known against unknown.

`--tries 500` of each, interleaved, in process; exit 1 when bytes differ or medians by over 5 %.
Signing in by password is slow on purpose and is tried less often. Reports carry no e-mail: a first
report is measured against a repeated one, for the record.
"""

import argparse
import itertools
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from comments_service import clock, migrations, settings
from comments_service.app import create_app
from comments_service.database import db, unit_of_work
from comments_service.domain.states import Decision
from comments_service.models import Confirmation, Moderator, OutboxMessage, Subscription
from comments_service.operations import moderation, moderators, passwords, sites
from comments_service.queries import sites as sites_now
from comments_service.settings import Settings

LIMIT = 0.05
PASSWORD_TRIES = 100
WARM_UP = 10
SITE = "https://news.example"
OWN = {"Sec-Fetch-Site": "same-origin"}
GOOD = "night-ferry soup, 1987"

LIMITS = ("post", "subscribe", "sign_in", "password", "report", "visitor")
_numbers = itertools.count()

Send = Callable[[str], TestResponse]


@contextmanager
def service() -> Generator[Flask]:
    """An application over a database on disk; nothing limits how often something is tried."""
    with TemporaryDirectory(prefix="comments-bench-") as folder:
        unlimited: dict[str, Any] = {f"{name}_limit": "" for name in LIMITS}
        chosen = Settings(
            data_dir=folder,
            secret_key="b" * 32,
            smtp_url="smtp://127.0.0.1:9",  # makes mails offered; nobody sends them
            duplicate_seconds=0,
            **unlimited,
        )
        migrations.upgrade(chosen.resolved_database_url)
        app = create_app(chosen)
        with app.app_context():
            sites.add("The Tide Table", [SITE])
            yield app
            db.engine.dispose()


@dataclass
class Taken:
    known: list[float]
    unknown: list[float]
    alike: bool

    @property
    def ratio(self) -> float:
        return statistics.median(self.known) / statistics.median(self.unknown)


def measure(send: Send, pairs: Sequence[tuple[str, str]], shown: Callable[[bytes], bytes]) -> Taken:
    """Known and unknown in turn, each first as often as second."""
    taken = Taken([], [], alike=True)
    for number, (known, unknown) in enumerate(pairs):
        order = [(known, taken.known), (unknown, taken.unknown)]
        random.shuffle(order)
        seen: set[tuple[int, bytes]] = set()
        for email, times in order:
            began = time.perf_counter()
            answer = send(email)
            spent = time.perf_counter() - began
            seen.add((answer.status_code, shown(answer.data)))
            if number >= WARM_UP:
                times.append(spent)
        taken.alike = taken.alike and len(seen) == 1
    return taken


def whole(data: bytes) -> bytes:
    return data


def without_chance(data: bytes) -> bytes:
    """An answer to a post without what differs between any two: ids, times, tokens."""
    return re.sub(
        rb'"(\w*id|\w+_at|\w*token|\w+_until|status_url|visitor|avatar)":"[^"]*"', b"", data
    )


def sign_in(app: Flask, tries: int) -> Taken:
    known = _moderators(tries)
    kept = passwords.hasher.hash(GOOD)
    with unit_of_work() as session:
        session.execute(update(Moderator).values(password=kept))
    client = app.test_client()

    def send(email: str) -> TestResponse:
        data = {"email": email, "password": "a guess that is wrong"}
        return client.post("/admin/sign-in", data=data, headers=OWN)

    return measure(send, _pairs(known), whole)


def sign_in_link(app: Flask, tries: int) -> Taken:
    client = app.test_client()

    def send(email: str) -> TestResponse:
        return client.post("/admin/sign-in/link", data={"email": email}, headers=OWN)

    return measure(send, _pairs(_moderators(tries)), whole)


def subscribe(app: Flask, tries: int) -> Taken:
    """Those known have followed this very page for a month."""
    client, known = app.test_client(), [_email() for _ in range(tries)]

    def send(email: str) -> TestResponse:
        wish = {"url": f"{SITE}/followed", "email": email, "scope": "thread"}
        return client.post("/api/v1/subscriptions", json=wish)

    for email in known:
        send(email)
    _confirm_all()
    return measure(send, _pairs(known), whole)


def post(app: Flask, tries: int) -> Taken:
    """Those known follow this page and have written on it; a browser nobody knows writes."""
    client, known = app.test_client(), [_email() for _ in range(tries)]

    def send(email: str) -> TestResponse:
        author = {"name": "Ruth Amberley", "email": email}
        body = {"url": f"{SITE}/written-on", "author": author, "notify_of": "thread"}
        return client.post("/api/v1/comments", json=body | {"body": "All is quiet at the weir."})

    for email in known:
        send(email)
    _confirm_all()
    return measure(send, _pairs(known), without_chance)


def report(app: Flask, tries: int) -> Taken:
    """Known: a visitor who has reported this comment before. There is no e-mail to tell of."""
    client = app.test_client()
    page = {"url": f"{SITE}/reported", "author": {"name": "Tobias Wren"}, "body": "Buy lamps."}
    comment_id = client.post("/api/v1/comments", json=page).get_json()["comment"]["id"]
    moderation.decide(
        [int(comment_id)], Decision.APPROVE, actor="maren@desk.example", site_ids=None
    )
    site = sites_now.everything()[0]

    def token() -> str:
        return settings.current().keyring.visitor_token(site.id, clock.random_bytes(16))

    def send(visitor: str) -> TestResponse:
        return client.post(
            f"/api/v1/comments/{comment_id}/reports",
            json={"reason": "spam"},
            headers={"Comments-Visitor": visitor},
        )

    known = [token() for _ in range(tries)]
    for visitor in known:
        send(visitor)
    return measure(send, [(one, token()) for one in known], whole)


def _moderators(count: int) -> list[str]:
    emails = [_email() for _ in range(count)]
    for email in emails:
        moderators.add(email, role="admin")
    return emails


def _confirm_all() -> None:
    """As if every mailbox had been asked and had said yes a month ago."""
    then = clock.now() - timedelta(days=30)
    with unit_of_work() as session:
        session.execute(
            update(Confirmation).values(
                asked_at=then, sent_at=then, confirmed_at=then, expires_at=then
            )
        )
        session.execute(update(Subscription).values(state="active", confirmed_at=then))
        session.execute(update(OutboxMessage).values(state="sent", ended_at=then))


def _pairs(known: Sequence[str]) -> list[tuple[str, str]]:
    return [(one, _email()) for one in known]


def _email() -> str:
    return f"reader-{next(_numbers):06}@mail.example"


MEASURED: tuple[tuple[Callable[[Flask, int], Taken], bool], ...] = (
    (sign_in, True),
    (sign_in_link, True),
    (subscribe, True),
    (post, True),
    (report, False),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=500)
    parser.add_argument("names", nargs="*", help="sign_in, sign_in_link, subscribe, post, report")
    given = parser.parse_args()
    tries, good = given.tries, True
    for measured, judged in MEASURED:
        if given.names and measured.__name__ not in given.names:
            continue
        count = min(tries, PASSWORD_TRIES) if measured is sign_in else tries
        with service() as app:
            taken = measured(app, count + WARM_UP)
        known, unknown = (1000 * statistics.median(one) for one in (taken.known, taken.unknown))
        print(
            f"{measured.__name__:13} known {known:7.3f} ms  unknown {unknown:7.3f} ms  "
            f"ratio {taken.ratio:.3f}  bytes {'equal' if taken.alike else 'DIFFER'}"
            f"{'' if judged else '  (for the record)'}"
        )
        good = good and (not judged or (taken.alike and abs(taken.ratio - 1) <= LIMIT))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
