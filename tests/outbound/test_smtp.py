"""What a mail server says, and what we make of it."""

import logging
import socket
import ssl
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from email.message import EmailMessage
from pathlib import Path
from socketserver import BaseRequestHandler, StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Any, cast

import pytest
from flask import Flask

from comments_service import settings
from comments_service.demo.mailbox import Mailbox
from comments_service.outbound import lines, smtp
from comments_service.settings import Settings
from comments_service.worker import mails

CERTIFICATE = Path(__file__).parents[1] / "fixtures" / "loopback.pem"
READY = {
    "": "220 loopback",
    "EHLO": "250-loopback\r\n250 AUTH PLAIN",
    "AUTH": "235 welcome",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    ".": "250 kept",
    "QUIT": "221 bye",
}


class Scripted(StreamRequestHandler):
    """Answers each verb as its server's script says, and notes what was said."""

    def handle(self) -> None:
        server = cast("Any", self.server)
        self._say(server.script[""])
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            verb = line.split()[0].upper()
            server.heard.append(verb + line[len(verb) :])
            self._say(server.script.get(verb, "502 no"))
            if verb == "STARTTLS":
                self.secured = server.tls.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.secured.makefile("rb"), self.secured.makefile("wb", 0)
            if verb == "DATA" and server.script["DATA"].startswith("3"):
                while self.rfile.readline() not in {b".\r\n", b""}:
                    pass
                self._say(server.script["."])

    def finish(self) -> None:
        super().finish()
        if hasattr(self, "secured"):
            self.secured.close()

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Dribbling(BaseRequestHandler):
    """Greets letter by letter and never comes to an end."""

    def handle(self) -> None:
        server = cast("Any", self.server)
        while not server.closing.wait(0.05):
            self.request.sendall(b"2")


