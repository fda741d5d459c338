"""The desk in a browser: by link, by key, by click, without script, and for everybody."""

import itertools
import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.watching import check
from tests.services.service import Service

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Newsroom:
    """A site of its own with a moderator of its own, so that each test has its own queue."""

    service: Service
    origin: str
    email: str

    def post(self, body: str, name: str = "Ruth Amberley", parent: str | None = None) -> str:
        """The id of a comment that waits."""
        page = {"url": f"{self.origin}/night-ferry", "author": {"name": name}, "body": body}
        request = urllib.request.Request(
            f"{self.service.url}/api/v1/comments",
            json.dumps(page | ({"parent_id": parent} if parent else {})).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["comment"]["id"]

    def sign_in(self, page: Page) -> None:
        page.goto(self.service.cli("moderators", "link", self.email).strip())
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Queue", exact=True)).to_be_visible()
        page.wait_for_load_state()  # its script has run: keys work


@pytest.fixture(scope="session")
def desk_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    yield from _serve(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="session")
def mailing_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """It offers to mail links; nobody listens."""
    yield from _serve(tmp_path_factory.mktemp("mailing"), smtp_url="smtp://127.0.0.1:9")


def _serve(folder: Path, **settings: str) -> Iterator[Service]:
    service = Service(
        folder,
        {
            "data_dir": folder,
            "database_url": f"sqlite:///{folder}/comments.sqlite3",
            "secret_key": "a fixed secret for tests only of enough length",
            "post_limit": "",
            "sign_in_limit": "",
        }
        | settings,
    )
    service.start()
    yield service
    service.close()


@pytest.fixture
def newsroom(desk_service: Service) -> Newsroom:
    number = next(_numbers)
    room = Newsroom(desk_service, f"https://news-{number}.example", f"ines-{number}@desk.example")
    desk_service.cli("sites", "add", f"Newspaper {number}", "--origin", room.origin)
    desk_service.cli("moderators", "add", room.email, "--site", f"Newspaper {number}")
    return room


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """The real clock: the service tells ages by its own."""
    return context.new_page()


def test_a_comment_is_approved_by_its_key(page: Page, newsroom: Newsroom) -> None:
    newsroom.post("My grandmother cooked on that ship.")
    newsroom.post("I will believe it when I see it.", "Tobias Wren")
    newsroom.sign_in(page)
    expect(page.get_by_role("article")).to_contain_text("grandmother")
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_have_text("Approved.")
    expect(page).to_have_title("Approved. Waiting · Comments desk")
    expect(page.get_by_role("article")).to_contain_text("I will believe it")
    expect(page.locator(".decide kbd").first).to_be_visible()
    assert page.url.endswith("/admin/")  # a reload tells nothing again


def test_keys_walk_the_list_and_reject_and_mark_and_delete(page: Page, newsroom: Newsroom) -> None:
    for number in range(4):
        newsroom.post(f"Number {number}", f"Reader {number}")
    newsroom.sign_in(page)
    card = page.get_by_role("article")
    page.keyboard.press("j")
    expect(card).to_contain_text("Number 1")
    page.keyboard.press("k")
    expect(card).to_contain_text("Number 0")
    for key, told, following in (
        ("r", "Rejected.", "Number 1"),
        ("s", "Marked as spam.", "Number 2"),
        ("d", "Deleted.", "Number 3"),
    ):
        page.keyboard.press(key)
        expect(page.get_by_role("status")).to_have_text(told)
        expect(card).to_contain_text(following)


def test_a_key_undoes_what_was_just_decided(page: Page, newsroom: Newsroom) -> None:
    newsroom.post("My grandmother cooked on that ship.")
    newsroom.sign_in(page)
    page.keyboard.press("s")
    expect(page.get_by_role("heading", name="All decided.")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_have_text("Undone.")
    expect(page.get_by_role("article")).to_contain_text("grandmother")


def test_a_key_opens_the_log_and_closes_it(page: Page, newsroom: Newsroom) -> None:
    newsroom.post("Still here")
    newsroom.sign_in(page)
    entry = page.get_by_text("the rules held it")
    page.keyboard.press("o")
    expect(entry).to_be_visible()
    page.keyboard.press("o")
    expect(entry).to_be_hidden()


def test_a_key_opens_the_answer_and_leaves_the_letters_to_it(
    page: Page, newsroom: Newsroom
) -> None:
    newsroom.post("Who is it for?")
    newsroom.sign_in(page)
    page.keyboard.press("e")
    box = page.get_by_role("textbox", name="Your answer")
    expect(box).to_be_focused()
    page.keyboard.type("As read: all.")
    expect(box).to_have_value("As read: all.")
    page.get_by_role("button", name="Approve and answer").click()
    expect(page.get_by_role("status")).to_have_text("Answered.")


def test_keys_can_be_turned_off_and_stay_off(page: Page, newsroom: Newsroom) -> None:
    newsroom.post("Still here")
    newsroom.sign_in(page)
    page.keyboard.press("?")
    page.get_by_role("button", name="Turn off").click()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("a")
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("button", name="Turn on").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("article")).to_contain_text("Still here")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="All decided.")).to_be_visible()


