"""By keyboard alone: everything a thread offers, and where the focus is after each of it."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import BUSY_MS, dots
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

BAR = '<comment-thread open="click" page-title="The ferry"></comment-thread>'
STEPS = 40  # more than there are from one end of these threads to the other
IS_FOCUSED = "e => e.getRootNode().activeElement === e"


def go_to(wanted: Locator, *, key: str = "Tab") -> None:
    """Press the key until that has the focus."""
    for _ in range(STEPS):
        if wanted.evaluate(IS_FOCUSED):
            return
        wanted.page.keyboard.press(key)
    expect(wanted).to_be_focused()


def press(wanted: Locator, *, key: str = "Enter") -> None:
    go_to(wanted)
    wanted.page.keyboard.press(key)


def into(field: Locator, text: str) -> None:
    go_to(field)
    field.page.keyboard.type(text)


@IN_BOTH
def test_a_thread_is_read_and_written_in_by_keys_alone(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page(BAR)
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    press(page.get_by_role("button", name="1 comment: The ferry"))
    expect(page.get_by_role("heading", name="1 comment")).to_be_focused()

    vote = page.get_by_role("button", name="Vote up")
    press(vote, key="Space")
    expect(vote).to_have_attribute("aria-pressed", "true")
    expect(vote).to_be_focused()

    reply = page.get_by_role("button", name="Reply: Ines Calder")
    press(reply)
    form = page.get_by_role("form", name="Reply to Ines Calder")
    box = form.get_by_role("textbox", name="Your comment")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    go_to(reply, key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    into(box, "Only when the bridge is open.")
    into(form.get_by_label("Name", exact=True), "Tomas Wren")
    page.clock.fast_forward(BUSY_MS)
    press(form.get_by_role("button", name="Post", exact=True))
    mine = page.get_by_role("article", name="Tomas Wren, in reply to Ines Calder")
    expect(mine).to_be_focused()

    edit = mine.get_by_role("button", name="Edit")
    press(edit)
    box = mine.get_by_role("textbox", name="Your comment")
    expect(box).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    into(box, "Only by night.")
    press(mine.get_by_role("button", name="Save"))
    expect(mine.get_by_text("Only by night.")).to_be_visible()
    expect(edit).to_be_focused()

    remove = mine.get_by_role("button", name="Delete")
    press(remove)
    sure = mine.locator(".sure")
    expect(sure).to_be_focused()
    press(mine.get_by_role("button", name="Keep"))
    expect(remove).to_be_focused()
    page.keyboard.press("Enter")
    expect(sure).to_be_focused()
    page.keyboard.press("Enter")
    expect(mine).to_have_count(0)
    expect(page.get_by_role("article", name="Ines Calder")).to_be_focused()


@IN_BOTH
def test_what_stands_around_a_thread_is_used_by_keys_alone(
    page: Page, newspaper: Newspaper
) -> None:
    url = newspaper.page()
    root = newspaper.post(url, "A bus would be faster.")
    newspaper.post(url, "Only by night.", parent_id=root, name="Tomas Wren")
    page.goto(url)

    subscribe = page.get_by_role("button", name="Subscribe", exact=True)
    press(subscribe.first)
    panel = page.get_by_role("form", name="Subscribe")
    expect(panel.get_by_label("new follow-up comments")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_label("new replies to my comments")).to_be_focused()
    into(panel.get_by_label("E-mail (never shown)"), "petra@example.net")
    press(panel.get_by_role("button", name="Subscribe"))
    expect(panel).to_have_count(0)
    expect(subscribe).to_be_focused()

    press(page.get_by_role("button", name="Hide 1 reply"))
    show = page.get_by_role("button", name="Show 1 reply")
    expect(show).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Hide 1 reply")).to_be_focused()

    opener = dots(page)
    go_to(opener, key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Copy link")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Report")
    expect(dialog.get_by_role("radio", name="Off topic")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("radio", name="Abusive or hateful")).to_be_checked()
    press(dialog.get_by_role("button", name="Send"))
    expect(page.get_by_role("article").get_by_text("Reported.")).to_be_visible()
    expect(opener).to_be_focused()


@IN_BOTH
def test_tab_leaves_the_menu_and_goes_on(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    newspaper.post(url, "And a bridge?", name="Tomas Wren")
    page.goto(url)
    press(dots(page))
    expect(page.get_by_role("menuitem", name="Copy link")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("menu")).to_have_count(0)
    go_to(page.get_by_role("button", name="Reply: Tomas Wren"))


@IN_BOTH
def test_what_scrolls_sideways_is_scrolled_by_keys(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    newspaper.post(url, "```\n" + "wide " * 80 + "\n```")
    page.goto(url)
    code = page.locator("pre")
    go_to(code)
    page.keyboard.press("ArrowRight")
    expect(code).not_to_have_js_property("scrollLeft", 0)