class _Server(ThreadingTCPServer):
    daemon_threads = True
    tls: ssl.SSLContext

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in anger is what some of these tests are about."""

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        if getattr(self, "encrypted", False):
            connection = self.tls.wrap_socket(connection, server_side=True)
        return connection, address


@contextmanager
def _serving(
    script: Mapping[str, str] | None = None,
    *,
    handler: type[BaseRequestHandler] = Scripted,
    encrypted: bool = False,
) -> Generator[tuple[int, list[str]]]:
    """The port, and what is heard there."""
    server: Any = _Server(("127.0.0.1", 0), handler)
    heard: list[str] = []
    server.script, server.heard, server.closing = READY | dict(script or {}), heard, Event()
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(CERTIFICATE)
    server.encrypted = encrypted
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1], heard
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


Send = Callable[..., None]


@pytest.fixture
def send() -> Send:
    """Send one mail by a server address, with settings of its own."""

    def send(
        url: str,
        *,
        recipient: str = "ruth@example.com",
        lease_seconds: int = 10,
        stop: Event | None = None,
    ) -> None:
        app = Flask("smtp")
        chosen = Settings(
            smtp_url=url,
            mail_from="Comments <comments@saltmarsh.example>",
            lease_seconds=lease_seconds,
        )
        settings.install(app, chosen)
        message = EmailMessage(policy=mails.LETTER)
        message["From"], message["To"] = chosen.mail_from, smtp.ascii_address(recipient)
        message["Subject"] = "A dot alone"
        message.set_content(".\nSmørrebrød\n", cte="quoted-printable")
        with app.app_context():
            smtp.send(message, recipient=recipient, stop=stop or Event())

    return send


def test_a_mail_arrives_as_it_was_written(send: Send) -> None:
    with Mailbox() as mailbox:
        send(mailbox.url)
        [received] = mailbox.messages
    assert received.envelope_from == "comments@saltmarsh.example"
    assert received.recipients == ("ruth@example.com",)
    assert received.parsed.get_content().splitlines() == [".", "Smørrebrød"]


@pytest.mark.parametrize("code", [421, 450, 451, 452])
def test_a_recipient_refused_for_now_passes(send: Send, code: int) -> None:
    with Mailbox(reject=lambda _: (code, "later")) as mailbox, pytest.raises(smtp.Passing):
        send(mailbox.url)


@pytest.mark.parametrize("code", [550, 551, 552, 553, 554])
def test_a_recipient_refused_for_good_is_refused(send: Send, code: int) -> None:
    with Mailbox(reject=lambda _: (code, "5.1.1 nobody")) as mailbox:
        with pytest.raises(smtp.Refused, match=f"{code} 5.1.1 nobody"):
            send(mailbox.url)
        assert not mailbox.messages


@pytest.mark.parametrize(
    ("verb", "answer", "error"),
    [
        ("DATA", "451 busy", smtp.Passing),
        ("DATA", "554 no", smtp.Undeliverable),
        (".", "451 try later", smtp.Passing),
        (".", "552 too big", smtp.Undeliverable),
    ],
)
def test_a_text_that_is_refused_is_not_held_against_its_recipient(
    send: Send, verb: str, answer: str, error: type[Exception]
) -> None:
    with _serving({verb: answer}) as (port, _), pytest.raises(error):
        send(f"smtp://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("verb", "answer"),
    [
        ("", "554 go away"),
        ("AUTH", "535 wrong password"),
        ("MAIL", "550 we don't know you"),
        ("RCPT", "530 sign in first"),
        ("RCPT", "550 5.7.1 relaying denied"),
    ],
)
def test_what_is_ours_to_mend_is_held_against_nobody_and_said_loudly(
    send: Send, caplog: pytest.LogCaptureFixture, verb: str, answer: str
) -> None:
    with _serving({verb: answer}) as (port, _), pytest.raises(smtp.Passing):
        send(f"smtp://somebody:secret@127.0.0.1:{port}")
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "COMMENTS_SMTP_URL" in record.getMessage()
    assert "secret" not in caplog.text


def test_a_server_that_offers_no_sign_in_is_told_nothing(send: Send) -> None:
    with _serving({"EHLO": "250 loopback"}) as (port, heard), pytest.raises(smtp.Passing):
        send(f"smtp://somebody:secret@127.0.0.1:{port}")
    assert not any(line.startswith("AUTH") for line in heard)


def test_name_and_password_are_decoded(send: Send) -> None:
    server = smtp.parse("smtps://maren%40example.com:p%3Ass%2Fword@mail.example")
    assert server == smtp.Server(
        "smtps", "mail.example", 465, name="maren@example.com", password="p:ss/word"
    )
    with _serving() as (port, heard):
        send(f"smtp://maren%40example.com:secret@127.0.0.1:{port}")
    assert "AUTH PLAIN AG1hcmVuQGV4YW1wbGUuY29tAHNlY3JldA==" in heard


@pytest.mark.parametrize(("scheme", "port"), [("smtp", 25), ("smtps", 465), ("smtp+starttls", 587)])
def test_each_scheme_has_its_port(scheme: str, port: int) -> None:
    assert smtp.parse(f"{scheme}://mail.example").port == port


def test_nobody_there_passes(send: Send) -> None:
    with _serving() as (port, _):
        pass
    with pytest.raises(smtp.Passing):
        send(f"smtp://127.0.0.1:{port}")


@pytest.mark.parametrize("where", ["before DATA", "after DATA"])
def test_a_connection_that_breaks_passes(send: Send, where: Any) -> None:
    with Mailbox(drop=lambda _: where) as mailbox, pytest.raises(smtp.Passing):
        send(mailbox.url)


def test_a_server_that_dribbles_is_left_within_half_a_lease(send: Send) -> None:
    with _serving(handler=Dribbling) as (port, _), pytest.raises(smtp.Passing):
        send(f"smtp://127.0.0.1:{port}", lease_seconds=2)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("greets", [True, False], ids=["silent", "not even connected"])
def test_a_stop_cuts_what_the_server_keeps_waiting(
    send: Send, monkeypatch: pytest.MonkeyPatch, scheme: str, *, greets: bool
) -> None:
    monkeypatch.setattr(lines, "AFTER_STOP", 0.2)
    stop = Event()
    stop.set()
    with ExitStack() as opened:
        server = opened.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(1 if greets else 0)
        if not greets:  # one more than the queue holds, and the next is left without an answer
            opened.enter_context(socket.create_connection(server.getsockname()))
        began = time.monotonic()
        with pytest.raises(smtp.Passing):
            send(f"{scheme}://127.0.0.1:{server.getsockname()[1]}", lease_seconds=60, stop=stop)
        assert time.monotonic() - began < 5


def test_a_stop_leaves_time_for_an_answer(send: Send) -> None:
    stop = Event()
    stop.set()
    with Mailbox() as mailbox:
        send(mailbox.url, stop=stop)
        assert mailbox.messages


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_certificate_nobody_vouches_for_stops_the_mail(
    send: Send, caplog: pytest.LogCaptureFixture, scheme: str
) -> None:
    script = {"STARTTLS": "220 now", "EHLO": "250-loopback\r\n250 STARTTLS"}
    with _serving(script, encrypted=scheme == "smtps") as (port, heard):
        with pytest.raises(smtp.Passing, match="certificate"):
            send(f"{scheme}://127.0.0.1:{port}")
        assert not any(line.startswith("MAIL") for line in heard)
    assert caplog.records


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_mail_goes_encrypted(send: Send, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    script = {"STARTTLS": "220 now", "EHLO": "250-loopback\r\n250 STARTTLS"}
    with _serving(script, encrypted=scheme == "smtps") as (port, heard):
        send(f"{scheme}://127.0.0.1:{port}")
    assert any(line.startswith("RCPT") for line in heard)


def test_without_starttls_nothing_goes_in_the_open(send: Send) -> None:
    with _serving() as (port, heard), pytest.raises(smtp.Passing):
        send(f"smtp+starttls://somebody:secret@127.0.0.1:{port}")
    assert not any(line.startswith(("AUTH", "MAIL")) for line in heard)


def test_a_domain_of_any_script_is_written_as_servers_write_it(send: Send) -> None:
    with Mailbox() as mailbox:
        send(mailbox.url, recipient="ruth@bücher.example")
        [received] = mailbox.messages
    assert received.recipients == ("ruth@xn--bcher-kva.example",)


def test_a_name_beyond_ascii_goes_where_it_is_understood(send: Send) -> None:
    with Mailbox() as mailbox:
        send(mailbox.url, recipient="rút@example.com")
        [received] = mailbox.messages
    assert received.recipients == ("rút@example.com",)
    with _serving() as (port, _), pytest.raises(smtp.Undeliverable):
        send(f"smtp://127.0.0.1:{port}", recipient="rút@example.com")
