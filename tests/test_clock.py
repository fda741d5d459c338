"""Ids grow within a process, follow the time across processes, and fit where they are kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine

from comments_service import clock

MOMENT = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
THREADS = 8


@pytest.fixture(autouse=True)
def _no_id_was_made_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_last_id", 0)


def milliseconds(own_id: int) -> int:
    """The moment an id was made at, as it stands in its upper 42 bits."""
    return (own_id >> clock.LOW_BITS) + clock.EPOCH_MS


def test_now_is_aware_and_utc() -> None:
    with time_machine.travel(MOMENT, tick=False):
        assert clock.now() == MOMENT
    assert clock.now().utcoffset() == timedelta()


def test_chance_has_the_length_asked_for_and_doesnt_repeat() -> None:
    assert len(clock.random_bytes(16)) == 16
    assert clock.random_bytes(16) != clock.random_bytes(16)


def test_ids_grow_strictly() -> None:
    made = [clock.new_id() for _ in range(10_000)]
    assert made == sorted(set(made))


def test_ids_grow_strictly_across_threads() -> None:
    together = Barrier(THREADS)

    def make(_number: int) -> list[int]:
        together.wait()
        return [clock.new_id() for _ in range(2_000)]

    with time_machine.travel(MOMENT, tick=False), ThreadPoolExecutor(THREADS) as pool:
        made = list(pool.map(make, range(THREADS)))
    for of_one_thread in made:
        assert of_one_thread == sorted(of_one_thread)
    assert len({one for of_one_thread in made for one in of_one_thread}) == THREADS * 2_000


def test_ids_of_one_millisecond_grow_strictly_and_stay_in_it() -> None:
    with time_machine.travel(MOMENT, tick=False):
        made = [clock.new_id() for _ in range(5_000)]
    assert made == sorted(set(made))
    assert {milliseconds(one) for one in made} == {int(MOMENT.timestamp() * 1000)}


def test_an_id_made_a_millisecond_later_is_larger_in_another_process_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moments = [MOMENT + timedelta(milliseconds=step) for step in (0, 1, 2, 1_000, 10**9, 10**12)]
    made: list[int] = []
    for moment in moments:
        monkeypatch.setattr(clock, "_last_id", 0)  # what another process knows of the last one
        with time_machine.travel(moment, tick=False):
            made.append(clock.new_id())
    assert made == sorted(set(made))


def test_ids_grow_on_when_the_clock_is_set_back() -> None:
    with time_machine.travel(MOMENT, tick=False):
        before = clock.new_id()
    with time_machine.travel(MOMENT - timedelta(days=1), tick=False):
        assert clock.new_id() == before + 1


@pytest.mark.parametrize("year", [1970, 2024, 2025, 2026, 2100, 2163])
def test_ids_are_positive_and_fit_63_bits(year: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(datetime(year, 6, 1, tzinfo=UTC), tick=False):
        made = [clock.new_id() for _ in range(100)]
    assert all(0 < one < 2**63 for one in made)
    assert made == sorted(set(made))


def test_two_processes_hardly_ever_meet_within_a_millisecond(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: set[int] = set()
    with time_machine.travel(MOMENT, tick=False):
        for _process in range(50):
            monkeypatch.setattr(clock, "_last_id", 0)
            made.add(clock.new_id())
    assert len(made) >= 49