def test_nothing_is_decided_behind_the_list_of_keys(page: Page, newsroom: Newsroom) -> None:
    newsroom.post("Still here")
    newsroom.sign_in(page)
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("article")).to_contain_text("Still here")


def test_with_a_modifier_a_key_belongs_to_the_browser(page: Page, newsroom: Newsroom) -> None:
    newsroom.post("Still here")
    newsroom.sign_in(page)
    for chord in ("Control+a", "Alt+a", "Shift+A"):
        page.keyboard.press(chord)
    page.reload()
    expect(page.get_by_role("article")).to_contain_text("Still here")


def test_everything_works_without_script(
    browser: Browser, newsroom: Newsroom, errors: list[str]
) -> None:
    newsroom.post("Buy this")
    newsroom.post("And this", "Tobias Wren")
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    newsroom.sign_in(page)
    expect(page.locator(".decide kbd").first).to_be_hidden()
    page.get_by_role("button", name="Reject", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Rejected.")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="All decided.")).to_be_visible()
    page.get_by_role("link", name="Deleted").click()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("status")).to_have_text("Restored.")
    expect(page.get_by_role("button", name="Keys")).to_be_hidden()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("one-time link")).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_nobody_is_shut_out(page: Page, newsroom: Newsroom, width: int, scheme: str) -> None:
    """No violation of axe's rules on any page, with everything open, and no sideways scroll."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{newsroom.service.url}/admin/sign-in")
    check(page)
    page.goto(newsroom.service.cli("moderators", "link", newsroom.email).strip())
    check(page)
    newsroom.post("أشتري الخبز من المخبز نفسه منذ عشر سنوات", "نور السالمي")
    newsroom.post("Look [a](https://a.example) [b](https://b.example) [c](https://c.example)")
    page.get_by_role("button", name="Sign in").click()
    check(page)
    page.get_by_text("Why it waits").click()
    page.get_by_text("More", exact=True).click()
    check(page)
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("status")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Rejected").click()
    check(page)
    page.get_by_role("link", name="Deleted").click()
    check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.allows_console_errors("403|422")
def test_nobody_is_shut_out_at_the_door(
    page: Page, newsroom: Newsroom, mailing_service: Service, width: int, scheme: str
) -> None:
    """The same for signing in, with mail and without, and for one's account."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{mailing_service.url}/admin/sign-in")
    check(page)
    page.get_by_label("E-mail").first.fill(newsroom.email)
    page.get_by_role("button", name="Mail me a sign-in link").click()
    expect(page.get_by_role("heading", name="Look into your inbox")).to_be_visible()
    check(page)
    for address in (mailing_service.url, newsroom.service.url):
        page.goto(f"{address}/admin/sign-in")
        if address == mailing_service.url:
            page.get_by_text("Use a password").click()
        page.get_by_label("E-mail").last.fill(newsroom.email)
        page.get_by_label("Password").fill("a guess that is wrong")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("alert")).to_be_visible()
        check(page)
    newsroom.sign_in(page)
    page.goto(f"{newsroom.service.url}/admin/account")
    check(page)
    page.get_by_label("New password").fill("passwordpassword")
    page.get_by_role("button", name="Set a password").click()
    expect(page.get_by_text("too easy to guess")).to_be_visible()
    check(page)


def test_a_password_is_set_and_used_without_script(browser: Browser, newsroom: Newsroom) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    newsroom.sign_in(page)
    page.get_by_role("link", name=newsroom.email).click()
    page.get_by_label("New password").fill("night-ferry soup, 1987")
    page.get_by_role("button", name="Set a password").click()
    expect(page.get_by_role("status")).to_contain_text("Your password is set.")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_label("E-mail").fill(newsroom.email)
    page.get_by_label("Password").fill("night-ferry soup, 1987")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Queue", exact=True)).to_be_visible()
    context.close()
