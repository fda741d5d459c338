"""Readers: the first page of a thread, from ready bytes and made anew, against a bare WSGI answer
of the same bytes, nginx with them in a file, and Isso; answers that say "unchanged"; counters.
"""

import sys
from contextlib import ExitStack
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

SMALL = "small"
COUNTED = 50
ISSO_SECONDS = 10  # a run shorter than its slowest answers would count none
ISSO_THREADS = 1_000
GZIP_LIMIT_KB = 20
UNCHANGED_BYTES = 300
BUILD_MS = 1.5


def measure(chosen: Chosen, found: Figures) -> None:
    """One database: threads of 100, a hundredth and a tenth of the size, and a thousand of 20.

    Isso's lacks the longest thread, in which it wouldn't answer.
    """
    pages = {SMALL: 100, "middle": max(chosen.size // 100, 150), "large": chosen.large_thread}
    seeded = seeding.Seeded(pages).many(_threads(chosen), 20)
    fewer = seeding.Seeded({SMALL: 100, "middle": pages["middle"]}).many(_threads(chosen), 20)
    with ExitStack() as stack:
        folders = [_folder(stack) for _ in range(4)]
        settings = servers.chosen(folders[0])
        seeding.fill(settings, seeded)
        ours = stack.enter_context(servers.ours(folders[0]))
        with servers.isso(folders[3]):
            pass  # it makes its tables when it starts
        seeding.fill_isso(folders[3] / "isso.sqlite3", fewer)
        answer = load.ask(ours.port, calls.thread(SMALL))
        rivals = {
            "bare": stack.enter_context(servers.bare(folders[1], answer)),
            "nginx": stack.enter_context(servers.nginx(folders[2], answer)),
            "Isso": stack.enter_context(servers.isso(folders[3])),
        }
        _hot(chosen, found, ours, rivals, pages)
        _sizes(found, ours, pages)
        _counts(chosen, found, ours, rivals["Isso"])
        _built(chosen, found, folders[0], pages)
        two = stack.enter_context(servers.ours(_copy(stack, settings.data_path), workers=2))
        _two_workers(chosen, found, ours, two)


def _hot(
    chosen: Chosen,
    found: Figures,
    ours: Server,
    rivals: dict[str, Server],
    pages: dict[str, int],
) -> None:
    cases = {
        "ours": (ours, calls.thread(SMALL)),
        "bare": (rivals["bare"], calls.thread(SMALL)),
        "nginx": (rivals["nginx"], calls.thread(SMALL)),
        "middle": (ours, calls.thread("middle")),
        "large": (ours, calls.thread("large")),
        "304": (ours, calls.unchanged(ours.port, calls.thread(SMALL))),
        "Isso": (rivals["Isso"], calls.isso_thread(SMALL)),
    }
    runs = interleaved(cases, chosen)
    found.add("hot first page of 100 comments, a second", f"{load.median(runs['ours']).rate:,.0f}")
    found.at_least("… of bare granian, same bytes", load.ratio(runs["ours"], runs["bare"]), 0.6)
    found.ratio("… of nginx with the file", load.ratio(runs["ours"], runs["nginx"]))
    found.at_least("… of Isso", load.ratio(runs["ours"], runs["Isso"]), 1000)
    for name in ("middle", "large"):
        what = f"… thread of {pages[name]:,}, of that of 100"
        found.at_least(what, load.ratio(runs[name], runs["ours"]), 0.9)
    found.at_least("304, of the 200 rate", load.ratio(runs["304"], runs["ours"]), 0.95)
    for name, of in {"ours": "ours", "bare granian": "bare", "nginx": "nginx"}.items():
        share = load.ratio(runs[of], runs["bare"])
        found.point("Hot first page, of bare granian", name, 0, share)


def interleaved(cases: dict[str, tuple[Server, Call]], chosen: Chosen) -> dict[str, list[Run]]:
    """A B C A B C …, after one warm-up of each."""
    runs: dict[str, list[Run]] = {name: [] for name in cases}
    for server, call in cases.values():
        warm = load.ask(server.port, call)
        if warm.status >= 400:
            raise RuntimeError(f"{call.path}: {warm.status} {warm.body[:200]!r}")
    for _ in range(chosen.rounds):
        for name, (server, call) in cases.items():
            slow = name == "Isso"
            seconds = max(chosen.seconds, ISSO_SECONDS) if slow else chosen.seconds
            runs[name].append(load.run(server.port, call, seconds=seconds))
            processes.wait_until_idle(server.pid)  # or the next one shares the core with it
    for name, rounds in runs.items():
        print(f"{name:16} {load.described(rounds)}", flush=True)
        if any(one.bad for one in rounds):
            raise RuntimeError(f"{name}: bad answers")
    return runs


def _sizes(found: Figures, ours: Server, pages: dict[str, int]) -> None:
    for name, size in pages.items():
        kilobytes = len(load.ask(ours.port, calls.thread(name)).body) / 1024
        what = f"first page of {size:,} comments, gzip"
        found.at_most(what, kilobytes, GZIP_LIMIT_KB, unit=" KB")
    unchanged = load.ask(ours.port, calls.unchanged(ours.port, calls.thread(SMALL)))
    status = len("HTTP/1.1 304 Not Modified\r\n\r\n")
    size = status + sum(len(name) + len(value) + 4 for name, value in unchanged.headers)
    found.at_most("304 with its headers", size, UNCHANGED_BYTES, unit=" bytes")


def _counts(chosen: Chosen, found: Figures, ours: Server, isso: Server) -> None:
    names = [f"m{number}" for number in range(min(COUNTED, _threads(chosen)))]
    cases = {
        "our counts": (ours, calls.counts(names)),
        "Isso's counts": (isso, calls.isso_counts(names)),
    }
    runs = interleaved(cases, chosen)
    rate = load.median(runs["our counts"]).rate
    found.add(f"counts of {len(names)} pages, a second", f"{rate:,.0f}")
    found.ratio("… of Isso", load.ratio(runs["our counts"], runs["Isso's counts"]))


def _built(chosen: Chosen, found: Figures, folder: Path, pages: dict[str, int]) -> None:
    with making.application(folder) as app:
        for name, size in pages.items():
            spent = making.median_ms(app, calls.thread(name), times=100 * chosen.rounds)
            what = f"first page of {size:,} made anew"
            if name == SMALL:  # the others have twice the comments on it
                found.at_most(what, spent, BUILD_MS, unit=" ms")
            else:
                found.add(what, f"{spent:.2f} ms")


def _two_workers(chosen: Chosen, found: Figures, one: Server, two: Server) -> None:
    cases = {"1 worker": (one, calls.thread(SMALL)), "2 workers": (two, calls.thread(SMALL))}
    runs = interleaved(cases, chosen)
    found.ratio("2 workers on the one core, of 1", load.ratio(runs["2 workers"], runs["1 worker"]))


def _threads(chosen: Chosen) -> int:
    return min(ISSO_THREADS, max(chosen.size // 1000, 10))


def _folder(stack: ExitStack) -> Path:
    return Path(stack.enter_context(TemporaryDirectory(prefix="comments-bench-")))


def _copy(stack: ExitStack, source: Path) -> Path:
    """A second service may not share the first one's folder: a database of its own."""
    target = _folder(stack)
    seeding.copy(source, target)
    return target


if __name__ == "__main__":
    sys.exit(figures.run(__doc__, {"reading": measure}))
