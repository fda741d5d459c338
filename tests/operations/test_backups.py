import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from comments_service import migrations
from comments_service.operations import backups


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "comments.sqlite3"
    migrations.upgrade(f"sqlite:///{path}")
    return path


def note(database: Path, text: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (text)")
        connection.execute("INSERT INTO notes VALUES (?)", [text])


def notes(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM notes")]


def test_a_copy_holds_what_stands_in_the_write_ahead_log(database: Path, tmp_path: Path) -> None:
    note(database, "first")
    with closing(sqlite3.connect(database)) as reader:
        reader.execute("SELECT * FROM notes").fetchall()
        note(database, "second")
        backups.save(database, tmp_path / "copies" / "copy.sqlite3")
    assert notes(tmp_path / "copies" / "copy.sqlite3") == ["first", "second"]


def test_a_copy_is_one_file_that_only_its_owner_reads(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "copy.sqlite3"
    backups.save(database, copy)
    assert list(copy.parent.iterdir()) == [copy]
    assert copy.stat().st_mode & 0o777 == 0o600


def test_no_file_is_overwritten(database: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(backups.Unusable, match="File exists"):
        backups.save(database, taken)
    assert taken.read_text() == "mine"


def test_restoring_puts_the_copy_in_place_and_the_rest_aside(
    database: Path, tmp_path: Path
) -> None:
    note(database, "then")
    backups.save(database, tmp_path / "copy.sqlite3")
    note(database, "now")
    aside = tmp_path / "aside" / "old.sqlite3"
    backups.restore(tmp_path / "copy.sqlite3", database, aside=aside)
    assert notes(database) == ["then"]
    assert notes(aside) == ["then", "now"]


def test_a_damaged_database_is_replaced_and_kept_as_it_was(database: Path, tmp_path: Path) -> None:
    copy, aside = tmp_path / "copy.sqlite3", tmp_path / "old.sqlite3"
    note(database, "then")
    backups.save(database, copy)
    database.write_bytes(b"rubbish" * 1000)
    database.with_name("comments.sqlite3-wal").write_bytes(b"rubbish")
    backups.restore(copy, database, aside=aside)
    assert notes(database) == ["then"]
    assert aside.read_bytes() == b"rubbish" * 1000
    assert aside.with_name("old.sqlite3-wal").read_bytes() == b"rubbish"


def test_restoring_where_nothing_was_needs_nothing_aside(database: Path, tmp_path: Path) -> None:
    note(database, "then")
    aside, target = tmp_path / "old.sqlite3", tmp_path / "new" / "comments.sqlite3"
    backups.restore(database, target, aside=aside)
    assert notes(target) == ["then"]
    assert not aside.exists()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def make_foreign(path: Path) -> None:
    path.unlink()
    note(path, "of another program")


def make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from the future'")


@pytest.mark.parametrize("spoil", [cut, make_foreign, make_newer, Path.unlink])
def test_what_is_no_sound_copy_never_replaces_a_database(
    spoil: Callable[[Path], None], database: Path, tmp_path: Path
) -> None:
    copy, aside = tmp_path / "copy.sqlite3", tmp_path / "old.sqlite3"
    backups.save(database, copy)
    note(database, "now")
    spoil(copy)
    with pytest.raises(backups.Unusable):
        backups.restore(copy, database, aside=aside)
    assert notes(database) == ["now"]
    assert not aside.exists()
