"""Small servers on loopback, each in a thread of its own beside the demo or a test."""

from socketserver import ThreadingTCPServer
from threading import Thread
from types import TracebackType
from typing import Self


class Listener(ThreadingTCPServer):
    """Not http.server's own, which would ask a name server for the name of 127.0.0.1."""

    allow_reuse_address = True  # a demo started again finds its port
    daemon_threads = True  # a forgotten connection never keeps the process alive
    request_queue_size = 64

    def run(self) -> None:
        self.serve_forever(poll_interval=0.05)


class LoopbackServer:
    """Bound from the moment it is made, answers from `start` to `stop`; not started twice."""

    def __init__(self, listener: Listener, *, name: str) -> None:
        self._listener = listener
        self._thread = Thread(target=listener.run, name=name, daemon=True)
        self.port = int(listener.server_address[1])

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        """End the server and every open connection that it knows."""
        if self._thread.is_alive():
            self._listener.shutdown()
            self._thread.join()
        self._listener.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
