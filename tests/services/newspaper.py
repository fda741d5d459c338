"""A host page on a site of its own: what a site owner's server would be to the widget.

It answers as `localhost`, the service as 127.0.0.1: to a browser two sites, not two ports of one.
"""

import json
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any, ClassVar, Self

from tests.services.service import Service

THREAD = '<comment-thread open="now"></comment-thread>'
STYLE = "html { font: 16px/1.5 sans-serif; color: #1b1b1b; background: #fff } body { margin: 24px }"
ANY = "script-src 'unsafe-inline' http:"


class Newspaper:
    """Serves the pages it is given; each gets an address, and so a thread, of its own."""

    _numbers: ClassVar = count(1)

    def __init__(self, service: Service) -> None:
        self.service = service
        self._pages: dict[str, tuple[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.origin = f"http://localhost:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def page(
        self,
        inside: str = THREAD,
        *,
        policy: str = ANY,
        style: str = STYLE,
        html: str = 'lang="en"',
    ) -> str:
        """Publish a page with that inside its `main`, and those attributes; its address."""
        path = f"/{next(self._numbers)}"
        text = (
            f'<!doctype html><html {html}><meta charset="utf-8"><title>The last ferry</title>'
            f'<link rel="stylesheet" href="{path}.css">'
            f'<script nonce="n0nce" type="module" src="{self.service.url}/embed.js"></script>'
            f"<body><main><h1>The last ferry</h1>{inside}</main></body></html>"
        )
        self._pages |= {path: (text, policy), f"{path}.css": (style, ANY)}
        return self.origin + path

    def post(self, page: str, body: str, *, name: str = "Ines Calder", **more: Any) -> str:
        """Post as a reader without a browser would; the comment's id."""
        content = {"url": page, "author": {"name": name}, "body": body, **more}
        request = urllib.request.Request(
            f"{self.service.url}/api/v1/comments",
            data=json.dumps(content).encode(),
            headers={"Content-Type": "application/json", "Origin": self.origin},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["comment"]["id"]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        pages = self._pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content, policy = pages.get(self.path, ("", ANY))
                kind = "text/css" if self.path.endswith(".css") else "text/html; charset=utf-8"
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Say nothing: a test's output is the test's."""

        return Handler
