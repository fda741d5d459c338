"""The main job, end to end: a page with comments, a moderator, a mail.

Real Chromium, real `comments serve` with its worker, a real mail server, the demo's newspaper.
"""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from comments_service.app import create_app
from comments_service.database import db
from comments_service.demo import content as contents
from comments_service.demo.content import Content
from comments_service.demo.mailbox import Mailbox, Received
from comments_service.demo.pages import PageServer
from comments_service.demo.seed import seed
from tests.conftest import MakeSettings, StartService
from tests.services.service import Service

LINK = re.compile(r"^http://\S+", re.MULTILINE)
READER, FOLLOWER, PASSER_BY = "petra@example.com", "jo@example.com", "sam@example.com"
FIRST = "My grandfather wound that clock on Saturdays."
ANSWER = "Then he knew why it is late."
HELD = "Waiting for a moderator. Only you can see this."


@dataclass
class Town:
    """The running service, the newspaper beside it, and everybody's letter box."""

    service: Service
    restart: Callable[..., Service]
    pages: PageServer
    content: Content
    mailbox: Mailbox

    @property
    def article(self) -> str:
        return self.pages.page_origin + self.content.articles[0].path

    def mails_to(self, somebody: str) -> list[EmailMessage]:
        return [one.parsed for one in self.mailbox.messages if somebody in one.recipients]

    def wait_for_mail(self, somebody: str, count: int) -> EmailMessage:
        def arrived(messages: tuple[Received, ...]) -> bool:
            return sum(somebody in one.recipients for one in messages) >= count

        self.mailbox.wait_for(arrived, timeout=20)
        return self.mails_to(somebody)[count - 1]

    def sent_everything(self) -> None:
        """Return when nothing waits any more: what hasn't come by now never will."""
        self.service.cli("worker", "drain")


@pytest.fixture
def town(make_settings: MakeSettings, start_service: StartService) -> Iterator[Town]:
    content = contents.load()
    with Mailbox() as mailbox:
        ready: dict[str, Any] = {"smtp_url": mailbox.url, "settle_seconds": 0, "post_limit": ""}
        service = start_service(**ready)
        pages = PageServer(content, mailbox, service_url=service.url, port=0)
        app = create_app(make_settings(**ready | {"public_url": service.url}))
        with app.app_context():
            seed(content, page_origin=pages.page_origin)
            db.engine.dispose()

        def restart(**changed: object) -> Service:
            service.stop()
            service.env |= {f"COMMENTS_{key.upper()}": str(changed[key]) for key in changed}
            service.start()
            return service

        with pages:
            yield Town(service, restart, pages, content, mailbox)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[[], Page]]:
    """A browser of somebody else's, each time."""
    opened: list[BrowserContext] = []

    def somebody() -> Page:
        opened.append(browser.new_context(locale="en-GB", timezone_id="UTC"))
        opened[-1].set_default_timeout(10_000)
        return opened[-1].new_page()

    yield somebody
    for context in opened:
        context.close()


def open_thread(page: Page, town: Town) -> Locator:
    page.goto(town.article)
    thread = page.locator("comment-thread").first
    bar = thread.get_by_role("button", name=re.compile(r"comments?: "))
    thread.scroll_into_view_if_needed()
    expect(bar.or_(thread.get_by_role("heading", level=2)).first).to_be_visible()
    if bar.count():
        bar.click()
    return thread


def write(form: Locator, body: str, *, name: str, email: str = "", notify: str = "") -> None:
    form.get_by_role("textbox", name="Your comment").fill(body)
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("E-mail").first.fill(email)
    if notify:
        form.get_by_label(notify).check()
    form.get_by_role("button", name="Post", exact=True).click()


def press_link(page: Page, mail: EmailMessage, kind: str, button: str) -> None:
    """Open the link of that kind from the mail's text part and press the page's one button."""
    part = mail.get_body(("plain",))
    assert part is not None
    (link, *_) = [one for one in LINK.findall(part.get_content()) if f"/{kind}/" in one]
    page.goto(link)
    page.get_by_role("button", name=button).click()
    page.wait_for_load_state()


def approve(page: Page, town: Town, body: str) -> None:
    page.goto(f"{town.service.url}/admin/")
    card = page.get_by_role("article").filter(has_text=body)
    if not card.count():
        page.get_by_role("link", name=body).click()
    card.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved.")).to_be_visible()


