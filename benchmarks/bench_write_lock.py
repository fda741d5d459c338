"""How long a post of a hostile comment holds SQLite's write lock: from BEGIN IMMEDIATE to COMMIT.

`--posts 50` of each pattern, each of 10,000 characters; exit 1 when a median is over the limit.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import Connection, PoolProxiedConnection, event

from comments_service import migrations
from comments_service.app import create_app
from comments_service.database import db
from comments_service.operations import sites
from comments_service.settings import Settings

LIMIT_MS = 20
LENGTH = 10_000
PAGE = "https://news.example/night-ferry"

PATTERNS = {
    "plain": "A quiet sentence about the ferry. ",
    "[": "[",
    "![": "![",
    "[a](": "[a](",
    "a[": "a[",
    ">": ">",
    "*": "*",
    "*a ": "*a ",
    "**a": "**a",
    "_a": "_a",
    "`": "`",
    "nested list": "".join(f"{'  ' * depth}* a\n" for depth in range(90)),
    "1. ": "1. ",
    "<": "<",
    "<a ": "<a ",
    "<b>": "<b>",
    "<!--": "<!--",
    "&": "&",
    "a@": "a@",
    "x.": "x.",
    "links": "https://a.example ",
    "table": "|a|b|\n|-|-|\n" + "|c|d|\n" * 50,
    "references": "[a]: https://a.example\n",
}


@contextmanager
def service() -> Generator[Flask]:
    """An application over a database on disk that lives as long as this."""
    with TemporaryDirectory(prefix="comments-bench-") as folder:
        settings = Settings(data_dir=folder, secret_key="b" * 32, post_limit="")
        migrations.upgrade(settings.resolved_database_url)
        app = create_app(settings)
        with app.app_context():
            sites.add("The Tide Table", ["https://news.example"])
            yield app
            db.engine.dispose()


@dataclass
class Held:
    """Milliseconds of one write transaction: of the clock, and of this thread's processor time."""

    wall: float
    cpu: float


@contextmanager
def locks() -> Generator[list[Held]]:
    """Each write transaction meanwhile, from getting the lock to giving it back."""
    held: list[Held] = []
    began: dict[int, tuple[float, float]] = {}
    dialect = db.engine.dialect
    commit = dialect.do_commit

    def begun(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement == "BEGIN IMMEDIATE":
            began[id(connection.connection.dbapi_connection)] = (
                time.perf_counter(),
                time.thread_time(),
            )

    def committed(dbapi_connection: PoolProxiedConnection) -> None:
        commit(dbapi_connection)
        now, cpu = time.perf_counter(), time.thread_time()
        start = began.pop(id(dbapi_connection.dbapi_connection), None)
        if start is not None:
            held.append(Held((now - start[0]) * 1000, (cpu - start[1]) * 1000))

    event.listen(db.engine, "after_cursor_execute", begun)
    dialect.do_commit = committed
    try:
        yield held
    finally:
        dialect.do_commit = commit
        event.remove(db.engine, "after_cursor_execute", begun)


def hostile(pattern: str, number: int) -> str:
    """Exactly as long as a comment may be, and never the same twice."""
    head = f"{number}\n\n"
    return (head + pattern * (LENGTH // len(pattern) + 1))[:LENGTH].rstrip().ljust(LENGTH, "x")


def measure(app: Flask, name: str, pattern: str, posts: int) -> tuple[list[Held], list[float]]:
    """Milliseconds of the lock and of the whole request, for each post to a page of its own."""
    client, whole = app.test_client(), list[float]()
    with locks() as held:
        for number in range(posts):
            body = {
                "url": f"{PAGE}?pattern={quote(name)}",
                "author": {"name": f"Reader {number}"},
                "body": hostile(pattern, number),
            }
            start = time.perf_counter()
            answer = client.post("/api/v1/comments", json=body)
            whole.append((time.perf_counter() - start) * 1000)
            if answer.status_code not in {201, 202}:
                sys.exit(f"{pattern!r}: {answer.status_code} {answer.text}")
    return held, whole


def columns(milliseconds: list[float]) -> str:
    return f" {statistics.median(milliseconds):>7.2f} ms {max(milliseconds):>7.2f} ms"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=50)
    posts: int = parser.parse_args().posts
    print(f"write lock of a post, {posts} posts each of {LENGTH:,} characters, limit {LIMIT_MS} ms")
    print(f"{'':<12} {'lock held':^21} {'its processor time':^21} {'whole request':^19}")
    print(f"{'pattern':<12}" + f" {'median':>10} {'max':>10}" * 3)
    worst = longest = 0.0
    with service() as app:
        measure(app, "warm up", "warm up ", 3)
        for name, pattern in PATTERNS.items():
            held, whole = measure(app, name, pattern, posts)
            if len(held) != posts:
                sys.exit(f"{name}: {len(held)} write transactions for {posts} posts")
            wall, cpu = [one.wall for one in held], [one.cpu for one in held]
            worst, longest = max(worst, statistics.median(wall)), max(longest, *wall)
            print(f"{name:<12}" + "".join(map(columns, (wall, cpu, whole))))
    verdict = "within" if worst <= LIMIT_MS else "over"
    print(f"worst median {worst:.2f} ms: {verdict} {LIMIT_MS} ms; longest single {longest:.2f} ms")
    return 0 if worst <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
