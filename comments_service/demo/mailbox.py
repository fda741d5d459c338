"""A small real SMTP server on loopback that keeps every message and delivers none.

The demo shows its mails and the tests count them; it refuses to listen anywhere but on loopback.
"""

from collections.abc import Callable
from socket import SHUT_RDWR, socket
from threading import Condition
from typing import Any

from comments_service.demo.loopback import Listener, LoopbackServer
from comments_service.demo.smtp_sessions import Drop, Host, Received, Session

__all__ = ["Drop", "Mailbox", "Received"]


def _nobody(_recipient: str) -> None:
    return None


def _never(_recipients: tuple[str, ...]) -> None:
    return None


class Mailbox(LoopbackServer):
    """What was kept stays readable when it has stopped.

    `reject(recipient)` may answer RCPT with a code and words (4xx, 5xx), `drop(recipients)` may
    cut the connection. Both may be changed while it runs and are asked once each time.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        reject: Callable[[str], tuple[int, str] | None] = _nobody,
        drop: Callable[[tuple[str, ...]], Drop | None] = _never,
    ) -> None:
        self.reject = reject
        self.drop = drop
        self._messages: list[Received] = []
        self._arrived = Condition()
        super().__init__(_Listener(port, host=self), name="mailbox")
        self.url = f"smtp://127.0.0.1:{self.port}"

    @property
    def messages(self) -> tuple[Received, ...]:
        """Everything kept so far, oldest first."""
        with self._arrived:
            return tuple(self._messages)

    def keep(self, received: Received) -> None:
        with self._arrived:
            self._messages.append(received)
            self._arrived.notify_all()

    def wait_for(
        self,
        wanted: int | Callable[[tuple[Received, ...]], bool],
        timeout: float = 10.0,
    ) -> tuple[Received, ...]:
        """Return the messages once there are `wanted` of them, or once `wanted(messages)` holds.

        Raises TimeoutError, which tells what did arrive.
        """

        def satisfied() -> bool:
            kept = tuple(self._messages)
            return wanted(kept) if callable(wanted) else len(kept) >= wanted

        with self._arrived:
            if self._arrived.wait_for(satisfied, timeout):
                return tuple(self._messages)
            kept = [f"{', '.join(m.recipients)}: {m.parsed['Subject']}" for m in self._messages]
        raise TimeoutError(f"after {timeout} s the mailbox holds {len(kept)}: {kept}")


class _Listener(Listener):
    """Hangs up on whoever is still connected when it closes."""

    def __init__(self, port: int, *, host: Host) -> None:
        self.host = host
        self._connections: set[Any] = set()
        self._changed = Condition()
        super().__init__(("127.0.0.1", port), Session)

    def get_request(self) -> tuple[socket, Any]:
        connection, address = super().get_request()
        with self._changed:
            self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._connections.discard(request)
            self._changed.notify_all()

    def server_close(self) -> None:
        super().server_close()
        with self._changed:
            for connection in self._connections:
                _hang_up(connection)
            self._changed.wait_for(lambda: not self._connections, timeout=2)


def _hang_up(connection: socket) -> None:
    try:
        connection.shutdown(SHUT_RDWR)
    except OSError:
        return  # its client was quicker
