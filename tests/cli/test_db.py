import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comments_service import migrations
from comments_service.app import create_app
from comments_service.cli import cli, locks

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
