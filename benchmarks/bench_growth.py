"""What size costs: a thread of 100 to a tenth of `--size`, a database of a hundredth of it to all.
The hot first page, the page made anew, moderators' queue and search, counts, memory.
"""

import random
import statistics
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import calls
import figures
import load
import making
import processes
import seeding
import servers
from figures import Chosen, Figures
from load import Call, Run
from servers import Server

EACH = 100  # comments in a thread of the databases that differ in size
VISITED = 2_000  # pages, before the memory is looked at
COUNTED = 50
ONE_BY_ONE = 20  # calls a round
HOT_SHARE = 0.95
BUILD_MS = 1.5
CALL_MS = 50
RESIDENT_MIB = 150
SEARCHES = {
    "search of a word in half of all": {"q": "ferry", "state": "approved"},
    "… among those that wait": {"q": "ferry", "state": "pending"},
    "… of three words": {"q": "ferry bridge rain", "state": "approved"},
    "… of a word in none": {"q": "zeppelin", "state": "approved"},
}


@dataclass(frozen=True)
class Database:
    folder: Path
    pages: int
    key: str

    @property
    def comments(self) -> int:
        return self.pages * EACH


def measure(chosen: Chosen, found: Figures) -> None:
    with ExitStack() as stack:
        _threads(chosen, found, _folder(stack))
    with ExitStack() as stack:
        sizes = (max(chosen.size // 100, EACH), chosen.size)
        small, large = [_database(_folder(stack), size // EACH) for size in sizes]
        both = [(one, stack.enter_context(servers.ours(one.folder))) for one in (small, large)]
        _hot(chosen, found, both)
        for database, server in both:
            _calls(chosen, found, database, server, must=database is large)
        _memory(found, *both[1])
        for database in (small, large):
            _built(chosen, found, database)


def _threads(chosen: Chosen, found: Figures, folder: Path) -> None:
    """The hot page's rate and the time to make it anew, by the size of the thread: for the plots;
    the bounds are reading's.
    """
    steps = [size for size in (100, 1_000, 10_000, 100_000) if size <= chosen.large_thread]
    pages = {f"of{size}": size for size in steps}
    seeding.fill(servers.chosen(folder), seeding.Seeded(pages))
    with servers.ours(folder) as server:
        targets = [(server.port, calls.thread(name)) for name in pages]
        runs = _interleaved(chosen, targets)
    with making.application(folder) as app:
        for size, name, taken in zip(steps, pages, runs, strict=True):
            spent = making.median_ms(app, calls.thread(name), times=100 * chosen.rounds)
            found.add(f"thread of {size:,}, made anew", f"{spent:.2f} ms")
            found.point(
                "First page by comments in the thread (of that of 100)",
                "hot",
                size,
                load.ratio(taken, runs[0]),
            )
            found.point("First page made anew, ms, by comments", "in the thread", size, spent)


def _hot(chosen: Chosen, found: Figures, both: list[tuple[Database, Server]]) -> None:
    targets = [(server.port, calls.thread("m0")) for _one, server in both]
    small, large = _interleaved(chosen, targets)
    of = f"{both[1][0].comments:,} comments, of {both[0][0].comments:,}"
    found.at_least(f"hot first page in {of}", load.ratio(large, small), HOT_SHARE)


def _calls(
    chosen: Chosen, found: Figures, database: Database, server: Server, *, must: bool
) -> None:
    """One by one, each answered anew. `must`: the bounds are for the large database."""
    times, chance = ONE_BY_ONE * chosen.rounds, random.Random(1)
    asked = {"moderators' queue": [calls.moderated(database.key, state="pending")] * times}
    names = range(database.pages)
    asked[f"counts of {COUNTED} pages"] = [
        calls.counts([f"m{name}" for name in chance.sample(names, min(COUNTED, len(names)))])
        for _ in range(times)
    ]
    for what, words in SEARCHES.items():
        asked[what] = [calls.moderated(database.key, **words)] * times
    for what, each in asked.items():
        spent = _median_ms(server.port, each)
        found.point("Moderators and counts, ms, by comments", what, database.comments, spent)
        if must:
            found.at_most(what, spent, CALL_MS, unit=" ms")


def _memory(found: Figures, database: Database, server: Server) -> None:
    for number in range(min(VISITED, database.pages)):
        load.ask(server.port, calls.thread(f"m{number}"))
    resident = processes.resident_mib(processes.web_worker(server.pid))
    found.at_most("web worker resident", resident, RESIDENT_MIB, unit=" MiB")


def _built(chosen: Chosen, found: Figures, database: Database) -> None:
    """Each time another page, so that nothing is warm but the file."""
    with making.application(database.folder) as app:
        pages = [calls.thread(f"m{number}") for number in range(min(VISITED, database.pages))]
        spent = making.median_ms(app, *pages, times=100 * chosen.rounds)
    found.at_most(f"{database.comments:,}: first page made anew", spent, BUILD_MS, unit=" ms")
    line = "in the database"
    found.point("First page made anew, ms, by comments", line, database.comments, spent)


def _interleaved(chosen: Chosen, targets: list[tuple[int, Call]]) -> list[list[Run]]:
    runs: list[list[Run]] = [[] for _ in targets]
    for _ in range(chosen.rounds):
        for taken, (port, call) in zip(runs, targets, strict=True):
            taken.append(load.run(port, call, seconds=chosen.seconds))
    for taken in runs:
        print(load.described(taken), flush=True)
    return runs


def _median_ms(port: int, asked: Iterable[Call]) -> float:
    spent = list[float]()
    for call in asked:
        began = time.perf_counter()
        answer = load.ask(port, call)
        spent.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"{call.path}: {answer.status} {answer.body[:200]!r}")
    return statistics.median(spent)


def _database(folder: Path, pages: int) -> Database:
    began = time.monotonic()
    key = seeding.fill(servers.chosen(folder), seeding.Seeded().many(pages, EACH))
    spent = time.monotonic() - began
    print(f"{pages * EACH:,} comments written in {spent:.0f} s", flush=True)
    return Database(folder, pages, key)


def _folder(stack: ExitStack) -> Path:
    return Path(stack.enter_context(TemporaryDirectory(prefix="comments-bench-")))


if __name__ == "__main__":
    sys.exit(figures.run(__doc__, {"growth": measure}))
