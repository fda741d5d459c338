"""Hostile names, addresses and titles on their way through a real mail server: each mail goes to
one mailbox and has the headers that it should, whatever anybody typed.
"""

import re
from email.message import EmailMessage
from email.utils import parseaddr

import pytest

from comments_service import settings
from comments_service.demo.mailbox import Received
from comments_service.domain import people
from comments_service.domain.events import Scope
from tests.hostile import HEADERS
from tests.scene import PAGE, Scene

RUTH = "ruth@example.com"
ADDRESSES = (
    "eve@evil.example\r\nBcc: everybody@evil.example",
    "eve@evil.example\nBcc: everybody@evil.example",
    "eve@evil.example\r\nRCPT TO:<everybody@evil.example>",
    "eve@evil.example>\r\nDATA\r\nSubject: x",
    "eve@evil.example, everybody@evil.example",
    "eve@evil.example; everybody@evil.example",
    "eve@evil.example everybody@evil.example",
    "Eve <eve@evil.example>",
    "<eve@evil.example>",
    "eve@evil.example> SIZE=1",
    '"eve@evil.example, everybody"@example.com',
    '"eve\r\nBcc: everybody"@example.com',
    "@evil.example:eve@example.com",
    "eve@evil.example (everybody@evil.example)",
    "eve@evil.example?bcc=everybody@evil.example",
    "eve%everybody@evil.example",
    "eve@evil.example%0d%0aBcc:everybody@evil.example",
    "=?utf-8?q?eve=0D=0ABcc:_x?=@evil.example",
    "eve\u2028@evil.example",
    "eve@evil\u3002example",
    "everybody:eve@evil.example;",
    "eve\u0000@evil.example",
)
OF_ALL = {
    "from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version",
    "content-type", "list-id", "list-unsubscribe", "list-unsubscribe-post",
}  # fmt: skip
OF_A_THREAD = {"in-reply-to", "references"}

# What a mail is made of doesn't depend on where it was kept.
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


def check(received: Received, *, to: str, headers: set[str]) -> None:
    """By the envelope, by the bytes that came over the line, and as a mail program reads it."""
    mail = received.parsed
    assert list(received.recipients) == [to]
    assert {name.lower() for name in mail} == headers
    assert len(mail.keys()) == len(headers)
    assert _names_on_the_line(received.content) == headers
    for value in mail.values():
        assert not re.search(r"[\r\n\x00\x0b\x0c\x85\u2028\u2029]", str(value)), value
    assert parseaddr(str(mail["To"]))[1] == str(mail["To"]) == to
    assert str(mail["From"]) == settings.current().mail_from
    assert [part.get_content_type() for part in _parts(mail)] == ["text/plain", "text/html"]


def _names_on_the_line(data: bytes) -> set[str]:
    head = data.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    assert b"\r" not in head
    names = re.findall(rb"^([!-9;-~]+):", head, re.MULTILINE)
    return {name.decode("ascii").lower() for name in names}


def _parts(mail: EmailMessage) -> list[EmailMessage]:
    return [part for part in mail.walk() if not part.is_multipart()]


def test_no_name_becomes_a_header(scene: Scene) -> None:
    scene.follow(RUTH)
    asked = len(scene.mailbox.messages)
    for name in HEADERS:
        scene.post(name)
        scene.settle()
        scene.at.shift(3600)
    told = scene.mailbox.messages[asked:]
    assert len(told) == len(HEADERS)
    for received, name in zip(told, HEADERS, strict=True):
        check(received, to=RUTH, headers=OF_ALL | OF_A_THREAD)
        assert name.split()[0][:3] in str(received.parsed["Subject"]).replace("\u200b", "")


def test_no_title_becomes_a_header(scene: Scene) -> None:
    for number, title in enumerate(HEADERS):
        page = f"{PAGE}-{number}"
        scene.post(title=title, page=page)
        scene.follow(RUTH, page=page)
        scene.at.shift(2 * 86_400)
        scene.post(page=page)
        scene.settle()
    mails = scene.mailbox.messages
    questions = [one for one in mails if "Please confirm" in str(one.parsed["Subject"])]
    assert len(questions) == len(HEADERS) < len(mails)
    for received in mails:
        check(
            received,
            to=RUTH,
            headers=OF_ALL | (OF_A_THREAD if received not in questions else set()),
        )


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_no_address_gets_no_mail_and_nobody_beside_it(scene: Scene, address: str) -> None:
    try:
        taken = people.email(address)
    except ValueError:
        return
    scene.post("Ruth Amberley", email=taken, notify_of=Scope.REPLIES)
    scene.work()
    [received] = scene.mailbox.messages
    check(received, to=taken, headers=OF_ALL)


@pytest.mark.parametrize("address", [one for one in ADDRESSES if "\x00" not in one])
def test_one_that_got_in_all_the_same_adds_nobody(scene: Scene, address: str) -> None:
    """As if an import or an older version had let it through."""
    scene.subscribe(address)
    scene.subscribe(RUTH)
    scene.work()
    to_ruth = [one for one in scene.mailbox.messages if list(one.recipients) == [RUTH]]
    assert len(to_ruth) == 1
    for received in scene.mailbox.messages:
        assert len(received.recipients) == 1
        assert "everybody@evil.example" not in received.recipients
        assert _names_on_the_line(received.content) == OF_ALL
