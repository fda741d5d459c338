"""Whole copies of a SQLite database, taken while it is in use, and put back when it isn't.

A file that is damaged or not ours never replaces a database, and no file is overwritten.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from comments_service import migrations

BESIDE = ("-wal", "-shm")


class Unusable(Exception):
    """A file can't be read or written as asked; the text is one line that says why."""


def save(database: Path, target: Path) -> None:
    """Copy a database that may be in use to a new file: the whole or nothing."""
    if not database.is_file():
        raise Unusable(f"there is no database at {database}")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _copy(database, target)


def restore(source: Path, database: Path, *, aside: Path) -> None:
    """Put a copy in the database's place and what was there aside; nobody may be using it."""
    _check(source)
    database.parent.mkdir(parents=True, exist_ok=True)
    draft = database.with_name(f"{database.name}.restoring")
    draft.unlink(missing_ok=True)
    _copy(source, draft)
    if database.exists():
        aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _fold(database)
        os.link(database, aside)
        for suffix in BESIDE:  # still there only when the old database is damaged
            if (left := Path(f"{database}{suffix}")).exists():
                left.rename(f"{aside}{suffix}")
    draft.replace(database)
    _settle(database.parent)


def _check(path: Path) -> None:
    """Raise `Unusable` unless it is a sound database that this version knows."""
    if not path.is_file():
        raise Unusable(f"there is no file {path}")
    try:
        with closing(_open(path)) as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise Unusable(f"{path} is no database of this service: {error}") from error
    if verdict != "ok" or broken:
        raise Unusable(f"{path} is damaged: {'rows are missing' if verdict == 'ok' else verdict}")
    if row and not migrations.is_known(row[0]):
        raise Unusable(f"{path} ({row[0]}) is from a newer version of this program")


def _copy(source: Path, target: Path) -> None:
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise Unusable(f"can't write {target}: {error.strerror}") from error
    try:
        with closing(_open(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")  # one file, whatever the original's mode
        _settle(target)
        _settle(target.parent)
    except BaseException as error:
        target.unlink()
        if isinstance(error, sqlite3.Error):
            raise Unusable(f"can't copy {source}: {error}") from error
        raise


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)


def _fold(database: Path) -> None:
    """Bring the write-ahead log into the file; a damaged database stays as it is."""
    try:
        with closing(_open(database)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        return


def _settle(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
