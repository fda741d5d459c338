"""What runs in the processes below the supervisor: the web application and the background worker.

Each leaves Ctrl-C to the supervisor, which ends them in order, and outlives it by a moment only.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from flask import Flask

from comments_service.settings import Settings
from comments_service.worker import loop

PARENT_PAUSE = 0.2

AppFactory = Callable[[Settings], Flask]


def prepare() -> None:
    """Choose how children are made: on Linux as copies, which share memory and start at once."""
    multiprocessing.set_start_method("fork" if sys.platform == "linux" else "spawn", force=True)


def web(create_app: AppFactory, settings: Settings) -> Flask:
    """The application of one web worker; the server around it obeys SIGTERM."""
    attach()
    app = create_app(settings)
    app.config["COMMENTS_FEW_THREADS"] = True  # clients that drip may not take all of them
    return app


def background(create_app: AppFactory, settings: Settings) -> None:
    attach()
    work(create_app(settings))


def work(app: Flask) -> None:
    """Run the background worker until SIGTERM or SIGINT; it finishes the message it holds."""
    stop = threading.Event()

    def ask(_number: int, _frame: object) -> None:
        # Setting an event takes a lock that the interrupted code may hold: not in this thread.
        threading.Thread(target=stop.set).start()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    loop.run(app, stop)


def attach() -> None:
    """Tie this process to its parent: no Ctrl-C of its own, no life after the parent's."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # nothing to finish yet
    parent = multiprocessing.parent_process()
    if parent is None or parent.pid is None:
        raise RuntimeError("only a child process has a parent to follow")
    threading.Thread(target=_follow, args=[parent.pid], name="parent watch", daemon=True).start()


def _follow(parent: int) -> None:
    """An orphan would go on serving on a port it shares with its successor."""
    while os.getppid() == parent:
        time.sleep(PARENT_PAUSE)
    os._exit(1)
