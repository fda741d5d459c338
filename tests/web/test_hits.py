"""The limits' own file: exact under contention, small, private, and never in the way for long."""

import multiprocessing
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from limits.errors import StorageError

from comments_service import clock
from comments_service.web import hits
from comments_service.web.hits import FileStorage

MINUTE = 60
THREADS = 4


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / hits.FILE


@pytest.fixture
def storage(path: Path) -> FileStorage:
    return FileStorage(path=str(path))


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


def acquire(path: Path, keys: int) -> int:
    """How many uses another process gets of so many keys, all its threads asking at once."""
    storage, together = FileStorage(path=str(path)), threading.Barrier(THREADS)

    def ask() -> int:
        storage.check()  # opened before it counts
        got = 0
        for key in range(keys):
            together.wait()
            got += sum(storage.acquire_entry(f"key {key}", 5, MINUTE) for _ in range(2))
        return got

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(one.result() for one in [pool.submit(ask) for _ in range(THREADS)])


def rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM hits").fetchone()[0])


def test_four_processes_of_four_threads_get_five_of_each_together(path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(4, mp_context=spawn) as pool:
        got = [pool.submit(acquire, path, 100) for _ in range(4)]
        assert sum(one.result() for one in got) == 5 * 100


def test_a_use_leaves_the_window_when_its_time_is_over(
    storage: FileStorage, traveller: time_machine.Traveller
) -> None:
    for _ in range(2):
        assert storage.acquire_entry("key", 3, MINUTE)
        traveller.shift(timedelta(seconds=20))
    assert storage.acquire_entry("key", 3, MINUTE)
    assert not storage.acquire_entry("key", 3, MINUTE)
    start, used = storage.get_moving_window("key", 3, MINUTE)
    assert used == 3
    assert start == clock.now().timestamp() - 40
    traveller.shift(timedelta(seconds=20))
    assert storage.get_moving_window("key", 3, MINUTE)[1] == 2
    assert storage.acquire_entry("key", 3, MINUTE)
    assert not storage.acquire_entry("key", 3, MINUTE)


def test_several_uses_are_counted_together_or_not_at_all(storage: FileStorage) -> None:
    assert storage.acquire_entry("key", 5, MINUTE, amount=3)
    assert not storage.acquire_entry("key", 5, MINUTE, amount=3)
    assert storage.acquire_entry("key", 5, MINUTE, amount=2)
    assert not storage.acquire_entry("another", 5, MINUTE, amount=6)
    assert storage.get_moving_window("another", 5, MINUTE)[1] == 0


def test_what_is_counted_together_is_counted_whole_or_not_at_all(storage: FileStorage) -> None:
    with storage.together():
        assert storage.acquire_entry("one", 1, MINUTE)
        assert not storage.acquire_entry("one", 1, MINUTE)
        assert storage.acquire_entry("two", 2, MINUTE)

    def fail() -> None:
        with storage.together():
            assert storage.acquire_entry("two", 2, MINUTE)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    used = [storage.get_moving_window(key, 2, MINUTE)[1] for key in ("one", "two")]
    assert used == [1, 1]


def test_another_thread_waits_until_all_of_it_is_counted(storage: FileStorage) -> None:
    with ThreadPoolExecutor(1) as pool:
        with storage.together():
            other = pool.submit(storage.acquire_entry, "key", 1, MINUTE)
            assert storage.acquire_entry("key", 1, MINUTE)
        assert not other.result()


def test_a_clock_set_back_locks_nobody_out(
    storage: FileStorage, traveller: time_machine.Traveller
) -> None:
    traveller.shift(timedelta(days=400))
    assert storage.acquire_entry("key", 1, MINUTE)
    traveller.shift(timedelta(days=-400))
    assert storage.acquire_entry("key", 1, MINUTE)
    assert not storage.acquire_entry("key", 1, MINUTE)


def test_what_has_ended_leaves_the_file_whoever_it_was_of(
    storage: FileStorage, path: Path, traveller: time_machine.Traveller
) -> None:
    for number in range(100):
        storage.acquire_entry(f"key {number}", 5, MINUTE)
    traveller.shift(timedelta(seconds=MINUTE))
    for _ in range(20):
        storage.acquire_entry("another", 50, MINUTE)
    assert rows(path) == 20


def test_a_fixed_window_counts_until_it_ends(
    storage: FileStorage, traveller: time_machine.Traveller
) -> None:
    now = clock.now().timestamp()
    assert storage.get("key") == 0
    assert storage.get_expiry("key") == now
    assert storage.incr("key", MINUTE) == 1
    traveller.shift(timedelta(seconds=30))
    assert storage.incr("key", MINUTE, 2) == 3
    assert storage.get("key") == 3
    assert storage.get_expiry("key") == now + MINUTE
    traveller.shift(timedelta(seconds=30))
    assert storage.get("key") == 0
    assert storage.incr("key", MINUTE) == 1


def test_clearing_forgets_one_key_and_resetting_all(storage: FileStorage) -> None:
    for key in ("one", "two"):
        storage.acquire_entry(key, 1, MINUTE)
        storage.incr(key, MINUTE)
    storage.clear("one")
    assert storage.acquire_entry("one", 1, MINUTE)
    assert not storage.acquire_entry("two", 1, MINUTE)
    assert (storage.get("one"), storage.get("two")) == (0, 1)
    assert storage.reset() == 3
    assert storage.acquire_entry("two", 1, MINUTE)
    assert storage.check()


def test_nobody_else_may_read_the_file(storage: FileStorage, path: Path) -> None:
    storage.acquire_entry("key", 1, MINUTE)
    files = sorted(path.parent.iterdir())
    assert path in files
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_nothing_is_opened_before_the_first_use(storage: FileStorage, path: Path) -> None:
    assert not path.parent.exists()


def _garbage(path: Path) -> None:
    path.write_bytes(b"This is no database at all. " * 200)


def _torn(path: Path) -> None:
    """The pages after the first are noise, as a failing disk leaves them."""
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


@pytest.mark.parametrize("breaking", [_garbage, _torn])
def test_a_broken_file_makes_room_for_a_fresh_one_and_the_log_says_so(
    path: Path, breaking: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    first = FileStorage(path=str(path))
    for number in range(50):
        first.acquire_entry(f"key {number}", 5, MINUTE)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    breaking(path)
    storage = FileStorage(path=str(path))
    assert [storage.acquire_entry("key", 2, MINUTE) for _ in range(3)] == [True, True, False]
    assert "fresh file" in caplog.text
    assert "key" not in caplog.text
    assert rows(path) == 2


@pytest.mark.parametrize("breaking", [_garbage, _torn])
def test_what_is_counted_together_in_a_broken_file_fails_once(
    path: Path, breaking: Callable[[Path], None]
) -> None:
    first = FileStorage(path=str(path))
    for number in range(200):
        first.acquire_entry(f"key {number}", 5, MINUTE)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    breaking(path)
    storage = FileStorage(path=str(path))
    with pytest.raises(StorageError), storage.together():
        storage.acquire_entry("key", 2, MINUTE)
    with storage.together():
        assert storage.acquire_entry("key", 2, MINUTE)
    assert rows(path) == 1


def test_processes_that_find_it_broken_at_once_agree_on_one_fresh_file(path: Path) -> None:
    path.parent.mkdir()
    _garbage(path)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(3, mp_context=spawn) as pool:
        got = [pool.submit(acquire, path, 10) for _ in range(3)]
        assert sum(one.result() for one in got) == 5 * 10


def test_a_removed_file_is_made_again(storage: FileStorage, path: Path) -> None:
    assert storage.acquire_entry("key", 1, MINUTE)
    for file in path.parent.iterdir():
        file.unlink()
    assert storage.acquire_entry("key", 1, MINUTE)
    assert rows(path) == 1


def test_a_folder_that_cannot_be_is_an_error_of_the_store(path: Path) -> None:
    path.parent.write_text("a file where the folder should be")
    storage = FileStorage(path=str(path))
    with pytest.raises(StorageError):
        storage.acquire_entry("key", 1, MINUTE)
    assert not storage.check()


def test_a_full_disk_is_an_error_of_the_store_and_passes(storage: FileStorage) -> None:
    storage.acquire_entry("key", 1, MINUTE)
    connection = storage.connections.current()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="full"):
        storage.acquire_entry("another", 10_000, MINUTE, amount=5_000)
    connection.execute("PRAGMA max_page_count = 100000")
    assert storage.get_moving_window("another", 10_000, MINUTE)[1] == 0
    assert storage.acquire_entry("another", 10_000, MINUTE, amount=5_000)


def test_a_store_that_stays_locked_is_an_error_within_a_moment(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hits, "BUSY_SECONDS", 0.05)
    storage = FileStorage(path=str(path))
    storage.acquire_entry("key", 2, MINUTE)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="locked"):
            storage.acquire_entry("key", 2, MINUTE)
        other.execute("ROLLBACK")
    assert storage.acquire_entry("key", 2, MINUTE)


def test_a_fork_opens_its_own_connection(storage: FileStorage, path: Path) -> None:
    assert storage.acquire_entry("key", 2, MINUTE)
    mine = storage.connections.current()
    child = os.fork()
    if child == 0:
        fresh = storage.connections.current() is not mine
        got = [storage.acquire_entry("key", 2, MINUTE) for _ in range(2)]
        os._exit(0 if fresh and got == [True, False] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert storage.connections.current() is mine
    assert not storage.acquire_entry("key", 2, MINUTE)
    assert rows(path) == 2


def test_each_thread_has_its_own_connection(storage: FileStorage) -> None:
    found: list[object] = []
    for _ in range(2):
        thread = threading.Thread(target=lambda: found.append(storage.connections.current()))
        thread.start()
        thread.join()
    assert len({*map(id, found), id(storage.connections.current())}) == 3
