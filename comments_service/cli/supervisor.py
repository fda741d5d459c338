"""One service in one process group: web workers, one background worker, and this process above.

All end together: when it is told to stop, in order; when a child dies, with exit code 1; when it
is killed itself, because they notice.
"""

import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import connection
from types import FrameType
from typing import Protocol

from flask import Flask
from granian import Granian
from granian.constants import Interfaces, RuntimeModes
from granian.log import LogLevels

from comments_service.cli import children, ports
from comments_service.cli.children import AppFactory
from comments_service.settings import Settings

READY = "/health/ready"
BLOCKING_THREADS = 4
CONNECTIONS = 1024  # of one web worker, idle ones included; more wait in the kernel's queue
WEB_SECONDS = 8  # to finish the requests in flight, then they are cut
STOP_SECONDS = 10  # for everything
TOGETHER_SECONDS = 0.5  # within which a stop sent to all processes reaches all of them
PAUSE = 0.05
SERVER_LOG = "_granian"
LOGGING = {
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stderr",
            "formatter": "generic",
        }
    },
    "loggers": {SERVER_LOG: {"handlers": ["console"], "propagate": False}},
}


class _Server(Protocol):
    """What is used of granian's server; it starts and stops its web workers itself."""

    def on_startup(self, hook: Callable[[], None]) -> object: ...
    def on_shutdown(self, hook: Callable[[], None]) -> object: ...
    def serve(self, *, target_loader: Callable[[], Flask], wrap_loader: bool) -> None: ...


class Supervisor:
    """Runs once; `say` gets the lines for the operator, `complain` those about a failure."""

    def __init__(
        self,
        create_app: AppFactory,
        settings: Settings,
        *,
        host: str,
        port: int,
        workers: int,
        say: Callable[[str], None],
        complain: Callable[[str], None],
    ) -> None:
        children.prepare()
        self._host = host
        self._port = port
        self._say = say
        self._complain = complain
        self._own_pid = os.getpid()
        self._stopping = threading.Event()
        self._stop_by: float | None = None
        self._background_died = False
        self._obey: Callable[[int, FrameType | None], object] | int | None = None
        self._background = multiprocessing.Process(
            target=children.background, args=(create_app, settings), name="background"
        )
        self._web = partial(children.web, create_app, settings)
        self._server = _server(host, port, workers=workers)
        self._server.on_startup(self._begin)
        self._server.on_shutdown(self._end)
        logging.getLogger(SERVER_LOG).addFilter(lambda _: self._stop_by is None)

    def run(self) -> int:
        """Serve until told to stop; the exit code."""
        gc.collect()
        gc.freeze()  # else the collector touches, and so copies, what the children share
        web_died = False
        try:
            self._server.serve(target_loader=self._web, wrap_loader=False)
        except SystemExit:  # when all were told to stop at once, a web worker may be quicker
            web_died = self._stop_by is None
        return int(web_died or self._background_died)

    def _begin(self) -> None:
        """The server has set its signal handlers, and starts the web workers next."""
        self._obey = signal.getsignal(signal.SIGTERM)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        self._background.start()
        threading.Thread(target=self._attend, name="attendant", daemon=True).start()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if os.getpid() != self._own_pid:
            os._exit(0)  # a child that is a moment old, and still has our handlers
        if self._stop_by is None:
            self._stop_by = time.monotonic() + STOP_SECONDS
        self._stopping.set()
        self._background.terminate()
        if callable(self._obey):
            self._obey(number, frame)

    def _attend(self) -> None:
        """Tell when the service answers; then stop it should the background worker end."""
        while not ports.answers(self._host, self._port, READY):
            if self._stopping.is_set() or self._background_ended(within=PAUSE):
                break
        else:
            self._say(f"listening on {ports.origin(self._host, self._port)}")
        self._background_ended(within=None)
        if not self._stopping.wait(TOGETHER_SECONDS):
            self._background_died = True
            self._complain("the background worker ended unexpectedly: stopping")
            os.kill(self._own_pid, signal.SIGTERM)

    def _background_ended(self, *, within: float | None) -> bool:
        return bool(connection.wait([self._background.sentinel], within))

    def _end(self) -> None:
        """The web workers have ended: the background worker gets what time is left."""
        self._stopping.set()
        self._background.terminate()
        left = STOP_SECONDS if self._stop_by is None else self._stop_by - time.monotonic()
        self._background.join(max(left, PAUSE))
        if self._background.is_alive():
            self._complain("the background worker didn't finish in time: killed")
            self._background.kill()
            self._background.join()


def _server(host: str, port: int, *, workers: int) -> _Server:
    return Granian(
        "comments_service",  # a name for its messages: the application comes from `serve`'s loader
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=BLOCKING_THREADS,
        runtime_mode=RuntimeModes.st,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        log_level=LogLevels.error,
        log_dictconfig=LOGGING,
        workers_kill_timeout=WEB_SECONDS,
    )
