"""Fills a SQLite database of ours, and one of Isso's, with the same invented threads, by bulk
inserts. The counters are consistent, as if every comment had been posted.
"""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, insert
from sqlalchemy.pool import NullPool

from comments_service import clock, migrations
from comments_service.app import create_app
from comments_service.database import WRITES, db, prepare
from comments_service.domain import markup
from comments_service.domain.urls import parse_page
from comments_service.models import Comment, Thread
from comments_service.models import words as index
from comments_service.operations import keys, sites
from comments_service.settings import Settings

SITE = "https://news.example"
LENGTH = 300
TEXTS = 997
VISITORS = 200
DEEPEST = 7  # of roots at 0
NEARBY = 200  # most replies answer one of the last so many
BATCH = 20_000
HELD_SHARE = 50  # one more comment waits for a moderator for so many that stand
WORDS = """
    the of a to and in is that for on with as at be this have from or by not but what were
    when we there can an which said if will each about how up out then some so these would
    into has more two like him see time could no make first been now people my over did down
    only way find water little after words called just where most know ferry tide harbour
    soup night bridge rain cliff road noon window garden letter north fish paper story
    winter house hand year place
    """.split()  # noqa: SIM905 - it reads as a text


@dataclass(frozen=True)
class Place:
    """Where a comment of a thread stands, by numbers within the thread."""

    parent: int | None
    root: int
    depth: int


@dataclass(frozen=True)
class Seeded:
    """How many comments each page has; a page's name is the path of its address."""

    pages: dict[str, int] = field(default_factory=dict[str, int])

    def many(self, count: int, size: int, prefix: str = "m") -> "Seeded":
        return Seeded(self.pages | {f"{prefix}{number}": size for number in range(count)})


def url(name: str) -> str:
    return f"{SITE}/{name}"


def fill(chosen: Settings, seeded: Seeded) -> str:
    """Make the database of these settings; an API key that may moderate it."""
    migrations.upgrade(chosen.resolved_database_url)
    app = create_app(chosen)
    with app.app_context():
        site_id = sites.add("The Tide Table", [SITE])
        key = keys.add("measurements")
        db.engine.dispose()
    engine = create_engine(chosen.resolved_database_url, poolclass=NullPool)
    prepare(engine, foreign_keys=False)
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        first = clock.new_id() - (2 * sum(seeded.pages.values()) << clock.LOW_BITS)
        for number, (size, names) in enumerate(_groups(seeded)):
            begun = [_thread(one, size=size, site_id=site_id) for one in names]
            connection.execute(insert(Thread), begun)
            rows = _comments(begun, first=first, salt=number)
            while batch := list(islice(rows, BATCH)):
                _write(connection, batch)
                first = batch[-1]["id"] + 1
    engine.dispose()
    return key


def fill_isso(path: Path, seeded: Seeded) -> None:
    """The same threads in a database that Isso has made; it knows one level of replies."""
    store = sqlite3.connect(path, isolation_level=None)
    store.executescript("PRAGMA synchronous=OFF; BEGIN")
    bodies, voters = texts(), bytes(256)
    for number, (name, size) in enumerate(seeded.pages.items()):
        sql = "INSERT INTO threads (uri, title) VALUES (?, ?)"
        thread = store.execute(sql, (f"/{name}", name)).lastrowid
        ids = list[int | None]()
        for place, (source, _html) in zip(places(size), _cycle(bodies, number), strict=False):
            parent = None if place.parent is None else ids[place.root]
            sql = (
                "INSERT INTO comments (tid, parent, created, mode, remote_addr, text, author,"
                " voters) VALUES (?, ?, ?, 1, '127.0.0.0', ?, ?, ?)"
            )
            author = f"Reader {len(ids) % VISITORS}"
            values = (thread, parent, 1.7e9 + len(ids), source, author, voters)
            ids.append(store.execute(sql, values).lastrowid)
    store.execute("COMMIT")
    store.close()


def copy(source: Path, target: Path) -> None:
    """The database of one data folder into another."""
    name = "comments.sqlite3"
    with (
        closing(sqlite3.connect(source / name)) as one,
        closing(sqlite3.connect(target / name)) as two,
    ):
        one.backup(two)


