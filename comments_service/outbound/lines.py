"""A connection to a mail server that ends in time, whatever it waits for: a connect, a handshake,
an answer. Looking up a name is the one thing it can't cut short.
"""

import socket
import time
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import Self

AFTER_STOP = 3.0  # seconds an answer is still waited for: what was taken should be known as taken
LOOK_EVERY = 0.1


class Line:
    """Is cut after `seconds`, or a few after `stop` is set; what uses it then gets an OSError."""

    def __init__(self, *, seconds: float, stop: Event) -> None:
        self._until = time.monotonic() + seconds
        self._stop = stop
        self._done = Event()
        self._cut = False
        self._handle: socket.socket | None = None
        self._watch = Thread(target=self._watch_time, name="mail line", daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._watch.join()
        self._let_go()

    def connect(self, host: str, port: int, *, timeout: float) -> socket.socket:
        """To the first of the host's addresses that answers."""
        failure = OSError(f"no address for {host}")
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        ):
            one = socket.socket(family, kind, protocol)
            one.settimeout(timeout)
            self._hold(one)
            try:
                if self._cut:
                    raise TimeoutError("cut")
                one.connect(address)
            except OSError as error:
                one.close()
                failure = error
            else:
                return one
        raise failure

    def _hold(self, connection: socket.socket) -> None:
        """A second handle: encryption takes the first one for itself."""
        self._let_go()
        self._handle = connection.dup()

    def _let_go(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()

    def _watch_time(self) -> None:
        while not self._done.wait(LOOK_EVERY):
            now = time.monotonic()
            if self._stop.is_set():
                self._until = min(self._until, now + AFTER_STOP)
            if now >= self._until:
                self._end()

    def _end(self) -> None:
        """Again and again: the line may just be at its next address."""
        self._cut = True
        handle = self._handle
        if handle is not None:
            with suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)
