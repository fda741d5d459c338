"""What a thread costs the page around it: for how long a browser can do nothing else while a full
first page is drawn, in Chromium, on a host page of another origin.

Each load has a profile of its own and comes over HTTP from the running service: `--rounds` as they
are, and as many slowed down four times, as on a phone. What takes more than 50 ms is what browsers
call a long task. The browser's own trace says how long each task of the page took, from the one on
that runs the widget's script; those before, which open the page, tell how fast the machine is at
the moment. The browser has all cores: the service has nothing to do meanwhile. It needs Chromium on
PATH, two cores and taskset.
"""

import gzip
import json
import shutil
import sqlite3
import statistics
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import calls
import figures
import load
import seeding
import servers
from figures import Chosen, Figures
from playwright.sync_api import Browser, sync_playwright

PAGE = "talk"
COMMENTS = 10_000
LONG_MS = 50
SLOWED = 4
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
FLAGS = ("--disable-gpu", "--no-first-run", "--disable-background-networking")
TRACED = ["disabled-by-default-devtools.timeline", "devtools.timeline", "toplevel"]
SCRIPT_RUNS = "v8.evaluateModule"
LAID_OUT = ("UpdateLayoutTree", "Layout", "PrePaint", "Paint", "Layerize")
SHORT = "UPDATE comments SET body_html = '<p>' || substr(body_source, 1, 80) || '</p>'"
# Two frames after the thread is there it is drawn, too.
HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>The last ferry</title>
<script>addEventListener("comments:loaded", () => requestAnimationFrame(() =>
  requestAnimationFrame(() => setTimeout(() => console.log("drawn")))))</script>
<script type="module" src="{service}/embed.js"></script>
<body><h1>The last ferry</h1><comment-thread url="{url}" open="now"></comment-thread></body></html>
"""


@dataclass(frozen=True)
class Task:
    """Milliseconds it took and what of them was layout and painting; when it ended, in the
    trace's microseconds.
    """

    took: float
    drew: float
    end: float


@dataclass(frozen=True)
class Load:
    """Milliseconds at a stretch: the longest task since the widget's script was there, the longest
    of those that lay out and paint, and the longest before.
    """

    longest: float
    drawing: float
    before: float


def measure(chosen: Chosen, found: Figures) -> None:
    with load.all_cores(), TemporaryDirectory(prefix="comments-bench-") as name:
        folder = Path(name)
        seeding.fill(servers.chosen(folder), seeding.Seeded({PAGE: COMMENTS}))
        with closing(sqlite3.connect(folder / "comments.sqlite3", isolation_level=None)) as store:
            store.execute(SHORT)  # so that a page of bounded bytes has all its comments
        with servers.ours(folder, ready=calls.thread(PAGE)) as server:
            answer = load.ask(server.port, calls.thread(PAGE))
            shown = _shown(json.loads(gzip.decompress(answer.body))["comments"])
            page = HOST.format(service=f"http://127.0.0.1:{server.port}", url=seeding.url(PAGE))
            with _host(page) as address, _chromium() as browser:
                _load(browser, address, slowed=1)  # the first one warms the disk
                for slowed in (1, SLOWED):
                    loads = [_load(browser, address, slowed=slowed) for _ in range(chosen.rounds)]
                    _tell(found, loads, shown=shown, slowed=slowed)


def _tell(found: Figures, loads: Sequence[Load], *, shown: int, slowed: int) -> None:
    print(
        f"slowed {slowed} times: {', '.join(f'{one.longest:.0f}' for one in loads)} ms", flush=True
    )
    longest = round(statistics.median(one.longest for one in loads))
    drawing = round(statistics.median(one.drawing for one in loads))
    before = round(statistics.median(one.before for one in loads))
    if slowed == 1:
        what = f"a browser's longest task while {shown} comments are shown"
        found.at_most(what, longest, LONG_MS, unit=" ms")
        found.add("… that lays out and paints; that opens the page", f"{drawing}; {before} ms")
    else:
        what = f"… the same three with the processor slowed {slowed} times"
        found.add(what, f"{longest}; {drawing}; {before} ms")


def _shown(comments: list[dict[str, Any]]) -> int:
    return sum(1 + _shown(one["replies"]) for one in comments)


def _load(browser: Browser, address: str, *, slowed: int) -> Load:
    """The longest tasks of one page's load in a profile of its own."""
    context = browser.new_context()
    page = context.new_page()
    context.new_cdp_session(page).send(  # pyright: ignore[reportUnknownMemberType]
        "Emulation.setCPUThrottlingRate", {"rate": slowed}
    )
    browser.start_tracing(page=page, categories=TRACED)
    with page.expect_console_message(lambda message: message.text == "drawn"):
        page.goto(address)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    context.close()
    (thread,) = {_thread(one) for one in events if _runs_script_of(one, address)}
    own = [one for one in events if "dur" in one and _thread(one) == thread]
    (script,) = (one["ts"] for one in own if one["name"] == SCRIPT_RUNS)
    tasks = [_task(one, own) for one in own if one["name"].endswith("RunTask")]
    since = [one for one in tasks if one.end > script]
    return Load(
        longest=max(one.took for one in since),
        drawing=max(one.took for one in since if one.drew > one.took / 2),
        before=max(one.took for one in tasks if one.end < script),
    )


def _thread(event: dict[str, Any]) -> tuple[int, int]:
    return event["pid"], event["tid"]


def _runs_script_of(event: dict[str, Any], address: str) -> bool:
    return event["name"] == "EvaluateScript" and event["args"]["data"]["url"] == address


def _task(task: dict[str, Any], events: list[dict[str, Any]]) -> Task:
    start, end = task["ts"], task["ts"] + task["dur"]
    inside = (one for one in events if one["name"] in LAID_OUT and start <= one["ts"] < end)
    return Task(task["dur"] / 1000, sum(one["dur"] for one in inside) / 1000, end)


@contextmanager
def _chromium() -> Generator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        raise RuntimeError("no Chromium on PATH: `make browsers` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, chromium_sandbox=False, args=FLAGS
        )
        yield browser
        browser.close()


@contextmanager
def _host(page: str) -> Generator[str]:
    """The host page, on `localhost`: to a browser another site than 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing: the figures do."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    sys.exit(figures.run(__doc__, {"widget": measure}))
