"""The pages for readers without script, in a browser that runs none: reading and taking part."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.watching import check
from tests.services.browser import DEADLINE_MS
from tests.services.newspaper import Newspaper
from tests.services.service import Service

HELD = "Waiting for a moderator. Only you can see this."
HELD_FOR_LINKS = "Waiting for a moderator, because of its links. Only you can see this."
CHECK_INBOX = "Check your inbox: one click and you’re in."
TEXT = "My grandmother cooked on that ship."


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newspaper]:
    """Whose service publishes also what was written at a test's speed."""
    folder = tmp_path_factory.mktemp("pages")
    service = Service(
        folder,
        {
            "data_dir": folder,
            "database_url": f"sqlite:///{folder}/comments.sqlite3",
            "secret_key": "a fixed secret for tests only of enough length",
            "smtp_url": "smtp://127.0.0.1:9",
            "mail_from": "comments@example.com",
            "screening": "off",
            "post_limit": "",
            "subscribe_limit": "",
        },
    )
    service.start()
    with Newspaper(service) as newspaper:
        service.cli("sites", "add", "The Tide Table", "--origin", newspaper.origin)
        yield newspaper
    service.close()


@pytest.fixture
def plain(browser: Browser, errors: list[str]) -> Iterator[Page]:
    """A browser without script; its console is listened to, for what a policy refuses."""

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"console: {message.text}")

    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.set_default_timeout(DEADLINE_MS)
    context.on("console", on_console)
    yield context.new_page()
    context.close()


def _open(page: Page, newspaper: Newspaper, url: str) -> None:
    page.goto(f"{newspaper.service.url}/thread?url={url}")


def _write(page: Page, body: str, name: str = "Petra Lund") -> None:
    page.get_by_label("Your comment").fill(body)
    page.get_by_label("Name", exact=True).fill(name)


def _post(page: Page) -> None:
    page.get_by_role("button", name="Post").click()


def test_a_thread_is_read_page_by_page_in_the_chosen_order(plain: Page, at_once: Newspaper) -> None:
    url = at_once.page()
    roots = [at_once.post(url, f"Root {number}.") for number in range(51)]
    for number in range(5):
        at_once.post(url, f"Reply {number}.", parent_id=roots[0])
    _open(plain, at_once, url)
    expect(plain.get_by_role("heading", name="56 comments")).to_be_visible()
    plain.get_by_role("link", name="More replies to Ines Calder").click()
    expect(plain.get_by_text("Reply 4.")).to_be_visible()
    plain.get_by_role("link", name="Back to the whole conversation").click()
    plain.get_by_role("link", name="Newest").click()
    expect(plain.get_by_role("article").first).to_contain_text("Root 50.")
    expect(plain.get_by_text("Root 0.", exact=True)).to_have_count(0)
    plain.get_by_role("link", name="More comments").click()
    expect(plain.get_by_text("Root 0.", exact=True)).to_be_visible()
    expect(plain.get_by_role("link", name="Newest")).to_have_attribute("aria-current", "true")


def test_a_comment_is_posted_once_however_often_its_button_is_pressed(
    plain: Page, at_once: Newspaper
) -> None:
    _open(plain, at_once, at_once.page())
    expect(plain.get_by_role("heading", name="No comments yet")).to_be_visible()
    plain.get_by_role("link", name="Leave a reply").click()
    expect(plain.get_by_label("Your comment")).to_be_focused()
    _write(plain, TEXT)
    plain.get_by_role("button", name="Post").dblclick()
    expect(plain.get_by_role("heading", name="1 comment")).to_be_visible()
    article = plain.get_by_role("article", name=re.compile("^Petra Lund"))
    expect(article).to_contain_text(TEXT)
    expect(plain.locator("li:target")).to_contain_text(TEXT)
    plain.reload()
    expect(plain.get_by_role("heading", name="1 comment")).to_be_visible()
    expect(plain.get_by_label("Your comment")).to_have_value("")


def test_a_reply_is_written_on_the_page_of_its_comment(plain: Page, at_once: Newspaper) -> None:
    url = at_once.page()
    at_once.post(url, "A bus would be faster.")
    _open(plain, at_once, url)
    plain.get_by_role("link", name="Reply: Ines Calder").click()
    expect(plain.get_by_role("heading", name="Reply to Ines Calder")).to_be_visible()
    expect(plain.get_by_text("A bus would be faster.")).to_be_visible()
    expect(plain.get_by_label("Your comment")).to_be_focused()
    _write(plain, "Only when the bridge is open.")
    _post(plain)
    reply = plain.get_by_role("article", name=re.compile("Petra Lund in reply to Ines Calder"))
    expect(reply).to_contain_text("Only when the bridge is open.")


def test_what_waits_is_told_with_a_page_of_its_own(
    plain: Page, careful_newspaper: Newspaper
) -> None:
    url = careful_newspaper.page()
    _open(plain, careful_newspaper, url)
    expect(plain.get_by_text("A first comment is read by a moderator")).to_be_visible()
    _write(plain, TEXT)
    _post(plain)
    for _ in range(2):
        expect(plain.get_by_role("status")).to_contain_text(HELD)
        expect(plain.get_by_role("status")).to_contain_text(TEXT)
        plain.reload()
    plain.get_by_role("link", name="What becomes of it").click()
    expect(plain.get_by_role("heading", name="Waiting for a moderator.")).to_be_visible()
    _open(plain, careful_newspaper, url)
    expect(plain.get_by_text(TEXT)).to_have_count(0)


