"""Hands one mail to the mail server, within a deadline, and says whether a no is for good.

Trouble that is ours (sign-in, certificate, a sender that is refused) is never held against a
recipient: it passes, loudly.
"""

import logging
import re
import smtplib
import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr
from threading import Event
from typing import cast
from urllib.parse import unquote, urlsplit

import idna

from comments_service import settings
from comments_service.outbound.lines import Line

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
OURS = frozenset({530, 534, 535, 538})  # the server wants us to sign in, or otherwise
RELAYING = re.compile(r"relay", re.IGNORECASE)  # refused whoever the recipient is
COMPLAINT = "no mail leaves, check COMMENTS_SMTP_URL and COMMENTS_MAIL_FROM: %s"

log = logging.getLogger(__name__)


class Refused(Exception):
    """The server takes no mail for this recipient, for good (5xx)."""


class Undeliverable(Exception):
    """This mail can't go, for good, and its recipient can't help it: a 5xx to the text."""


class Passing(Exception):
    """It may go better later: 4xx, the network, TLS, or something that is ours to mend."""


@dataclass(frozen=True)
class Server:
    scheme: str
    host: str
    port: int
    name: str | None
    password: str | None


def send(message: EmailMessage, *, recipient: str, stop: Event) -> None:
    """Returns once the server has taken it; raises Refused, Undeliverable or Passing.

    Takes at most half a lease, so that no other worker tries the same message meanwhile, and ends
    soon after `stop` is set.
    """
    chosen = settings.current()
    try:
        server, seconds = parse(chosen.smtp_url), chosen.lease_seconds / 2
        with _conversation(server, seconds=seconds, stop=stop) as client:
            _deliver(client, message, sender=parseaddr(chosen.mail_from)[1], recipient=recipient)
    except smtplib.SMTPResponseException as error:
        words = _words(error.smtp_code, error.smtp_error)
        if error.smtp_code >= 500:
            log.error(COMPLAINT, words)  # noqa: TRY400 - the words tell, a trace wouldn't
        raise Passing(words) from error
    except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
        log.error(COMPLAINT, error)  # noqa: TRY400
        raise Passing(str(error)) from error
    except OSError as error:  # smtplib's own errors are OSErrors too
        raise Passing(str(error) or type(error).__name__) from error


def parse(url: str) -> Server:
    parts = urlsplit(url)
    return Server(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port or PORTS[parts.scheme],
        name=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or ""),
    )


@contextmanager
def _conversation(
    server: Server, *, seconds: float, stop: Event
) -> Generator[smtplib.SMTP, None, None]:
    """A client that is greeted, encrypted and signed in as the address says.

    Each step has a third of the time; when all of it is over, or soon after a stop, the line is
    cut, so that a server that is silent or answers drop by drop can't hold us.
    """
    with Line(seconds=seconds, stop=stop) as line:
        client = _client(server, line, seconds / 3)
        try:
            code, words = client.connect(server.host, server.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, words)
            client.ehlo_or_helo_if_needed()
            if server.scheme == "smtp+starttls":
                client.starttls(context=ssl.create_default_context())
                client.ehlo_or_helo_if_needed()
            if server.name:
                client.login(server.name, server.password or "")
            yield client
            with suppress(OSError):  # it is delivered; how they part doesn't matter
                client.quit()
        finally:
            client.close()


class _Client(smtplib.SMTP):
    """Over a line that can be cut from its very beginning."""

    line: Line

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.line.connect(host, port, timeout=timeout)


class _EncryptedClient(smtplib.SMTP_SSL, _Client):
    """Encrypts what `_Client` connects."""


def _client(server: Server, line: Line, timeout: float) -> smtplib.SMTP:
    own_name = _own_name()
    if server.scheme == "smtps":
        context = ssl.create_default_context()
        client = _EncryptedClient(local_hostname=own_name, timeout=timeout, context=context)
    else:
        client = _Client(local_hostname=own_name, timeout=timeout)
    client.line = line
    # What `connect` leaves out when the host isn't given at once, and TLS checks the name by.
    client._host = server.host  # type: ignore[attr-defined] # noqa: SLF001
    return client


def _own_name() -> str:
    """Our name in EHLO, from the settings: asking the network for it may take seconds."""
    host = urlsplit(settings.current().public_url).hostname or "localhost"
    if ":" in host:
        return f"[IPv6:{host}]"
    return f"[{host}]" if re.fullmatch(r"[\d.]+", host) else ascii_domain(host)


def _deliver(client: smtplib.SMTP, message: EmailMessage, *, sender: str, recipient: str) -> None:
    recipient = ascii_address(recipient)
    beyond_ascii = not recipient.isascii()
    if beyond_ascii and not client.has_extn("smtputf8"):
        raise Undeliverable("the mail server takes no addresses beyond ASCII (SMTPUTF8)")
    policy = cast("EmailPolicy", message.policy).clone(linesep="\r\n", utf8=beyond_ascii)
    content = message.as_bytes(policy=policy)
    client.command_encoding = "utf-8" if beyond_ascii else "ascii"
    options = ["SMTPUTF8", "BODY=8BITMIME"] if beyond_ascii else []
    code, words = client.mail(ascii_address(sender), options)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, words, sender)
    _judge(*client.rcpt(recipient), taken={250, 251, 252}, otherwise=Refused)
    try:
        code, words = client.data(content)
    except smtplib.SMTPDataError as error:
        code, words = error.smtp_code, error.smtp_error
    _judge(code, words, taken={250}, otherwise=Undeliverable)


def _judge(
    code: int,
    words: bytes | str,
    *,
    taken: set[int],
    otherwise: type[Refused] | type[Undeliverable],
) -> None:
    """What the server says about this recipient or this text."""
    if code in taken:
        return
    told = _words(code, words)
    if code in OURS or (code >= 500 and RELAYING.search(told)):
        log.error(COMPLAINT, told)
        raise Passing(told)
    if code >= 500:
        raise otherwise(told)
    raise Passing(told)


def ascii_address(address: str) -> str:
    """The address with its domain as the mail servers write it."""
    local, _at, domain = address.rpartition("@")
    return f"{local}@{ascii_domain(domain)}"


def ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain


def _words(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"
