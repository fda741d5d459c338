"""Answers made in this process, without a server and without the ready ones: what a first page
costs when it must be made anew.
"""

import statistics
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import servers
from flask import Flask
from load import Call
from werkzeug.test import EnvironBuilder

from comments_service.app import create_app
from comments_service.database import db
from comments_service.settings import Settings

WARM_UP = 20


@contextmanager
def application(folder: Path) -> Generator[Flask]:
    """The application over a folder's database, with no answer kept ready."""
    known = {one.name for one in fields(Settings)}
    off: dict[str, Any] = {"ready_bytes": 0} if "ready_bytes" in known else {}
    app = create_app(servers.chosen(folder, **off))
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


def median_ms(app: Flask, *asked: Call, times: int) -> float:
    """Of these calls in turn, each from its WSGI environment to its bytes, uncompressed."""
    environs = [_environ(call) for call in asked]
    spent = list[float]()
    for number in range(times + WARM_UP):
        environ = environs[number % len(environs)].copy()
        began = time.perf_counter()
        status, size = _send(app, environ)
        if number >= WARM_UP:
            spent.append((time.perf_counter() - began) * 1000)
        if status != "200 OK" or not size:
            raise RuntimeError(f"{environ['QUERY_STRING']}: {status}")
    return statistics.median(spent)


def _environ(call: Call) -> dict[str, Any]:
    return EnvironBuilder(
        path=call.path, headers=[("Origin", call.headers["Origin"])]
    ).get_environ()


def _send(app: Flask, environ: dict[str, Any]) -> tuple[str, int]:
    said = list[str]()

    def start(status: str, _headers: Any, _error: Any = None) -> Any:
        said.append(status)

    answer = app.wsgi_app(environ, start)
    try:
        return said[0], sum(map(len, answer))
    finally:
        close: Any = getattr(answer, "close", None)
        if close:
            close()