@cache
def places(size: int) -> Sequence[Place]:
    """The shape of a thread: a third of roots, replies anywhere, always the same for a size."""
    chance = random.Random(size)
    found = list[Place]()
    for number in range(size):
        parent = None
        if number and chance.random() > 0.3:
            nearest = max(0, number - NEARBY) if chance.random() < 0.7 else 0
            parent = chance.randrange(nearest, number)
        if parent is None or found[parent].depth >= DEEPEST:
            found.append(Place(None, number, 0))
        else:
            found.append(Place(parent, found[parent].root, found[parent].depth + 1))
    return found


@cache
def texts() -> Sequence[tuple[str, str]]:
    """Bodies as written and as rendered."""
    chance = random.Random(1)
    sources = [prose(chance) for _ in range(TEXTS)]
    return [(source, markup.render(source)) for source in sources]


def prose(chance: random.Random) -> str:
    """About 300 characters, now and then with markup, a link, or letters beyond ASCII."""
    words = list[str]()
    while sum(map(len, words)) + len(words) < LENGTH:
        words.append(chance.choice(WORDS))
    kind = chance.random()
    if kind < 0.2:
        words[0] = f"**{words[0]}**"
    elif kind < 0.3:
        words.append(f"https://elsewhere.example/{words[1]}")
    elif kind < 0.35:
        words.append("— déjà vu 🙂")
    return " ".join(words).capitalize() + "."


def _groups(seeded: Seeded) -> Iterator[tuple[int, list[str]]]:
    """Pages of one size, a few at a time: their comments arrive in turn, as on a real site."""
    for size, alike in groupby(seeded.pages.items(), key=itemgetter(1)):
        names = [name for name, _size in alike]
        width = max(1, BATCH // size)
        for start in range(0, len(names), width):
            yield size, names[start : start + width]


def _thread(name: str, *, size: int, site_id: int) -> dict[str, Any]:
    page = parse_page(url(name))
    return {
        "id": clock.new_id(),
        "site_id": site_id,
        "url": page.url,
        "url_key": page.key,
        "title": f"The news of {name}",
        "state": "open",
        "last_seq": size + size // HELD_SHARE,
        "approved_count": size,
        "version": size,
        "created_at": clock.now() - timedelta(days=30),
    }


def _comments(
    begun: Sequence[dict[str, Any]], *, first: int, salt: int
) -> Iterator[dict[str, Any]]:
    """The comments of threads of one size as rows; those that wait for a moderator come last."""
    size, width = begun[0]["approved_count"], len(begun)
    shape, bodies, below = places(size), _cycle(texts(), salt), _descendants(size)
    for at in range(size + size // HELD_SHARE):
        place = shape[at] if at < size else Place(None, at, 0)
        for number, thread in enumerate(begun):
            source, html = next(bodies)
            parent = None if place.parent is None else first + place.parent * width + number
            yield {
                **_SAME,
                "id": first + at * width + number,
                "site_id": thread["site_id"],
                "thread_id": thread["id"],
                "parent_id": parent,
                "root_id": first + place.root * width + number,
                "depth": place.depth,
                "seq": at + 1,
                "state": "approved" if at < size else "pending",
                "shown": at < size,
                "approved_replies": below[at] if at < size else 0,
                "author_name": f"Reader {at % VISITORS}",
                "visitor": _visitor(at % VISITORS),
                "body_source": source,
                "body_html": html,
                "created_at": thread["created_at"] + timedelta(seconds=at),
            }


_SAME: dict[str, Any] = {"body_version": markup.VERSION, "reasons": [], "trace": []}


@cache
def _visitor(number: int) -> bytes:
    return random.Random(number).randbytes(16)


@cache
def _descendants(size: int) -> Sequence[int]:
    """How many stand below each comment."""
    shape, found = places(size), [0] * size
    for number in range(size - 1, -1, -1):
        parent = shape[number].parent
        if parent is not None:
            found[parent] += found[number] + 1
    return found


def _cycle(bodies: Sequence[tuple[str, str]], start: int) -> Iterator[tuple[str, str]]:
    at = start
    while True:
        yield bodies[at % len(bodies)]
        at += 1


def _write(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(insert(Comment), rows)
    spelt = [{"rowid": row["id"], "words": _words(row["body_source"])} for row in rows]
    connection.execute(insert(index.SQLITE), spelt)
    connection.commit()


@cache
def _words(source: str) -> str:
    return index.written(source, "sqlite")
