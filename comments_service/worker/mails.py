"""The mails: who is told what, with headers that mail programs thread, list and unsubscribe by.

Nothing a reader typed can become a header, a link or a picture.
"""

from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urlsplit

from comments_service import clock, settings
from comments_service.domain import markup
from comments_service.domain.events import Kind
from comments_service.domain.plaintext import LINK, unlinked
from comments_service.domain.tokens import Purpose, encode
from comments_service.outbound import smtp
from comments_service.queries.mails import ConfirmRow, NotificationRow, PageRow, TextRow
from comments_service.worker import rendering, wording
from comments_service.worker.rendering import Rendered

QUOTED = 400
PREVIEWED = 100
IN_ADDRESS = "%/:=&?~+!$,;'@()*[]-._"

# Folding would break these or encode them (RFC 2047), and then no program finds the address in it.
VERBATIM = frozenset({"message-id", "in-reply-to", "references", "list-id", "list-unsubscribe"})


class Letter(EmailPolicy):
    """The standard policy, but headers for machines stay on one plain line."""

    def fold(self, name: str, value: Any) -> str:
        if name.lower() in VERBATIM:
            return f"{name}: {value}{self.linesep}"
        return super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in VERBATIM:
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


LETTER = Letter(linesep="\r\n")


def confirm(row: ConfirmRow, *, confirmation_id: int, dedupe_key: str) -> EmailMessage:
    """Asks a mailbox. Holds nothing a commenter typed but the page's address."""
    chosen = settings.current()
    never = _unsubscribe(row.recipient_id, "recipient")
    token = chosen.keyring.object_token(Purpose.CONFIRM, confirmation_id)
    rendered = rendering.render(
        "confirm",
        **_page_facts(row.page),
        scopes=wording.scopes(row.scopes),
        confirm_url=_link(f"/subscriptions/confirm/{token}"),
        never_url=never,
        life=wording.duration(chosen.confirm_seconds),
    )
    return _message(rendered, to=row.email, key=dedupe_key, page=row.page, unsubscribe=never)


def notification(row: NotificationRow, *, kind: Kind, dedupe_key: str) -> EmailMessage:
    """Tells of an approved comment, as it stands now."""
    stop = _unsubscribe(row.subscription_id, "subscription")
    text = markup.plain(row.comment.body_html)
    rendered = rendering.render(
        "reply" if kind is Kind.REPLY else "follow_up",
        **_page_facts(row.page),
        author=unlinked(wording.one_line(row.comment.author_name)),
        direct=row.direct,
        when=wording.time(row.comment.created_at, clock.now()),
        text=text,
        preview=wording.shortened(unlinked(wording.one_line(text)), PREVIEWED),
        links_left_out=LINK in text,
        own=_quotation(row.own) if row.own else None,
        comment_url=f"{_page_url(row.page)}#comment-{row.comment.id}",
        stop_url=stop,
    )
    message = _message(rendered, to=row.email, key=dedupe_key, page=row.page, unsubscribe=stop)
    conversation = _message_id(f"thread:{row.page.thread_id}")
    message["In-Reply-To"] = conversation
    message["References"] = conversation
    return message


def sign_in(link: str, *, email: str, dedupe_key: str) -> EmailMessage:
    """A moderator's way in. It belongs to no list: who asked for it wants it."""
    chosen = settings.current()
    rendered = rendering.render(
        "sign_in",
        site_name="Comments desk",
        desk=wording.address(_link("/admin")),
        link=link,
        life=wording.duration(chosen.sign_in_seconds),
    )
    return _letter(rendered, to=email, key=dedupe_key)


def _message(
    rendered: Rendered, *, to: str, key: str, page: PageRow, unsubscribe: str
) -> EmailMessage:
    """One of a list, that of its page, with a way out of it."""
    message = _letter(rendered, to=to, key=key)
    message["List-Id"] = f"<thread-{page.thread_id}.{_host()}>"
    message["List-Unsubscribe"] = f"<{unsubscribe}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _letter(rendered: Rendered, *, to: str, key: str) -> EmailMessage:
    message = EmailMessage(policy=LETTER)
    message["From"] = settings.current().mail_from
    message["To"] = smtp.ascii_address(to)
    message["Subject"] = rendered.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = _message_id(key)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return message


def _message_id(key: str) -> str:
    """The same for the same event and recipient, however often it is tried."""
    mac = settings.current().keyring.mac(Purpose.MESSAGE, key)
    return f"<{encode(mac)}@{_host()}>"


def _host() -> str:
    host = urlsplit(settings.current().public_url).hostname or "localhost"
    return "localhost" if ":" in host else smtp.ascii_domain(host)


def _link(path: str) -> str:
    return settings.current().public_url.rstrip("/") + path


def _unsubscribe(object_id: int, kind: str) -> str:
    token = settings.current().keyring.object_token(Purpose.UNSUBSCRIBE, object_id, kind)
    return _link(f"/subscriptions/unsubscribe/{token}")


def _page_url(page: PageRow) -> str:
    """As given by who opened the thread, without a place in it and fit to stand in a text."""
    return quote(page.url.partition("#")[0], safe=IN_ADDRESS)


def _page_facts(page: PageRow) -> dict[str, object]:
    address = wording.address(page.url_key)
    title = unlinked(wording.one_line(page.title)) if page.title else None
    return {
        "site_name": page.site_name,
        "title": title,
        "page_name": title or address,
        "address": address,
        "page_url": _page_url(page),
    }


def _quotation(own: TextRow) -> dict[str, str]:
    text = wording.shortened(markup.plain(own.body_html), QUOTED)
    return {"text": text, "day": wording.day(own.created_at, clock.now())}
