"""What came of a siege: the comments and mails that were promised against those that are there."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from comments_service.demo.mailbox import Received

BODY = re.compile(r"Comment number \d+ of the siege\.")


@dataclass
class Tally:
    """`repeated` are mails that went out again because the kill fell between the mail server's
    answer and its record: the same mail, with the same Message-ID.
    """

    bodies: Sequence[str]
    acknowledged: dict[str, str] = field(default_factory=dict[str, str])
    retries: int = 0
    orphaned: list[float] = field(default_factory=list[float])
    restarted: list[float] = field(default_factory=list[float])
    missing: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])
    unmailed: list[str] = field(default_factory=list[str])
    mailed_twice: list[str] = field(default_factory=list[str])
    repeated: int = 0
    integrity: str = ""
    seconds: float = 0.0

    def count_comments(self, stored: Iterable[tuple[str, str]]) -> None:
        """`stored` are the ids and bodies of the database."""
        found = dict(stored)
        times = Counter(found.values())
        self.missing = [
            body for body, given in self.acknowledged.items() if found.get(given) != body
        ]
        self.doubled = [body for body in self.bodies if times[body] > 1]

    def count_mails(self, received: Iterable[Received]) -> None:
        found = [(mail.parsed["Message-ID"], told_of(mail)) for mail in received]
        mails = [(known, body) for known, body in found if body]
        times = Counter(body for _, body in set(mails))
        self.unmailed = [body for body in self.bodies if not times[body]]
        self.mailed_twice = [body for body in self.bodies if times[body] > 1]
        self.repeated = len(mails) - len(set(mails))

    def __str__(self) -> str:
        return (
            f"{len(self.bodies)} posts, {len(self.restarted)} kills, {self.seconds:.0f} s: "
            f"acknowledged {len(self.acknowledged)} (after {self.retries} retries), "
            f"missing {len(self.missing)}, doubled {len(self.doubled)}; "
            f"not mailed {len(self.unmailed)}, mailed twice {len(self.mailed_twice)}, "
            f"repeated with the same Message-ID {self.repeated}; "
            f"at most {max(self.orphaned, default=0):.2f} s to the last orphan's end "
            f"and {max(self.restarted, default=0):.1f} s to the next start; "
            f"integrity: {self.integrity}"
        )


def told_of(mail: Received) -> str | None:
    """The comment that the mail quotes."""
    found = BODY.search(plain_text(mail))
    return found[0] if found else None


def plain_text(mail: Received) -> str:
    part = mail.parsed.get_body(preferencelist=("plain",))
    return str(part.get_content()) if part else ""


def stored(database_url: str) -> list[tuple[str, str]]:
    """The ids, as they stand on the wire, and bodies of all comments."""
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, body_source FROM comments")).all()
    engine.dispose()
    return [(str(row[0]), str(row[1])) for row in rows]


def integrity(database_url: str) -> str:
    """SQLite's own judgement of the file; PostgreSQL answers for itself."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return "ok"
    with closing(sqlite3.connect(url.database or "")) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
