"""Turns kept mails into what a page can show: headers, the text with its links, the HTML part."""

from dataclasses import dataclass
from email.message import EmailMessage
from re import IGNORECASE
from re import compile as pattern

from comments_service.demo.mailbox import Received

LINK = pattern(r"\s*(https?://\S+)\s*")
HEAD = pattern(r"<head[^>]*>", IGNORECASE)
NEW_TAB = '<base target="_blank">'


@dataclass(frozen=True)
class Letter:
    """`number` counts from 1 in order of arrival; `lines` are (text, address or None)."""

    number: int
    sender: str
    recipients: str
    subject: str
    date: str
    headers: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str | None], ...]
    html: str | None


def read(number: int, received: Received) -> Letter:
    mail = received.parsed
    return Letter(
        number=number,
        sender=received.envelope_from,
        recipients=", ".join(received.recipients),
        subject=str(mail.get("Subject", "(no subject)")),
        date=str(mail.get("Date", "")),
        headers=tuple((name, str(value)) for name, value in mail.items()),
        lines=tuple(map(_line, _part(mail, "plain").splitlines())),
        html=_in_new_tabs(_part(mail, "html")) or None,
    )


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""


def _line(line: str) -> tuple[str, str | None]:
    """A link alone on its line, as our mails carry theirs, becomes one."""
    link = LINK.fullmatch(line)
    return line, link[1] if link else None


def _in_new_tabs(html: str) -> str:
    """Inside the frame a link would open the service, which lets nobody frame it."""
    head = HEAD.search(html)
    return html[: head.end()] + NEW_TAB + html[head.end() :] if head else html
