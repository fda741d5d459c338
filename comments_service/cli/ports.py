"""Whether a port can be served on, and whether the service answers there."""

import errno
import http.client
import socket
import time

PAUSE = 0.05
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


class Unavailable(Exception):
    """Nothing can be served there; the text is one line that says why."""


def check(host: str, port: int, *, wait: float = 0) -> None:
    """Raise `Unavailable` unless the port can be bound within `wait` seconds.

    The server itself shares its port among its workers, and so would share it with a stranger, or
    with the last orphan of a killed service: it can't be left to find out.
    """
    deadline = time.monotonic() + wait
    while (error := _bind(host, port)) is not None:
        if error.errno != errno.EADDRINUSE:
            raise Unavailable(f"can't listen on {origin(host, port)}: {error.strerror}") from error
        if time.monotonic() >= deadline:
            raise Unavailable(f"{origin(host, port)} is taken: choose another port") from error
        time.sleep(PAUSE)


def origin(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def answers(host: str, port: int, path: str) -> bool:
    """Whether a GET of the path is answered with 200 within a second."""
    connection = http.client.HTTPConnection(WILDCARDS.get(host, host), port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _bind(host: str, port: int) -> OSError | None:
    try:
        family, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except OSError as error:
        return error
    return None
