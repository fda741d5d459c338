"""Starting: from the command to the first thread that is answered, on a database that is there;
and what one web worker keeps of the memory, idle and after load.
"""

import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import calls
import figures
import load
import processes
import seeding
import servers
from figures import Chosen, Figures

PAGE = "small"
PAGES = 500
START_MS = 1000
RESIDENT_MIB = 110


def measure(chosen: Chosen, found: Figures) -> None:
    with TemporaryDirectory(prefix="comments-bench-") as name:
        folder = Path(name)
        seeding.fill(servers.chosen(folder), seeding.Seeded({PAGE: 100}).many(PAGES, 20))
        spent = list[float]()
        for _ in range(chosen.rounds + 1):  # the first one warms the disk
            began = time.perf_counter()
            with servers.ours(folder, ready=calls.thread(PAGE)):
                spent.append((time.perf_counter() - began) * 1000)
        found.at_most("start to first answer", statistics.median(spent[1:]), START_MS, unit=" ms")
        with servers.ours(folder) as server:
            _memory(chosen, found, server)


def _memory(chosen: Chosen, found: Figures, server: servers.Server) -> None:
    worker = processes.web_worker(server.pid)
    found.add("web worker resident, idle", f"{processes.resident_mib(worker):.0f} MiB")
    for number in range(PAGES):  # as many different answers are kept ready
        load.ask(server.port, calls.thread(f"m{number}"))
    for call in (calls.thread(PAGE), calls.post("posts")):
        print(load.described([load.run(server.port, call, seconds=chosen.seconds)]), flush=True)
    resident = processes.resident_mib(worker)
    found.at_most("web worker resident, after load", resident, RESIDENT_MIB, unit=" MiB")


if __name__ == "__main__":
    sys.exit(figures.run(__doc__, {"start": measure}))
