"""The newspaper's own small web server: another port, and so another origin than the service.

It answers GET and HEAD on loopback, takes no input and lets nothing be cached.
"""

import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, cast
from urllib.parse import urlsplit

from comments_service.demo.content import Content
from comments_service.demo.loopback import Listener, LoopbackServer
from comments_service.demo.mailbox import Mailbox
from comments_service.demo.newspaper import Answer, Newspaper


class PageServer(LoopbackServer):
    """Its origin is known from the moment it is made."""

    def __init__(
        self,
        content: Content,
        mailbox: Mailbox,
        *,
        service_url: str,
        port: int = 0,
        page_origin: str | None = None,
    ) -> None:
        listener = _Listener(("127.0.0.1", port), _Request)
        super().__init__(listener, name="pages")
        self.page_origin = page_origin or f"http://127.0.0.1:{self.port}"
        listener.newspaper = Newspaper(
            content, mailbox, page_origin=self.page_origin, service_url=service_url
        )

    @property
    def url(self) -> str:
        return f"{self.page_origin}/"

    @property
    def mail_url(self) -> str:
        return f"{self.page_origin}/mail/"


class _Listener(Listener):
    newspaper: Newspaper

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
        newspaper = cast("_Listener", self.server).newspaper
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