def one_click(mail: EmailMessage) -> int:
    """What a mail program sends for its own unsubscribe button (RFC 8058)."""
    address = mail["List-Unsubscribe"].split(",")[0].strip("<> ")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with urllib.request.urlopen(address, data=b"List-Unsubscribe=One-Click", timeout=10) as answer:
        return answer.status


def patch(url: str, token: str) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(
        url,
        json.dumps({"body": "Too late."}).encode(),
        {"Content-Type": "application/json", "Comments-Visitor": token},
        method="PATCH",
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.timeout(180)
@pytest.mark.allows_console_errors("ERR_CONNECTION_REFUSED")  # it restarts with pages open
def test_a_reader_a_moderator_and_everybody_s_mail(
    page: Page, visit: Callable[[], Page], town: Town
) -> None:
    # A reader opens the article, posts, is told that it waits, reloads and still sees it.
    thread = open_thread(page, town)
    write(thread, FIRST, name="Petra Lund", email=READER, notify="replies to my comments")
    comment = thread.get_by_role("article").filter(has_text=FIRST).last
    expect(comment.get_by_text(HELD)).to_be_visible()
    comment = open_thread(page, town).get_by_role("article").filter(has_text=FIRST).last
    expect(comment.get_by_text(HELD)).to_be_visible()

    # She changes a word while she may, and confirms from her mailbox.
    comment.get_by_role("button", name="Edit").click()
    comment.get_by_role("textbox", name="Your comment").fill(f"{FIRST} Every one.")
    comment.get_by_role("button", name="Save").click()
    expect(comment.get_by_text("edited")).to_be_visible()
    press_link(visit(), town.wait_for_mail(READER, 1), "confirm", "Yes, mail me")

    # A second one subscribes to follow-ups and confirms from the mail.
    follower = visit()
    thread = open_thread(follower, town)
    thread.get_by_role("button", name="Subscribe").first.click()
    thread.get_by_label("new follow-up comments").check()
    thread.get_by_label("E-mail").last.fill(FOLLOWER)
    thread.get_by_role("button", name="Subscribe").last.click()
    expect(thread.get_by_role("status").get_by_text("Check your inbox")).to_be_visible()
    press_link(follower, town.wait_for_mail(FOLLOWER, 1), "confirm", "Yes, mail me")

    # The moderator approves in the browser; the comment appears, edited.
    moderator = visit()
    moderator.goto(town.service.cli("moderators", "link", town.content.moderator).strip())
    moderator.get_by_role("button", name="Sign in").click()
    approve(moderator, town, FIRST)
    shown = open_thread(visit(), town).get_by_role("article").filter(has_text=FIRST).last
    expect(shown.get_by_text("edited")).to_be_visible()
    expect(shown.get_by_text(HELD)).to_have_count(0)

    # Exactly one mail comes; its unsubscribe works by button and by one click.
    mail = town.wait_for_mail(FOLLOWER, 2)
    town.sent_everything()
    assert len(town.mails_to(FOLLOWER)) == 2
    assert len(town.mails_to(READER)) == 1, "nobody is mailed his own comment"
    press_link(follower, mail, "unsubscribe", "Stop these mails")
    assert one_click(mail) == 200

    # A reply mails the first author, and not who unsubscribed.
    passer_by = visit()
    thread = open_thread(passer_by, town)
    thread.get_by_role("button", name="Reply: Petra Lund").click()
    form = thread.get_by_role("form", name="Reply to Petra Lund")
    write(form, ANSWER, name="Sam Fenwick")
    answered = thread.get_by_role("article").filter(has_text=ANSWER).last
    expect(answered.get_by_text(HELD)).to_be_visible()
    approve(moderator, town, ANSWER)
    reply = town.wait_for_mail(READER, 2)
    assert "Sam Fenwick" in str(reply["Subject"])
    town.sent_everything()
    assert len(town.mails_to(READER)) == 2
    assert len(town.mails_to(FOLLOWER)) == 2

    # After the window an edit is a problem of its own.
    town.restart(edit_seconds=0)
    token = page.evaluate("Object.values(localStorage).join(' ').match(/[\\w-]{43}(?![\\w-])/)[0]")
    late = patch(f"{town.service.url}/api/v1/comments/{comment_id(shown)}", token)
    assert (late[0], late[1]["type"]) == (403, "edit-closed")


def comment_id(comment: Locator) -> str:
    return (comment.get_attribute("id") or "").removeprefix("comment-")
