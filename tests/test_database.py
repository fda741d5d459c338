"""What the two ways to talk to a database promise, on each kind of database."""

import sqlite3
import stat
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import create_engine, delete, select, text
from sqlalchemy.exc import (
    IntegrityError,
    InterfaceError,
    InternalError,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from comments_service import database, marks
from comments_service.app import create_app
from comments_service.database import (
    db,
    insert_if_new,
    insert_many_if_new,
    insert_whole,
    mark_of,
    snapshot,
    unit_of_work,
)
from comments_service.domain.errors import Unavailable
from comments_service.models import Moderator, Site, Thread
from comments_service.settings import Settings
from tests.conftest import MakeApp, MakeSettings

SITE, THREAD = 1, 7
MOMENT = datetime(2026, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)
SECONDS = 30  # no test waits so long; one that would has failed

Talk = Callable[[], AbstractContextManager[Session]]

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"])


@pytest.fixture(autouse=True)
def _a_thread(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        session.add(Site(id=SITE, name="News", created_at=MOMENT))
        session.flush()
        url = "https://news.example/night-ferry"
        session.add(Thread(id=THREAD, site_id=SITE, url=url, url_key=url, created_at=MOMENT))


def version(session: Session) -> int:
    return session.scalars(select(Thread.version).where(Thread.id == THREAD)).one()


def add_one(session: Session) -> None:
    """Read, then write what was read and one more."""
    thread = session.scalars(select(Thread).where(Thread.id == THREAD).with_for_update()).one()
    thread.version += 1


def kept(app: Flask) -> int:
    with app.app_context(), snapshot() as session:
        return version(session)


def other_connection(app: Flask) -> sqlite3.Connection:
    """One that waits for nobody."""
    with app.app_context():
        return sqlite3.connect(str(db.engine.url.database), timeout=0, isolation_level=None)


@on_sqlite
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5_000)],
)
def test_every_sqlite_connection_is_durable_and_patient(
    app: Flask, pragma: str, value: str | int
) -> None:
    """Also those that are opened while another is in use."""
    with app.app_context(), snapshot() as one, snapshot() as other, unit_of_work() as third:
        for session in (one, other, third):
            assert session.scalar(text(f"PRAGMA {pragma}")) == value


def test_a_row_that_points_nowhere_is_refused(app: Flask) -> None:
    with (
        app.app_context(),
        pytest.raises(IntegrityError),
        unit_of_work() as session,
    ):
        session.execute(delete(Site))


@on_sqlite
def test_a_unit_of_work_has_the_write_lock_before_it_writes(app: Flask) -> None:
    with closing(other_connection(app)) as other, app.app_context():
        with unit_of_work():
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            assert other.execute("SELECT version FROM threads").fetchone() == (0,)
        other.execute("BEGIN IMMEDIATE")


@on_sqlite
def test_a_unit_of_work_leaves_a_mark_once_it_is_committed(app: Flask) -> None:
    with app.app_context():
        mark = mark_of(db.engine)
        assert mark
        before = mark.value
        with unit_of_work() as session:
            add_one(session)
            assert mark.value == before
        after = mark.value
        assert after != before
        with suppress(KeyError), unit_of_work() as session:
            add_one(session)
            raise KeyError
        assert mark.value == after


