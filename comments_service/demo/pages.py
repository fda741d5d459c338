"""The newspaper's own small web server: another port, and so another origin than the service.

It answers GET and HEAD on loopback, takes no input and lets nothing be cached.
"""

import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

from comments_service.demo.content import Content
from comments_service.demo.mailbox import Mailbox
from comments_service.demo.newspaper import Answer, Newspaper


class PageServer:
    """Bound from the moment it is made (so its origin is known), answers from start to stop."""

    def __init__(
        self,
        content: Content,
        mailbox: Mailbox,
        *,
        service_url: str,
        port: int = 0,
        page_origin: str | None = None,
    ) -> None:
        self._server = _Server(("127.0.0.1", port), _Request)
        self.port = int(self._server.server_address[1])
        self.page_origin = page_origin or f"http://127.0.0.1:{self.port}"
        self._server.newspaper = Newspaper(
            content, mailbox, page_origin=self.page_origin, service_url=service_url
        )
        self._thread = Thread(target=self._server.run, name="pages", daemon=True)

    @property
    def url(self) -> str:
        return f"{self.page_origin}/"

    @property
    def mail_url(self) -> str:
        return f"{self.page_origin}/mail/"

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


class _Server(ThreadingTCPServer):
    """Not http.server's own, which would ask a name server for the name of 127.0.0.1."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64
    newspaper: Newspaper

    def run(self) -> None:
        self.serve_forever(poll_interval=0.05)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that leaves before its answer is no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Request(BaseHTTPRequestHandler):
    timeout = 30

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        newspaper = cast("_Server", self.server).newspaper
        path = urlsplit(self.path).path
        if home := self._elsewhere(newspaper.page_origin):
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", home + path)
            self.end_headers()
            return
        self._send(newspaper.answer(path), with_body=with_body)

    def _elsewhere(self, page_origin: str) -> str | None:
        """Somebody typed localhost: that is another origin, on which no comment could be posted."""
        typed = self.headers.get("Host", "").partition(":")[0]
        at_home = urlsplit(page_origin).hostname == "localhost"
        return page_origin if typed == "localhost" and not at_home else None

    def _send(self, answer: Answer, *, with_body: bool) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", answer.policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Stay silent: the terminal belongs to the service's own lines."""
