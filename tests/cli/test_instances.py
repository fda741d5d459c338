"""Any command may be the first one that meets a database; what it refuses is one line."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from comments_service import migrations
from comments_service.app import create_app
from comments_service.cli import cli, instances, locks
from comments_service.database import db

Run = Callable[..., Result]

on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)

COMMANDS = [
    ("sites", "add", "News", "--origin", "https://news.example"),
    ("sites", "list"),
    ("moderators", "add", "ines@desk.example"),
    ("moderators", "list"),
    ("keys", "add", "sweeper"),
    ("keys", "list"),
    ("worker", "drain"),
]
every_command = pytest.mark.parametrize("words", COMMANDS, ids=" ".join)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(instances, "LOCK_SECONDS", 0)
    monkeypatch.setenv("COMMENTS_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def run() -> Iterator[Run]:
    apps: list[Flask] = []

    def factory() -> Flask:
        apps.append(create_app())
        return apps[-1]

    yield lambda *words: CliRunner().invoke(cli, words, obj=factory)
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def is_refused(done: Result, why: str) -> bool:
    one_line = done.stderr.startswith("Error: ") and len(done.stderr.splitlines()) == 1
    return done.exit_code == 1 and one_line and why in done.stderr and not done.stdout


@every_command
def test_the_first_command_makes_the_embedded_database(
    run: Run, folder: Path, words: tuple[str, ...]
) -> None:
    done = run(*words)
    assert done.exit_code == 0, done.output
    assert done.stderr == f"made the database ({migrations.head()})\n"
    again = run("sites", "list")
    assert (again.exit_code, again.stderr) == (0, "")


@on_postgresql
@every_command
def test_on_postgresql_the_schema_is_the_operators(
    run: Run,
    empty_database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    monkeypatch.setenv("COMMENTS_DATABASE_URL", empty_database_url)
    assert is_refused(run(*words), "run `comments db upgrade` first")
    assert migrations.current(empty_database_url) is None


def test_an_older_database_is_left_alone_while_a_service_holds_it(run: Run, folder: Path) -> None:
    run("sites", "list")
    migrations.downgrade(f"sqlite:///{folder}/comments.sqlite3", "base")
    with locks.held(folder):
        assert is_refused(run("keys", "list"), "is in use by process")
        assert migrations.current(f"sqlite:///{folder}/comments.sqlite3") is None
    assert run("keys", "list").exit_code == 0


def test_a_current_database_is_used_while_a_service_holds_it(run: Run, folder: Path) -> None:
    run("sites", "list")
    with locks.held(folder):
        assert run("sites", "list").exit_code == 0


@pytest.mark.parametrize(
    "url",
    ["sqlite:////nowhere/x.sqlite3", "postgresql://@/x?host=/nowhere"],
    ids=["file", "server"],
)
@every_command
def test_a_database_that_is_away_is_told_in_one_line(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    words: tuple[str, ...],
) -> None:
    monkeypatch.setenv("COMMENTS_DATABASE_URL", url)
    assert is_refused(run(*words), "the database: ")


def test_a_busy_database_is_told_in_one_line(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comments_service.database.BUSY_TIMEOUT_MS", 1)
    run("sites", "list")
    path = folder / "comments.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = run("sites", "add", "News", "--origin", "https://news.example")
        assert is_refused(done, "the database: database is locked")
