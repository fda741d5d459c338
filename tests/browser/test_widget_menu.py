"""The menu of somebody else's comment: its link, a report, and not to see that person any more."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.hands import choose, dots
from tests.browser.wire import comment, fulfill, sent_by, thread
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

REPORTED = "Reported. A moderator takes a look."
LISTS = "**/api/v1/comments?*"


@IN_BOTH
def test_the_menu_is_gone_through_by_its_keys(page: Page, url: str) -> None:
    page.goto(url)
    opener = dots(page)
    opener.press("Enter")
    items = page.get_by_role("menuitem")
    expect(items.first).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "true")
    for key, place in (("ArrowUp", -1), ("ArrowDown", 0), ("ArrowDown", 1), ("End", -1)):
        page.keyboard.press(key)
        expect(items.nth(place)).to_be_focused()
    page.keyboard.press("Home")
    expect(items.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(opener).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "false")


def test_the_menu_goes_when_one_looks_elsewhere(page: Page, url: str) -> None:
    page.goto(url)
    dots(page).click()
    expect(page.get_by_role("menu")).to_be_visible()
    page.get_by_role("heading", name="1 comment").click()
    expect(page.get_by_role("menu")).to_have_count(0)
    dots(page).click()
    expect(page.get_by_role("menu")).to_be_visible()
    dots(page).click()
    expect(page.get_by_role("menu")).to_have_count(0)


def test_the_link_of_a_comment_is_copied(page: Page, context: BrowserContext, url: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(url)
    choose(page, "Copy link")
    expect(page.get_by_role("article").get_by_text("Link copied.")).to_be_visible()
    expect(page.get_by_role("status").first).to_have_text("Link copied.")
    expect(dots(page)).to_be_focused()
    link = page.get_by_role("article").get_by_role("link", name="now")
    expect(link).to_have_attribute("href", page.evaluate("navigator.clipboard.readText()"))
    page.clock.fast_forward(3_000)
    expect(page.get_by_role("article").get_by_text("Link copied.")).to_have_count(0)


@IN_BOTH
def test_a_link_that_cannot_be_copied_is_shown_to_be(page: Page, url: str) -> None:
    # As on every page that came without TLS.
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(url)
    choose(page, "Copy link")
    shown = page.get_by_role("textbox", name="Copy link")
    expect(shown).to_be_focused()
    assert shown.input_value().startswith(f"{url}#comment-")
    selected = "e => e.value.slice(e.selectionStart, e.selectionEnd)"
    assert shown.evaluate(selected) == shown.input_value()


@IN_BOTH
def test_a_report_says_why_and_is_answered_where_one_looks(page: Page, url: str) -> None:
    page.goto(url)
    choose(page, "Report…")
    dialog = page.get_by_role("dialog", name="Report")
    expect(dialog.get_by_role("radio", name="Off topic")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(dots(page)).to_be_focused()
    choose(page, "Report…")
    dialog.get_by_label("Spam or advertising").check()
    dialog.get_by_role("button", name="Send").click()
    expect(page.get_by_role("article").get_by_text(REPORTED)).to_be_visible()
    expect(page.get_by_role("status").first).to_have_text(REPORTED)
    expect(dialog).to_have_count(0)
    expect(dots(page)).to_be_focused()


@pytest.mark.allows_console_errors("503")
def test_a_report_that_did_not_arrive_keeps_its_words(page: Page, url: str) -> None:
    page.route("**/reports", lambda route: fulfill(route, {"title": "Busy"}, status=503))
    page.goto(url)
    choose(page, "Report…")
    dialog = page.get_by_role("dialog", name="Report")
    dialog.get_by_label("Spam or advertising").check()
    dialog.get_by_label("In your words (optional)").fill("The third time today.")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Not sent.")
    expect(dialog.get_by_label("In your words (optional)")).to_have_value("The third time today.")
    page.unroute("**/reports")
    with page.expect_response("**/reports") as answered:
        dialog.get_by_role("button", name="Try again").click()
    assert answered.value.status == 202
    assert sent_by(answered.value.request) == {"reason": "spam", "text": "The third time today."}
    expect(page.get_by_role("article").get_by_text(REPORTED)).to_be_visible()


@IN_BOTH
def test_who_is_hidden_stays_hidden_until_shown_again(page: Page, newspaper: Newspaper) -> None:
    def by(number: int, tag: str) -> dict[str, object]:
        one = comment(number, f"<p>Words {number}.</p>")
        return one | {"author": one["author"] | {"name": f"Reader {tag}", "avatar": tag}}

    answers = thread(by(1, "c1"), by(2, "c2"), by(3, "c1"))
    page.route(LISTS, lambda route: fulfill(route, answers))
    page.goto(newspaper.page())
    page.get_by_role("button", name="More for Reader c1’s comment").first.click()
    page.get_by_role("menuitem", name="Hide this person").click()
    hidden = page.get_by_text("Hidden by you.")
    expect(hidden).to_have_count(2)
    expect(page.get_by_role("button", name="Show", exact=True).first).to_be_focused()
    expect(page.get_by_text("Words 2.")).to_be_visible()
    page.reload()
    expect(hidden).to_have_count(2)
    expect(page.get_by_text("Words 1.")).to_have_count(0)
    page.get_by_role("button", name="Show", exact=True).first.press("Enter")
    expect(page.get_by_text("Words 1.")).to_be_visible()
    expect(page.get_by_role("article").first).to_be_focused()
    page.reload()
    expect(page.get_by_text("Words 3.")).to_be_visible()
    expect(hidden).to_have_count(0)