@on_sqlite
def test_no_mark_no_write(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than one that readers in other processes wouldn't see."""
    marks.of.cache_clear()
    monkeypatch.setattr(marks, "SUFFIX", "/nowhere")
    with app.app_context(), pytest.raises(Unavailable), unit_of_work() as session:
        add_one(session)
    marks.of.cache_clear()
    assert kept(app) == 0


@on_sqlite
def test_a_snapshot_takes_no_write_lock(app: Flask) -> None:
    """Nor does it when its connection was a unit of work's before."""
    with closing(other_connection(app)) as other, app.app_context():
        with unit_of_work() as session:
            add_one(session)
        with snapshot() as session:
            assert version(session) == 1
            other.execute("BEGIN IMMEDIATE")
            other.execute("UPDATE threads SET version = 5")
            other.execute("COMMIT")


@on_sqlite
def test_whoever_waits_too_long_for_his_turn_to_write_is_told_so(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else's turn is lost by that."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 1)
    with app.app_context():
        with unit_of_work() as session:
            with pytest.raises(Unavailable), unit_of_work():
                pytest.fail("two at once")
            add_one(session)
        with unit_of_work() as session:
            assert version(session) == 1


def test_a_second_writer_waits_for_the_first_and_sees_what_it_wrote(app: Flask) -> None:
    arrived = Event()

    def second() -> int:
        with app.app_context():
            arrived.set()
            with unit_of_work() as session:
                add_one(session)
                session.flush()
                return version(session)

    with ThreadPoolExecutor(1) as pool, app.app_context():
        with unit_of_work() as session:
            add_one(session)
            session.flush()
            waiting = pool.submit(second)
            assert arrived.wait(SECONDS)
            assert not waiting.done()
        assert waiting.result(SECONDS) == 2


def test_a_snapshot_goes_on_while_others_write_and_sees_one_state(app: Flask) -> None:
    with app.app_context(), snapshot() as reading:
        assert version(reading) == 0
        with unit_of_work() as writing:
            add_one(writing)
            writing.flush()
            assert version(reading) == 0
        assert version(reading) == 0
        with snapshot() as later:
            assert version(later) == 1


def test_no_increment_of_four_threads_is_lost(app: Flask) -> None:
    def count(_number: int) -> None:
        with app.app_context():
            for _ in range(50):
                with unit_of_work() as session:
                    add_one(session)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    assert kept(app) == 200


def test_a_unit_of_work_is_kept_whole_or_not_at_all(app: Flask) -> None:
    def fails_at_its_end() -> None:
        with unit_of_work() as session:
            add_one(session)
            session.add(Site(id=SITE + 1, name="Weather", created_at=MOMENT))
            session.flush()
            raise ZeroDivisionError

    with app.app_context():
        with pytest.raises(ZeroDivisionError):
            fails_at_its_end()
        assert kept(app) == 0
        with snapshot() as session:
            assert session.scalars(select(Site.name)).all() == ["News"]
        with unit_of_work() as session:  # and the next one finds no lock left behind
            add_one(session)
    assert kept(app) == 1


def test_what_a_snapshot_changes_is_not_kept(app: Flask) -> None:
    with app.app_context(), snapshot() as session:
        add_one(session)
    assert kept(app) == 0


def test_what_was_loaded_can_be_used_afterwards(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        site = session.get_one(Site, SITE)
        site.moderation = "all"
    assert (site.name, site.moderation) == ("News", "all")


@pytest.mark.parametrize("hours", [-11.0, 0.0, 5.5, 14.0])
def test_a_moment_comes_back_aware_and_utc_whatever_its_zone_was(app: Flask, hours: float) -> None:
    moment = MOMENT.astimezone(timezone(timedelta(hours=hours)))
    with app.app_context():
        with unit_of_work() as session:
            session.get_one(Site, SITE).created_at = moment
        with snapshot() as session:
            found = session.scalars(select(Site.created_at).where(Site.created_at == moment)).one()
    assert found == MOMENT
    assert found.utcoffset() == timedelta()


@on_postgresql
def test_a_moment_comes_back_utc_from_a_session_in_another_zone(app: Flask) -> None:
    with app.app_context(), snapshot() as session:
        session.execute(text("SET LOCAL TIME ZONE 'Asia/Kolkata'"))
        found = session.scalars(select(Site.created_at)).one()
    assert found == MOMENT
    assert found.utcoffset() == timedelta()


def test_moments_are_ordered_by_time_and_not_by_their_spelling(app: Flask) -> None:
    earlier = datetime(2026, 3, 1, 23, 0, tzinfo=timezone(timedelta(hours=14)))
    assert earlier < MOMENT
    with app.app_context():
        with unit_of_work() as session:
            session.add(Site(id=SITE + 1, name="Weather", created_at=earlier))
        with snapshot() as session:
            names = session.scalars(select(Site.name).order_by(Site.created_at)).all()
            before = session.scalars(select(Site.name).where(Site.created_at < MOMENT)).all()
    assert names == ["Weather", "News"]
    assert before == ["Weather"]


def test_a_moment_without_a_zone_is_refused(app: Flask) -> None:
    naive = MOMENT.replace(tzinfo=None)
    with (
        app.app_context(),
        pytest.raises(StatementError, match="without a time zone"),
        unit_of_work() as session,
    ):
        session.add(Site(id=SITE + 1, name="Weather", created_at=naive))


def test_no_moment_stays_none(app: Flask) -> None:
    with app.app_context():
        with unit_of_work() as session:
            values = {"email": "ada@news.example", "email_key": "ada@news.example"}
            session.add(Moderator(id=3, role="admin", created_at=MOMENT, **values))
        with snapshot() as session:
            assert session.scalars(select(Moderator.removed_at)).all() == [None]


@pytest.mark.parametrize(
    "again",
    [
        {"id": SITE, "name": "Weather"},  # the same primary key
        {"id": SITE + 1, "name": "News"},  # another unique value
        {"id": SITE, "name": "News"},
    ],
)
def test_insert_if_new_keeps_the_first_row(app: Flask, again: dict[str, object]) -> None:
    with app.app_context():
        with unit_of_work() as session:
            insert_if_new(session, Site, **again, moderation="all", created_at=MOMENT)
            session.add(Site(id=SITE + 2, name="Sports", created_at=MOMENT))
        with snapshot() as session:
            query = select(Site.id, Site.name, Site.moderation).order_by(Site.id)
            rows = [tuple(row) for row in session.execute(query)]
    assert rows == [(SITE, "News", None), (SITE + 2, "Sports", None)]


def test_insert_if_new_inserts_what_is_new(app: Flask) -> None:
    with app.app_context():
        with unit_of_work() as session:
            insert_if_new(session, Site, id=SITE + 1, name="Weather", created_at=MOMENT)
        with snapshot() as session:
            assert session.get_one(Site, SITE + 1).created_at == MOMENT


def test_a_row_written_whole_is_known_with_its_defaults_and_keeps_later_changes(app: Flask) -> None:
    with app.app_context():
        with unit_of_work() as session:
            session.add(Site(id=SITE + 1, name="Weather", created_at=MOMENT))
            session.flush()
            url = "https://weather.example/"
            thread = Thread(
                id=THREAD + 1, site_id=SITE + 1, url=url, url_key=url, created_at=MOMENT
            )
            insert_whole(session, thread)
            assert (thread.state, thread.last_seq, thread.title) == ("open", 0, None)
            assert session.get(Thread, THREAD + 1) is thread
            thread.title = "Rain"
        with snapshot() as session:
            assert session.get_one(Thread, THREAD + 1).title == "Rain"


def test_of_many_rows_those_that_are_new_go_in(app: Flask) -> None:
    rows = [
        {"id": SITE + number, "name": name, "created_at": MOMENT}
        for number, name in enumerate(["News", "Weather", "Weather", "Sports"])
    ]
    with app.app_context():
        with unit_of_work() as session:
            insert_many_if_new(session, Site, [])
            insert_many_if_new(session, Site, rows)
        with snapshot() as session:
            found = session.execute(select(Site.id, Site.name).order_by(Site.id))
            assert [tuple(row) for row in found] == [
                (SITE, "News"),
                (SITE + 1, "Weather"),
                (SITE + 3, "Sports"),
            ]


@on_sqlite
def test_the_data_folder_is_made_for_the_embedded_database(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    folder = tmp_path / "some" / "where"
    chosen: Settings = make_settings(data_dir=str(folder), database_url="")
    app = create_app(chosen)
    with app.app_context():
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert db.engine.url.database == str(folder / "comments.sqlite3")
        db.engine.dispose()


def test_constraints_have_names_that_migrations_can_name() -> None:
    for table in database.Base.metadata.tables.values():
        assert all(constraint.name for constraint in table.constraints), table.name


@pytest.mark.parametrize("talk", [unit_of_work, snapshot])
def test_a_database_that_is_away_is_unavailable(
    make_app: MakeApp, database_kind: str, talk: Talk
) -> None:
    nowhere = {"sqlite": "sqlite:////nowhere/x.sqlite3", "postgresql": "postgresql://@/x?host=/no"}
    app = make_app(database_url=nowhere[database_kind])
    with app.app_context(), pytest.raises(Unavailable) as refusal, talk() as session:
        session.execute(text("SELECT 1"))
    assert len(refusal.value.cause.splitlines()) == 1


@pytest.mark.parametrize(
    "error", [PoolTimeout("nothing is free"), InterfaceError("", {}, Exception("it is closed"))]
)
@pytest.mark.parametrize("talk", [unit_of_work, snapshot])
def test_a_connection_that_cant_be_had_is_unavailable(
    app: Flask, talk: Talk, error: SQLAlchemyError
) -> None:
    with app.app_context(), pytest.raises(Unavailable, match=r"moment\."), talk():
        raise error


@on_postgresql
def test_a_server_that_only_reads_is_unavailable(app: Flask) -> None:
    def write() -> None:
        with unit_of_work() as session:
            session.execute(text("SET TRANSACTION READ ONLY"))
            add_one(session)

    with app.app_context(), pytest.raises(Unavailable) as refusal:
        write()
    assert "read-only" in refusal.value.cause


@on_postgresql
def test_another_inner_error_is_one(app: Flask) -> None:
    with app.app_context(), pytest.raises(InternalError), unit_of_work():
        raise InternalError("", {}, Exception("a broken index"))


@on_postgresql
def test_nobody_waits_long_for_postgresql(make_app: MakeApp, database_url: str) -> None:
    own = database_url.replace("?", "?options=-c%20statement_timeout%3D7s&")
    for url, statement in ((database_url, "30s"), (own, "7s")):
        with make_app(database_url=url).app_context(), snapshot() as session:
            assert session.scalar(text("SHOW lock_timeout")) == "5s"
            assert session.scalar(text("SHOW statement_timeout")) == statement


@on_postgresql
def test_a_connection_that_was_cut_is_made_again(app: Flask) -> None:
    """As after a restart of the server: the pool still has it."""
    with app.app_context():
        with snapshot() as session:
            number = session.scalar(text("SELECT pg_backend_pid()"))
        engine = create_engine(db.engine.url, poolclass=NullPool)
        with engine.begin() as other:
            other.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})
        with snapshot() as session:
            assert version(session) == 0


def test_no_error_shows_what_a_row_holds(app: Flask) -> None:
    def twice() -> None:
        with unit_of_work() as session:
            session.add(Site(id=SITE + 1, name="News", created_at=MOMENT))

    with app.app_context(), pytest.raises(IntegrityError) as refusal:
        twice()
    told = "".join(traceback.format_exception(refusal.value))
    assert "UNIQUE constraint" in told or "uq_sites_name" in told
    assert "News" not in told
