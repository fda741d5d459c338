import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import update

from comments_service import migrations
from comments_service.app import create_app
from comments_service.cli import cli, locks
from comments_service.database import unit_of_work
from comments_service.models import Comment
from tests import rows, thread

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COMMENTS_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def empty(empty_database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMENTS_DATABASE_URL", empty_database_url)


@pytest.fixture
def made(database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMENTS_DATABASE_URL", database_url)


def db(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, ["db", *map(str, words)], obj=create_app)


def verify(app: Flask) -> Result:
    return CliRunner().invoke(cli, ["db", "verify"], obj=lambda: app)


def is_refused(result: Result, why: str) -> bool:
    """One line on stderr that says why, and exit code 1."""
    one_line = re.fullmatch(rf"Error: .*{re.escape(why)}.*\n", result.stderr)
    return result.exit_code == 1 and one_line is not None


def sites(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sites ORDER BY id")]


def add_site(path: Path, name: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO sites (id, name, created_at) VALUES (?, ?, '2026-01-01')",
            [len(name), name],
        )


def test_a_database_goes_up_and_down(empty: None) -> None:
    head = migrations.head()
    assert db("current").stdout == "base\n"
    assert db("upgrade").stdout == f"made the database ({head})\n"
    assert db("current").stdout == f"{head} (head)\n"
    assert db("upgrade").stdout == ""
    assert db("downgrade", "base").stdout == "base\n"
    assert db("upgrade").exit_code == 0


def test_an_unknown_revision_is_refused(made: None) -> None:
    assert is_refused(db("downgrade", "nowhere"), "nowhere")
    assert db("current").stdout == f"{migrations.head()} (head)\n"


@on_sqlite
def test_a_copy_can_be_put_back(made: None, folder: Path) -> None:
    database, copy = folder / "comments.sqlite3", folder / "copy.sqlite3"
    add_site(database, "then")
    assert db("backup", copy).exit_code == 0
    add_site(database, "later")
    restored = db("restore", copy)
    (aside,) = (folder / "backups").iterdir()
    assert restored.stdout == f"the database that was there is now {aside}\n"
    assert sites(database) == ["then"]
    assert sites(aside) == ["then", "later"]


@on_sqlite
def test_a_damaged_copy_is_refused(made: None, folder: Path) -> None:
    copy = folder / "copy.sqlite3"
    copy.write_text("no database")
    assert is_refused(db("restore", copy), "is no database of this service")


@on_sqlite
@pytest.mark.parametrize("words", [("restore", "copy.sqlite3"), ("downgrade", "base"), ["upgrade"]])
def test_nothing_is_changed_under_a_running_service(
    words: tuple[str, ...], made: None, folder: Path
) -> None:
    with locks.held(folder):
        assert is_refused(db(*words), "is in use by process")
    assert db("current").stdout == f"{migrations.head()} (head)\n"


@on_postgresql
@pytest.mark.parametrize(("word", "tool"), [("backup", "pg_dump"), ("restore", "pg_restore")])
def test_postgresql_has_tools_of_its_own(word: str, tool: str, made: None, folder: Path) -> None:
    assert is_refused(db(word, folder / "copy"), tool)
    assert not (folder / "copy").exists()


def test_a_sound_database_has_nothing_to_mend(app: Flask) -> None:
    done = verify(app)
    assert (done.exit_code, done.stdout) == (0, "nothing to mend\n")


def test_what_is_mended_is_told_and_is_no_failure(app: Flask) -> None:
    thread.add_site(app)
    rows.grow(app, [None, 0, 0])
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Comment).values(shown=False, votes_up=1))
    done = verify(app)
    assert done.stdout == "comments.shown: 3 wrong, mended\ncomments.votes_up: 3 wrong, mended\n"
    assert done.exit_code == 0
    assert verify(app).stdout == "nothing to mend\n"


@on_sqlite
def test_a_database_may_be_verified_while_it_serves(app: Flask, folder: Path) -> None:
    with locks.held(folder):
        assert verify(app).exit_code == 0


@on_sqlite
def test_a_damaged_database_is_told_in_one_line_and_left_alone(app: Flask, folder: Path) -> None:
    path = folder / "comments.sqlite3"
    with closing(sqlite3.connect(path)) as connection, connection:
        for number in (1, 2):
            connection.execute(
                "INSERT INTO threads (id, site_id, url, url_key, state, last_seq, approved_count,"
                " version, created_at) VALUES (?, 9, '', ?, 'open', 0, 5, 0, '2026-01-01')",
                [number, str(number)],
            )
    assert is_refused(verify(app), "row 1 of threads lacks its row of sites (and 1 more)")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT approved_count FROM threads").fetchall() == [(5,), (5,)]


@on_sqlite
def test_a_file_that_cannot_be_read_is_damage(app: Flask, folder: Path) -> None:
    path = folder / "comments.sqlite3"
    pages = path.read_bytes()
    path.write_bytes(pages[:4096] + b"\x55" * (len(pages) - 4096))
    assert is_refused(verify(app), "database")
