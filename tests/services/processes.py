"""Server processes that end with the run, and the waiting for what they do: on conditions only."""

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

PAUSE = 0.02
PR_SET_PDEATHSIG = 1  # Linux: the kernel signals the child when its parent is gone
# Below the range from which the kernel takes ports for outgoing connections, so that none of the
# suite's own clients can sit on a port between its choice and the server's start.
PORTS = range(20_000, 32_000)


class ServerFailed(Exception):
    """A server ended or stayed silent; its text carries the server's log."""


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    user: str | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own: Ctrl-C is ours, and we end it in order.

    Should this process die without a word (kill -9), the server gets SIGINT from the kernel.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            user=user,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - no thread of ours holds a lock here
        )


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


@contextmanager
def stopping(process: subprocess.Popen[bytes]) -> Generator[None]:
    """End the server on the way out: politely, then by force, and its children with it."""
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the session that `start` opened."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(
    ready: Callable[[], bool], *, process: subprocess.Popen[bytes], log: Path, seconds: float = 20
) -> None:
    """Ask again and again until it's ready; give up at once when the process has ended."""
    deadline = time.monotonic() + seconds
    while not ready():
        try:
            process.wait(timeout=PAUSE)
        except subprocess.TimeoutExpired:
            if time.monotonic() < deadline:
                continue
            kill_group(process)
            raise ServerFailed(f"not ready after {seconds} s:\n{log.read_text()}") from None
        raise ServerFailed(f"ended with {process.returncode}:\n{log.read_text()}")


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ServerFailed("no free port")
