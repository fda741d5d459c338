"""HTTP spoken by hand, from any address of the loopback: what no client library would send."""

import json
import re
import socket
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

PATIENCE = 20.0
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


@dataclass(frozen=True)
class Answer:
    """What came back until the server closed, or what there was of it when patience ended."""

    raw: bytes
    closed: bool

    @property
    def status(self) -> int:
        """Of the last answer; 0 when there was none."""
        found = [int(code) for code in STATUS.findall(self.raw)]
        return found[-1] if found else 0

    @property
    def headers(self) -> dict[str, str]:
        head = self.raw.partition(b"\r\n\r\n")[0].decode("latin-1")
        lines = (line.partition(":") for line in head.split("\r\n")[1:])
        return {name.strip().lower(): value.strip() for name, _, value in lines}

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.raw.partition(b"\r\n\r\n")[2])


def connect(port: int, *, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), PATIENCE, source_address=(source, 0))


def request(
    path: str, body: Mapping[str, Any] | None = None, *, headers: Sequence[tuple[str, str]] = ()
) -> bytes:
    """A whole request on a connection that is closed after it; a POST when it has a body."""
    content = b"" if body is None else json.dumps(body).encode()
    own = [("Host", "localhost"), ("Connection", "close")]
    if body is not None:
        own += [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
    head = "".join(f"{name}: {value}\r\n" for name, value in [*own, *headers])
    method = "GET" if body is None else "POST"
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + content


def receive(connection: socket.socket, *, patience: float = PATIENCE) -> Answer:
    raw, deadline = b"", time.monotonic() + patience
    while (left := deadline - time.monotonic()) > 0:
        connection.settimeout(left)
        try:
            chunk = connection.recv(65_536)
        except ConnectionError:
            return Answer(raw, closed=True)
        except TimeoutError:
            break
        if not chunk:
            return Answer(raw, closed=True)
        raw += chunk
    return Answer(raw, closed=False)


def ask(port: int, sent: bytes, *, source: str = "127.0.0.1", patience: float = PATIENCE) -> Answer:
    """Send it all, whether or not the server wants it all, and take what comes."""
    with connect(port, source=source) as connection:
        with suppress(ConnectionError):  # refused before it was read to its end
            connection.sendall(sent)
        return receive(connection, patience=patience)


def ask_at_once(port: int, requests: Sequence[bytes]) -> list[Answer]:
    """All connections stand before the first request goes out; each is closed once it is read."""
    with ExitStack() as closing:
        connections = [closing.enter_context(connect(port)) for _ in requests]
        pool = closing.enter_context(ThreadPoolExecutor(len(requests)))
        for connection, sent in zip(connections, requests, strict=True):
            connection.sendall(sent)
        return list(pool.map(_receive_and_close, connections))


def _receive_and_close(connection: socket.socket) -> Answer:
    with connection:
        return receive(connection)
