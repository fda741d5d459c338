"""What everybody reads touches only the rows it returns: no table read through, nothing sorted.

The statements are those that the functions really send, explained by a database of a size at
which it has a choice.
"""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, ColumnElement, Insert, Text, case, cast, event, insert, literal, select

from comments_service import clock
from comments_service.app import create_app
from comments_service.database import db, unit_of_work
from comments_service.domain.cursors import Sort
from comments_service.domain.states import State
from comments_service.domain.urls import parse_page
from comments_service.models import Comment, Site, SiteOrigin, Thread
from comments_service.queries import highlights, moderation, permalinks, reported, threads
from comments_service.queries import sites as site_queries
from comments_service.settings import Settings
from tests.conftest import SECRET_KEY
from tests.services import Services, databases

COMMENTS, THREADS = 20_000, 10_000
FAMILY = 10  # a root and its replies
NEWS, KILN = 1, 2
LARGEST = "https://news.example/1"  # has half of all comments
READ, SORTED = 1_000, 400  # rows for one answer
SMALL = re.compile("ix_comments_(held_edits|reported)")  # indexes whose every entry is wanted
IDS = re.compile(r"SEARCH comments(_\d+)? USING INTEGER PRIMARY KEY \(rowid=\?\)")


@pytest.fixture(
    scope="module",
    params=[("sqlite", False), ("sqlite", True), ("postgresql", True)],
    ids=["sqlite", "sqlite-analyzed", "postgresql"],
)
def app(
    request: pytest.FixtureRequest, services: Services, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """A large database, read by all tests of this file; nobody tells SQLite to take statistics."""
    kind, analyzed = request.param
    folder = tmp_path_factory.mktemp("plans")
    with databases.fresh(kind, services=services, folder=folder, migrated=True) as url:
        app = create_app(Settings(data_dir=str(folder), database_url=url, secret_key=SECRET_KEY))
        with app.app_context():
            _seed()
            if analyzed:
                with db.engine.connect() as connection:
                    connection.exec_driver_sql("ANALYZE")
                    connection.commit()
            yield app
            db.engine.dispose()


def _seed() -> None:
    sites = [{"id": one, "name": str(one), "created_at": clock.now()} for one in (NEWS, KILN)]
    origin = {"site_id": NEWS, "origin": "https://news.example", "authority": "news.example"}
    with unit_of_work() as session:
        session.execute(insert(Site), sites)
        session.execute(insert(SiteOrigin), origin)
        session.execute(_threads())
        session.execute(_comments())


def _numbers(below: int) -> ColumnElement[int]:
    first = select(literal(0).label("n")).cte(recursive=True)
    return first.union_all(select(first.c.n + 1).where(first.c.n < below - 1)).c.n


def _threads() -> Insert:
    n = _numbers(THREADS)
    url = "https://news.example/" + cast(n + 1, Text)
    columns = {
        Thread.id: n + 1,
        Thread.site_id: n % 2 + 1,
        Thread.url: url,
        Thread.url_key: url,
        Thread.state: literal("open"),
        Thread.last_seq: literal(COMMENTS),
        Thread.approved_count: n * 7919 % 211,
        Thread.version: literal(1),
        Thread.created_at: literal(clock.now(), Thread.created_at.type),
    }
    return insert(Thread).from_select(list(columns), select(*columns.values()))


def _comments() -> Insert:
    """Half of them in the first thread; one in a hundred waits, a few are reported or edited."""
    n = _numbers(COMMENTS)
    thread = case((n < COMMENTS // 2, 0), else_=n // FAMILY)
    state = case(
        (n % 101 == 1, State.PENDING), (n % 23 == 2, State.SPAM), else_=str(State.APPROVED)
    )
    columns = {
        Comment.id: n + 1,
        Comment.site_id: thread % 2 + 1,
        Comment.thread_id: thread + 1,
        Comment.parent_id: case((n % FAMILY == 0, None), else_=n - n % FAMILY + 1),
        Comment.root_id: n - n % FAMILY + 1,
        Comment.depth: case((n % FAMILY == 0, 0), else_=1),
        Comment.seq: n + 1,
        Comment.state: state,
        Comment.shown: state == State.APPROVED,
        Comment.approved_replies: literal(0),
        Comment.votes_up: literal(0),
        Comment.votes_down: literal(0),
        Comment.rank: n * 7919 % 1_000_003,
        Comment.open_reports: case((n % 503 == 5, n % 3 + 1), else_=0),
        Comment.kept: literal(value=False),
        Comment.author_name: literal("Ruth Amberley"),
        Comment.recipient_proven: literal(value=False),
        Comment.body_source: literal("A text. " * 20),
        Comment.body_html: literal("<p>A text.</p>" * 5),
        Comment.body_version: literal(1),
        Comment.held_edit_source: case((n % 1_009 == 4, "An edit."), else_=None),
        Comment.reasons: literal([], JSON),
        Comment.trace: literal([], JSON),
        Comment.created_at: literal(clock.now(), Comment.created_at.type),
    }
    return insert(Comment).from_select(list(columns), select(*columns.values()))


@contextmanager
def sent() -> Generator[list[tuple[str, Any]]]:
    """What is asked of the large tables meanwhile: statements with their parameters."""
    found: list[tuple[str, Any]] = []

    def note(*given: Any) -> None:
        if re.search("(FROM|JOIN) (comments|threads)", given[2]):
            found.append((given[2], given[3]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def sins(statement: str, parameters: Any) -> list[str]:
    """What a statement does that grows with the tables, by the database's own explanation."""
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            explained = f"EXPLAIN QUERY PLAN {statement}"
            return _of_sqlite(connection.exec_driver_sql(explained, parameters).all())
        explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
        [[[plan]]] = connection.exec_driver_sql(explained, parameters).all()
        return _of_postgresql(plan["Plan"])


def _of_sqlite(steps: Sequence[Any]) -> list[str]:
    """Comments named by a list of ids may be sorted: they are one page."""
    page = {step.parent for step in steps if IDS.fullmatch(step.detail)}
    return [
        step.detail
        for step in steps
        if (re.match("SCAN (comments|threads)", step.detail) and not SMALL.search(step.detail))
        or ("TEMP B-TREE" in step.detail and step.parent not in page)
    ]


def _of_postgresql(plan: dict[str, Any]) -> list[str]:
    found: list[str] = []
    rest, read = [plan], 0.0
    while rest:
        node = rest.pop()
        rest += node.get("Plans", [])
        about = node.get("Relation Name") in {"comments", "threads"}
        if about and node["Node Type"] == "Seq Scan":
            found.append(f"Seq Scan on {node['Relation Name']}")
        if about:
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            read += rows * node["Actual Loops"]
        if "Sort" in node["Node Type"] and node["Plans"][0]["Actual Rows"] > SORTED:
            found.append(f"Sort of {node['Plans'][0]['Actual Rows']} rows")
    return [*found, f"{read} rows read"] if read > READ else found


def indexes(statement: str, parameters: Any) -> set[str]:
    """The indexes of comments that SQLite goes by, but for lists of ids."""
    with db.engine.connect() as connection:
        explained = f"EXPLAIN QUERY PLAN {statement}"
        steps = connection.exec_driver_sql(explained, parameters).all()
    return {name for step in steps for name in re.findall(r"\bix_comments_(\w+)", step.detail)}


def pages(sort: Sort) -> None:
    page = site_queries.page(LARGEST)
    first = threads.page(page, sort=sort)
    following = threads.page(page, sort=sort, cursor=first.next_cursor)
    assert len(first.comments) == len(following.comments) == 50
    assert all(len(one.replies) == 3 and one.replies_cursor for one in first.comments)


def branches() -> None:
    site, _page = site_queries.of_page(LARGEST)
    first = threads.replies(1, site=site, limit=3)
    assert threads.replies(1, site=site, limit=3, cursor=first.next_cursor).comments
    assert permalinks.find(4, site=site).replies_cursor


def counts() -> None:
    urls = [f"https://news.example/{number}" for number in range(1, 101, 2)]
    assert len(threads.counts([parse_page(url) for url in urls])) == 50


def newest() -> None:
    site, _origin = site_queries.of_origin("https://news.example")
    assert len(highlights.latest(site, limit=20)) == 20


def most_discussed() -> None:
    site, _origin = site_queries.of_origin("https://news.example")
    assert len(highlights.most_discussed(site, limit=20)) == 20


def lists(state: State, site_ids: frozenset[int] | None) -> None:
    for newest_first in (False, True):
        listed = partial(
            moderation.comments, state, site_ids=site_ids, limit=50, newest_first=newest_first
        )
        first = listed()
        assert len(first) == 50
        assert listed(after=first[-1].id)
        before = first[-1].id
        assert moderation.previous(state, site_ids=site_ids, before=before)


def reports(site_ids: frozenset[int] | None) -> None:
    first = reported.comments(site_ids=site_ids, limit=9)
    last = first[-1]
    assert reported.comments(site_ids=site_ids, limit=9, after=(last.reports_count, last.id))
    assert reported.previous(site_ids=site_ids, before=(last.reports_count, last.id))
    assert reported.count(site_ids=site_ids)


ONE = frozenset({NEWS})
BOTH = frozenset({NEWS, KILN})
READS: dict[str, tuple[Callable[[], None], set[str]]] = {
    "oldest first": (partial(pages, Sort.OLDEST), {"shown_roots", "shown_replies"}),
    "newest first": (partial(pages, Sort.NEWEST), {"shown_roots", "shown_replies"}),
    "most votes first": (partial(pages, Sort.TOP), {"top_roots", "shown_replies"}),
    "a branch": (branches, {"shown_replies"}),
    "50 counts": (counts, set()),
    "a site's newest": (newest, {"queue"}),
    "a site's most discussed": (most_discussed, set()),
    "what waits": (partial(lists, State.PENDING, None), {"queue_of_all", "held_edits"}),
    "what waits at a site": (partial(lists, State.PENDING, ONE), {"queue", "held_edits"}),
    "spam": (partial(lists, State.SPAM, None), {"queue_of_all"}),
    "a site's spam": (partial(lists, State.SPAM, ONE), {"queue"}),
    "what waits at some sites": (partial(lists, State.PENDING, BOTH), {"queue", "held_edits"}),
    "what is approved at some sites": (partial(lists, State.APPROVED, BOTH), {"queue"}),
    "what is reported": (partial(reports, None), {"reported"}),
    "what is reported at a site": (partial(reports, ONE), {"reported"}),
}


@pytest.mark.parametrize("name", READS)
def test_a_page_is_read_along_indexes_and_no_further(app: Flask, name: str) -> None:
    read, expected = READS[name]
    with sent() as statements:
        read()
    assert statements
    assert [(sin, one[0]) for one in statements for sin in sins(*one)] == []
    if db.engine.dialect.name == "sqlite":
        assert set[str]().union(*(indexes(*one) for one in statements)) == expected


def test_what_would_grow_with_the_tables_is_seen(app: Flask) -> None:
    with db.engine.connect() as connection, sent() as statements:
        connection.execute(select(Comment.id).order_by(Comment.author_website))
        connection.execute(select(Thread.id).where(Thread.url.contains("x")))
    assert all(sins(*one) for one in statements)
