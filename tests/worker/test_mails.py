"""What stands in a mail, for people and for mail programs."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from comments_service import settings
from comments_service.domain.events import Kind, Scope
from comments_service.queries.mails import ConfirmRow, NotificationRow, PageRow, TextRow
from comments_service.worker import mails
from tests.scene import PAGE, START, TITLE, Scene, html, links, text

RUTH = "ruth@example.com"
TOBIAS = "tobias@example.com"
HOSTILE = "Eve\r\nBcc: everybody@example.com\u2028\u2069\u202e<img src=x>"
SITE = PageRow(1, f"{PAGE}?a=b c#top", PAGE, TITLE, "Saltmarsh Courier")
COMMENT = TextRow(7, "Ruth Amberley", "<p>Who is it for?</p>", START)
TOLD = NotificationRow(TOBIAS, SITE, 3, COMMENT, own=None, direct=False)


class _Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "a":
            self.hrefs.append(dict(attrs).get("href") or "")


@pytest.fixture
def answered(scene: Scene) -> Scene:
    """Tobias wrote, confirmed, and was answered by Ruth."""
    own = scene.post("Tobias Wren", body="Who is it for?", email=TOBIAS, notify_of=Scope.REPLIES)
    scene.work()
    scene.confirm(TOBIAS)
    scene.at.shift(2 * 86_400)
    scene.post("Ruth Amberley", parent=own, body="For me, see [page 9](https://evil.example/9).")
    scene.settle()
    return scene


def test_an_answer_quotes_what_it_answers_and_leads_to_the_page(answered: Scene) -> None:
    [mail] = answered.mails(TOBIAS)
    comment = answered.outbox("reply")[0].comment_id
    assert mail["Subject"] == f"\u2068Ruth Amberley\u2069 answered you: {TITLE}"
    told = text(mail)
    assert "You wrote on Sunday:\n\n> Who is it for?\n" in told
    assert "Ruth Amberley\u2069, today at 13:10 UTC:\n\nFor me, see page 9 [link]" in told
    assert "Answers to this mail aren't read." in told
    assert links(mail)[0] == f"{PAGE}#comment-{comment}"
    assert len(links(mail)) == 2


def test_both_parts_hold_our_links_and_nobody_elses(answered: Scene) -> None:
    [mail] = answered.mails(TOBIAS)
    seen = _Links(html(mail))
    assert set(seen.hrefs) == {*links(mail), PAGE}
    assert "evil.example" not in html(mail) + text(mail)
    assert not seen.tags & {"img", "script", "link", "iframe", "form", "base"}


def test_mail_programs_find_list_thread_and_unsubscribe(answered: Scene) -> None:
    [mail] = answered.mails(TOBIAS)
    names = [name.lower() for name in mail]
    assert mail["List-Unsubscribe"] == f"<{links(mail)[1]}>"
    assert names.count("list-unsubscribe") == 1
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<thread-\d+\.127\.0\.0\.1>", mail["List-Id"])
    assert re.fullmatch(r"<[\w-]{22}@127\.0\.0\.1>", mail["Message-ID"])
    assert mail["In-Reply-To"] == mail["References"] != mail["Message-ID"]
    assert "Precedence" not in mail


def test_all_mails_of_a_page_are_one_thread_and_each_has_its_own_id(scene: Scene) -> None:
    scene.follow(RUTH)
    scene.follow(TOBIAS)
    scene.post()
    scene.post()
    scene.settle()
    sent = scene.mails()
    assert len(sent) == 4
    assert len({mail["References"] for mail in sent}) == 1
    assert len({mail["Message-ID"] for mail in sent}) == 4


def test_the_unsubscribe_header_is_plain_however_long_it_is(scene: Scene) -> None:
    long = replace(settings.current(), public_url="https://comments.example.com/" + "long/" * 40)
    settings.install(scene.app, long)
    mail = mails.notification(TOLD, kind=Kind.REPLY, dedupe_key="mail:7:3").as_bytes()
    [line] = [line for line in mail.split(b"\r\n") if line.startswith(b"List-Unsubscribe:")]
    assert re.fullmatch(rb"List-Unsubscribe: <https://comments\.example\.com/[!-~]+>", line)
    assert b"=?" not in line


def test_a_question_lists_what_was_asked_and_holds_nothing_a_commenter_typed(
    scene: Scene,
) -> None:
    scene.post("Eve Adder", body="Buy!", email=RUTH, notify_of=Scope.REPLIES, approve=False)
    scene.subscribe(RUTH, Scope.THREAD)
    scene.work()
    [mail] = [received.parsed for received in scene.mailbox.messages]
    assert mail["Subject"] == "Please confirm: comments on “saltmarsh.example/night-ferry”"
    wishes = "new follow-up comments and new replies to your comments"
    told = " ".join(text(mail).split())
    assert f"You would get {wishes}, each as it appears." in told
    assert "It works for 7 days." in told
    for part in (text(mail), html(mail), str(mail["Subject"])):
        assert not re.search("Eve|Adder|Buy|The night ferry", part)
    assert [link.split("/")[4] for link in links(mail)] == ["confirm", "unsubscribe"]


def test_a_question_names_the_page_by_its_title_once_that_is_approved(scene: Scene) -> None:
    scene.post()
    scene.subscribe(RUTH)
    scene.work()
    [mail] = [received.parsed for received in scene.mailbox.messages]
    assert mail["Subject"] == f"Please confirm: comments on “{TITLE}”"
    assert f"\n    {TITLE}\n    saltmarsh.example/night-ferry\n" in text(mail)


@pytest.mark.parametrize("kind", [Kind.REPLY, Kind.FOLLOW_UP])
def test_no_name_or_title_becomes_a_header_or_markup(scene: Scene, kind: Kind) -> None:
    row = replace(
        TOLD,
        page=replace(SITE, title=HOSTILE, site_name=HOSTILE),
        comment=replace(COMMENT, author_name=HOSTILE),
        own=replace(COMMENT, author_name=HOSTILE),
    )
    mail = mails.notification(row, kind=kind, dedupe_key="mail:7:3")
    head = mail.as_bytes().split(b"\r\n\r\n")[0]
    assert not re.search(rb"^bcc", head, re.IGNORECASE | re.MULTILINE)
    assert str(mail["Subject"]).count("\u2068") == str(mail["Subject"]).count("\u2069") == 1
    assert "\u202e" not in str(mail["Subject"])
    assert not _Links(html(mail)).tags & {"img"}
    asked = ConfirmRow(RUTH, 1, row.page, (Scope.THREAD,))
    question = mails.confirm(asked, confirmation_id=1, dedupe_key="confirm:1")
    assert b"\nBcc" not in question.as_bytes().split(b"\r\n\r\n")[0]


@pytest.mark.parametrize("kind", [Kind.REPLY, Kind.FOLLOW_UP])
@pytest.mark.parametrize(
    "typed",
    [
        "https://evil.example/win",
        "evil.example/win",
        "www.evil.example",
        "evil.example",
        "evil.\u202eexample",
        "eve@evil.example",
    ],
)
def test_nothing_a_reader_typed_can_be_followed(scene: Scene, kind: Kind, typed: str) -> None:
    row = replace(
        TOLD,
        page=replace(SITE, title=f"Win at {typed}"),
        comment=replace(COMMENT, author_name=typed, body_html=f"<p>See {typed} now</p>"),
        own=replace(COMMENT, author_name=typed, body_html=f"<p>{typed}</p>"),
    )
    question = ConfirmRow(RUTH, 1, row.page, (Scope.THREAD,))
    for mail in (
        mails.notification(row, kind=kind, dedupe_key="mail:7:3"),
        mails.confirm(question, confirmation_id=1, dedupe_key="confirm:1"),
    ):
        seen = str(mail["Subject"]) + text(mail) + html(mail)
        assert not re.search(r"evil\.example|example/win", seen)
        assert "Win at" in seen


def test_each_link_stands_alone_on_its_line_whatever_the_page_is_called(scene: Scene) -> None:
    mail = mails.notification(TOLD, kind=Kind.FOLLOW_UP, dedupe_key="mail:7:3")
    assert links(mail)[0] == f"{PAGE}?a=b%20c#comment-7"
    assert all(" " not in line for line in text(mail).splitlines() if "://" in line)


def test_only_what_answers_him_is_called_an_answer(scene: Scene) -> None:
    below = mails.notification(TOLD, kind=Kind.REPLY, dedupe_key="mail:7:3")
    direct = mails.notification(
        replace(TOLD, own=COMMENT, direct=True), kind=Kind.REPLY, dedupe_key="mail:7:3"
    )
    assert "wrote below your comment" in str(below["Subject"])
    assert "answered you" in str(direct["Subject"])


def test_a_sign_in_link_stands_alone_and_says_how_long_it_works(scene: Scene) -> None:
    address = "http://127.0.0.1:8000/admin/sign-in/secret"
    mail = mails.sign_in(address, email="ines@desk.example", dedupe_key="sign-in:1")
    assert mail["Subject"] == "Sign in to the comments desk"
    assert links(mail) == [address]
    assert "The link works once, for 15 minutes." in text(mail)
    assert f'href="{address}"' in html(mail)
    assert "The link works once, for 15 minutes." in html(mail)


def test_a_sign_in_link_is_of_no_list_and_answers_nothing_automatic(scene: Scene) -> None:
    address = "http://127.0.0.1:8000/admin/sign-in/secret"
    made = [
        mails.sign_in(address, email="a@b.example", dedupe_key=f"sign-in:{n}") for n in (1, 1, 2)
    ]
    for mail in made:
        assert mail["Auto-Submitted"] == "auto-generated"
        assert not [name for name in mail if name.startswith("List-")]
    first, again, other = (mail["Message-ID"] for mail in made)
    assert first == again != other
