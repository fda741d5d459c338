"""The server's side of one SMTP conversation (RFC 5321): mail in, nothing out.

It knows no accounts and no encryption, and refuses mail over ten megabytes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from re import IGNORECASE
from re import compile as pattern
from socketserver import StreamRequestHandler
from typing import Literal, Protocol, cast

Drop = Literal["before DATA", "after DATA"]
"""Where a connection is cut: before the text is sent, or after it was kept but not answered."""

MAX_BYTES = 10 * 1024 * 1024
MAX_LINE = 64 * 1024
FEATURES = ("loopback", f"SIZE {MAX_BYTES}", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")
PATH = pattern(r"(?:FROM|TO):\s*<([^<>]*)>(?:\s.*)?", IGNORECASE)


@dataclass(frozen=True)
class Received:
    envelope_from: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def parsed(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


class Host(Protocol):
    """Who the conversation is held for."""

    @property
    def reject(self) -> Callable[[str], tuple[int, str] | None]: ...
    @property
    def drop(self) -> Callable[[tuple[str, ...]], Drop | None]: ...
    def keep(self, received: Received) -> None: ...


@dataclass
class _Envelope:
    sender: str | None = None
    recipients: list[str] = field(default_factory=list[str])


class Session(StreamRequestHandler):
    """One connection; its server must carry the Host as `host`."""

    def setup(self) -> None:
        super().setup()
        self.host = cast("Host", self.server.host)  # type: ignore[attr-defined]
        self.envelope = _Envelope()
        self.ended = False

    def handle(self) -> None:
        try:
            self._say(220, "loopback ESMTP")
            while not self.ended and (line := self.rfile.readline(MAX_LINE)):
                self._obey(line.decode("utf-8", "replace").rstrip("\r\n"))
        except ConnectionError:
            return  # the client left; what it had not finished was never kept

    def _obey(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        match verb.upper():
            case "EHLO":
                self._greet()
            case "HELO":
                self.envelope = _Envelope()
                self._say(250, "loopback")
            case "MAIL":
                self._mail(rest)
            case "RCPT":
                self._recipient(rest)
            case "DATA":
                self._data()
            case "RSET":
                self.envelope = _Envelope()
                self._say(250, "2.0.0 forgotten")
            case "NOOP":
                self._say(250, "2.0.0 here")
            case "QUIT":
                self._say(221, "2.0.0 bye")
                self.ended = True
            case _:
                self._say(502, "5.5.1 not known here")

    def _greet(self) -> None:
        self.envelope = _Envelope()
        for feature in FEATURES[:-1]:
            self.wfile.write(f"250-{feature}\r\n".encode())
        self._say(250, FEATURES[-1])

    def _mail(self, rest: str) -> None:
        path = PATH.fullmatch(rest)
        if path is None or not rest.upper().startswith("FROM"):
            self._say(501, "5.5.4 MAIL FROM:<address>")
        elif self.envelope.sender is not None:
            self._say(503, "5.5.1 one sender only")
        else:
            self.envelope.sender = path[1]
            self._say(250, "2.1.0 sender ok")

    def _recipient(self, rest: str) -> None:
        path = PATH.fullmatch(rest)
        if path is None or not path[1] or not rest.upper().startswith("TO"):
            self._say(501, "5.5.4 RCPT TO:<address>")
        elif self.envelope.sender is None:
            self._say(503, "5.5.1 MAIL first")
        elif refusal := self.host.reject(path[1]):
            self._say(*refusal)
        else:
            self.envelope.recipients.append(path[1])
            self._say(250, "2.1.5 recipient ok")

    def _data(self) -> None:
        envelope, recipients = self.envelope, tuple(self.envelope.recipients)
        if envelope.sender is None or not recipients:
            self._say(503, "5.5.1 RCPT first")
            return
        drop = self.host.drop(recipients)
        if drop == "before DATA":
            self.ended = True
            return
        self._say(354, "end with a dot alone on its line")
        content = self._content()
        self.envelope = _Envelope()
        if content is None:
            return
        if len(content) > MAX_BYTES:
            self._say(552, "5.3.4 too big")
            return
        self.host.keep(Received(envelope.sender, recipients, content))
        if drop == "after DATA":
            self.ended = True
        else:
            self._say(250, "2.0.0 kept")

    def _content(self) -> bytes | None:
        """Read to the lone dot, dots unstuffed; None if the connection ended before it."""
        lines: list[bytes] = []
        size = 0
        starts_line = True  # a line longer than MAX_LINE comes in parts
        while part := self.rfile.readline(MAX_LINE):
            if starts_line and part.rstrip(b"\r\n") == b"." and part.endswith(b"\n"):
                return b"".join(lines)
            if starts_line and part.startswith(b"."):
                part = part[1:]
            starts_line = part.endswith(b"\n")
            size += len(part)
            if size <= MAX_BYTES + MAX_LINE:  # read on to the dot, but hold no more than this
                lines.append(part)
        self.ended = True
        return None

    def _say(self, code: int, words: str) -> None:
        self.wfile.write(f"{code} {words}\r\n".encode())