def test_what_waits_for_its_links_says_so(plain: Page, careful_newspaper: Newspaper) -> None:
    _open(plain, careful_newspaper, careful_newspaper.page())
    _write(plain, " ".join(f"https://{number}.example/" for number in range(3)))
    _post(plain)
    expect(plain.get_by_role("status")).to_contain_text(HELD_FOR_LINKS)
    plain.get_by_role("link", name="What becomes of it").click()
    expect(plain.get_by_role("heading")).to_have_text(HELD_FOR_LINKS.partition(" Only")[0])


@pytest.mark.allows_console_errors("422")
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    plain: Page, at_once: Newspaper
) -> None:
    _open(plain, at_once, at_once.page())
    _write(plain, TEXT, "")
    plain.get_by_label("E-mail (optional, never shown)").fill("petra@")
    plain.get_by_label("replies to my comments", exact=True).check()
    _post(plain)
    expect(plain.get_by_role("alert")).to_have_text("Not sent. Your text is safe here.")
    name, email = plain.get_by_label("Name", exact=True), plain.get_by_label("E-mail")
    expect(name).to_have_accessible_description("Your name is needed.")
    expect(name).to_be_focused()
    expect(email).to_have_accessible_description("This address isn’t complete.")
    expect(email).to_have_value("petra@")
    expect(plain.get_by_label("Your comment")).to_have_value(TEXT)
    expect(plain.get_by_label("replies to my comments")).to_be_checked()
    email.fill("petra@example.net")
    name.fill("Petra Lund")
    _post(plain)
    expect(plain.get_by_role("article")).to_contain_text(TEXT)


@pytest.mark.allows_console_errors("409")
def test_the_same_text_again_is_refused_in_words_and_kept(plain: Page, at_once: Newspaper) -> None:
    url = at_once.page()
    for _ in range(2):
        _open(plain, at_once, url)
        _write(plain, TEXT)
        _post(plain)
    expect(plain.get_by_role("alert")).to_have_text("You just posted this.")
    expect(plain.get_by_role("alert")).to_be_focused()
    expect(plain.get_by_label("Your comment")).to_have_value(TEXT)
    plain.get_by_role("link", name="Back to the conversation").click()
    expect(plain.get_by_role("article")).to_have_count(1)


@pytest.mark.allows_console_errors("422")
def test_somebody_subscribes_without_commenting(plain: Page, at_once: Newspaper) -> None:
    _open(plain, at_once, at_once.page())
    plain.get_by_role("link", name="Subscribe").click()
    form = plain.get_by_role("form", name="Subscribe")
    form.get_by_label("new replies to my comments").check()
    form.get_by_label("E-mail (never shown)").fill("petra@")
    form.get_by_role("button", name="Subscribe").click()
    email = plain.get_by_label("E-mail (never shown)")
    expect(email).to_have_accessible_description("This address isn’t complete.")
    expect(email).to_have_value("petra@")
    expect(plain.get_by_label("new replies to my comments")).to_be_checked()
    email.fill("petra@example.net")
    plain.get_by_role("button", name="Subscribe").click()
    expect(plain.get_by_role("status")).to_have_text(CHECK_INBOX)
    plain.reload()
    expect(plain.get_by_role("status")).to_have_text(CHECK_INBOX)


def test_the_trap_is_seen_by_nobody(plain: Page, at_once: Newspaper) -> None:
    _open(plain, at_once, at_once.page())
    expect(plain.get_by_role("textbox")).to_have_count(4)  # text, name, and two e-mails
    for trap in plain.locator("[name=subject]").all():
        assert trap.evaluate("one => one.closest('.trap').getBoundingClientRect().width") <= 1
        expect(trap).to_have_attribute("tabindex", "-1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.allows_console_errors("422|409")
def test_nobody_is_shut_out(
    page: Page, at_once: Newspaper, careful_newspaper: Newspaper, width: int, scheme: str
) -> None:
    """No violation of axe's rules on any page, and no sideways scroll."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    url = at_once.page()
    parent = at_once.post(url, "A bus would be faster.", name="نور السالمي")
    for number in range(5):
        body = f"> Quoted {number}\n\n`code` and\n\n- a list"
        parent = at_once.post(url, body, parent_id=parent)
    _open(page, at_once, url)
    check(page)
    page.get_by_role("link", name="Reply: نور السالمي").click()
    check(page)
    _write(page, "", "")
    page.get_by_label("E-mail").fill("petra@")
    _post(page)
    check(page)
    _open(page, at_once, url)
    form = page.get_by_role("form", name="Subscribe")
    form.get_by_role("button").click()
    check(page)
    page.get_by_label("E-mail (never shown)").fill("petra@example.net")
    page.get_by_role("button", name="Subscribe").click()
    check(page)
    _open(page, careful_newspaper, careful_newspaper.page())
    _write(page, TEXT)
    _post(page)
    expect(page.get_by_text(HELD)).to_be_visible()
    check(page)
