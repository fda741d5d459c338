"""Authors: posts with everything on and an fsync each, at 1 and 16 connections, against Isso's; and
where the time of ours goes, in process.
"""

import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import calls
import figures
import load
import making
import seeding
import servers
from figures import Chosen, Figures
from flask import Flask
from load import CONNECTIONS, Run
from sqlalchemy import Connection, event

from comments_service.database import db
from comments_service.operations import texts
from comments_service.schemas.comments import NewCommentSchema

PAGE = "posts"
OF_ISSO = 1.2
AIM = 300
STAGED = 300  # posts
AT_ONCE = 4  # as many threads as a web worker has
STAGES = ("parsing", "markup", "lock wait", "SQL", "commit")


def measure(chosen: Chosen, found: Figures) -> None:
    seeded = seeding.Seeded({PAGE: 100}).many(min(500, max(chosen.size // 2000, 10)), 20)
    with ExitStack() as stack:
        folder, other = _folder(stack), _folder(stack)
        seeding.fill(servers.chosen(folder), seeded)
        with servers.isso(other):
            pass  # it makes its tables when it starts
        seeding.fill_isso(other / "isso.sqlite3", seeded)
        ours = stack.enter_context(servers.ours(folder))
        isso = stack.enter_context(servers.isso(other))
        for connections in (1, CONNECTIONS):
            _compare(chosen, found, (ours.port, isso.port), connections)
    with TemporaryDirectory(prefix="comments-bench-") as name:
        seeding.fill(servers.chosen(Path(name)), seeded)
        with making.application(Path(name)) as app:
            for threads in (1, AT_ONCE):
                _stages(found, app, threads)


def _compare(chosen: Chosen, found: Figures, ports: tuple[int, int], connections: int) -> None:
    ours, isso = list[Run](), list[Run]()
    for _ in range(chosen.rounds):
        for taken, port, call in (
            (ours, ports[0], calls.post(PAGE)),
            (isso, ports[1], calls.isso_post(PAGE)),
        ):
            taken.append(load.run(port, call, seconds=chosen.seconds, connections=connections))
    print(f"ours {load.described(ours)}\nIsso {load.described(isso)}", flush=True)
    if any(one.bad for one in ours + isso):
        raise RuntimeError("bad answers")
    rate, times = load.median(ours).rate, load.ratio(ours, isso)
    what = f"posts a second, {connections} connections"
    if connections == CONNECTIONS:
        found.at_least(f"{what}, of Isso", times, OF_ISSO)
        found.add("… ours (the aim is 300)", f"{rate:.0f}")
    else:
        found.ratio(f"{what}, of Isso", times)
        found.add("… ours", f"{rate:.0f}")


def _stages(found: Figures, app: Flask, threads: int) -> None:
    """Each post's milliseconds, by what they were spent on, and by no name for all else."""
    whole, lock = list[float](), threading.Lock()

    def write(part: int) -> None:
        client = app.test_client()
        for number in range(STAGED // threads):
            call = calls.post(PAGE, number=f"{threads}-{part}-{number}-0123456789")
            began = time.perf_counter()
            answer = client.post(call.path, data=call.body, headers=dict(call.headers))
            spent = (time.perf_counter() - began) * 1000
            if answer.status_code != 201:
                raise RuntimeError(f"a post: {answer.status_code} {answer.text[:200]}")
            with lock:
                whole.append(spent)

    with _timed(app) as spent:
        writers = [threading.Thread(target=write, args=[part]) for part in range(threads)]
        for one in writers:
            one.start()
        for one in writers:
            one.join()
    if len(whole) != STAGED // threads * threads:
        raise RuntimeError("a writer failed")
    each = statistics.mean(whole)
    found.add(f"a post in process, {threads} at once, mean", f"{each:.2f} ms")
    parts = {stage: spent[stage] / len(whole) for stage in STAGES}
    parts["all else"] = each - sum(parts.values())
    for stage, milliseconds in parts.items():
        found.add(f"… {stage}", f"{milliseconds:.2f} ms")


@contextmanager
def _timed(app: Flask) -> Generator[Counter[str]]:
    """Milliseconds by stage of all that is done meanwhile."""
    spent: Counter[str] = Counter()
    with app.app_context():
        engine = db.engine
    commit, began = engine.dialect.do_commit, dict[int, float]()
    load_body, render = NewCommentSchema.load, texts.write

    def add(stage: str, start: float) -> None:
        spent[stage] += (time.perf_counter() - start) * 1000  # pyright: ignore[reportArgumentType] - a counter of floats

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*given, **named)
            finally:
                add(stage, start)

        return call

    def begin(connection: Connection, *_more: Any) -> None:
        began[id(connection.connection.dbapi_connection)] = time.perf_counter()

    def end(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        stage = "lock wait" if statement == "BEGIN IMMEDIATE" else "SQL"
        add(stage, began.pop(id(connection.connection.dbapi_connection)))

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    engine.dialect.do_commit = timed("commit", commit)
    NewCommentSchema.load = timed("parsing", load_body)
    texts.write = timed("markup", render)
    try:
        yield spent
    finally:
        event.remove(engine, "before_cursor_execute", begin)
        event.remove(engine, "after_cursor_execute", end)
        engine.dialect.do_commit = commit
        NewCommentSchema.load, texts.write = load_body, render


def _folder(stack: ExitStack) -> Path:
    return Path(stack.enter_context(TemporaryDirectory(prefix="comments-bench-")))


if __name__ == "__main__":
    sys.exit(figures.run(__doc__, {"posting": measure}))
