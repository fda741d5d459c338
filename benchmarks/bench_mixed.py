"""Readers while others write: the thread that is read takes 20 posts a second; and with two worker
processes, every read that follows a write's answer must have what was written.
"""

import http.client
import itertools
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import calls
import figures
import load
import seeding
import servers
from figures import Chosen, Figures
from load import Answer, Run

PAGE = "busy"
POSTS_A_SECOND = 20
READ_SHARE = 0.6
P99_MS = 25
READERS = 16  # connections; enough that both processes answer
COUNT = re.compile(rb'"count": ?(\d+)')
ID = re.compile(rb'"id": ?"(\d+)"')


def measure(chosen: Chosen, found: Figures) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="comments-bench-")))
        seeding.fill(servers.chosen(folder), seeding.Seeded({PAGE: 100, "seen": 100}))
        with servers.ours(folder) as server:
            _mixed(chosen, found, server.port)
        with servers.ours(folder, workers=2, pinned=False) as server:
            _coherent(chosen, found, server.port)


def _mixed(chosen: Chosen, found: Figures, port: int) -> None:
    """Idle and written to in turn, so that both see the machine alike."""
    idle, busy, writes = list[Run](), list[Run](), list[float]()
    call = calls.thread(PAGE)
    for _ in range(chosen.rounds):
        idle.append(load.run(port, call, seconds=chosen.seconds))
        with _writer(port, writes):
            busy.append(load.run(port, call, seconds=chosen.seconds))
    print(f"idle    {load.described(idle)}\nwritten {load.described(busy)}", flush=True)
    if any(one.bad for one in idle + busy):
        raise RuntimeError("bad answers")
    share = load.ratio(busy, idle)
    found.at_least(f"reads under {POSTS_A_SECOND} posts a second, of idle", share, READ_SHARE)
    found.at_most("… p99", load.median(busy).p99, P99_MS, unit=" ms")
    done = len(writes) / (chosen.rounds * max(1, round(chosen.seconds)))
    found.at_least("… posts done, a second", done, 0.95 * POSTS_A_SECOND, unit="")
    found.add("… post, median", f"{statistics.median(writes):.1f} ms")


@contextmanager
def _writer(port: int, milliseconds: list[float]) -> Generator[None]:
    """Posts at an even pace meanwhile; one that is late isn't made up for."""
    over = threading.Event()
    failed = list[BaseException]()

    def write() -> None:
        connection = _connected(port)
        due = time.monotonic()
        try:
            while not over.wait(max(0.0, due - time.monotonic())):
                due = max(due + 1 / POSTS_A_SECOND, time.monotonic())
                began = time.perf_counter()
                _post(port, connection, PAGE)
                milliseconds.append((time.perf_counter() - began) * 1000)
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            failed.append(error)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    if failed:
        raise failed[0]


def _coherent(chosen: Chosen, found: Figures, port: int) -> None:
    """A post, then one read on another connection: of the newest, of the page, of the counter."""
    writer = _connected(port)
    readers = itertools.cycle([_connected(port) for _ in range(READERS)])
    reads = itertools.cycle((_shows_newest, _shows_count, _counts))
    known, stale = 100, 0
    for _ in range(chosen.reads):
        posted = ID.search(_post(port, writer, "seen").body)
        known += 1
        if posted is None:
            raise RuntimeError("a post without an id")
        stale += not next(reads)(port, next(readers), posted[1], known)
    writer.close()
    what = f"stale of {chosen.reads:,} reads after a write, 2 processes"
    found.at_most(what, stale, 0, unit="")


Read = Callable[[int, http.client.HTTPConnection, bytes, int], bool]


def _shows_newest(port: int, by: http.client.HTTPConnection, newest: bytes, _known: int) -> bool:
    body = load.ask(port, _plain("newest"), connection=by).body
    return newest in ID.findall(body)


def _shows_count(port: int, by: http.client.HTTPConnection, _newest: bytes, known: int) -> bool:
    count = COUNT.search(load.ask(port, _plain("oldest"), connection=by).body)
    return count is not None and int(count[1]) >= known


def _counts(port: int, by: http.client.HTTPConnection, _newest: bytes, known: int) -> bool:
    call = load.Call(calls.counts(["seen"]).path)
    return str(known).encode() in load.ask(port, call, connection=by).body


def _plain(sort: str) -> load.Call:
    return load.Call(calls.thread("seen", sort=sort).path)


_numbers = itertools.count(time.time_ns())


def _post(port: int, connection: http.client.HTTPConnection, page: str) -> Answer:
    answer = load.ask(port, calls.post(page, number=str(next(_numbers))), connection=connection)
    if answer.status != 201:
        raise RuntimeError(f"a post: {answer.status} {answer.body[:200]!r}")
    return answer


def _connected(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=30)


if __name__ == "__main__":
    sys.exit(figures.run(__doc__, {"mixed": measure}))
