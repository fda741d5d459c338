"""A strict page: nothing that one does in a thread breaks its policy, or asks anybody else."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.hands import answer, choose, write
from tests.browser.watching import BREACHES, STRICT, asked_of, comes_true, strangers
from tests.rows import grow
from tests.services.browser import IN_BOTH
from tests.services.newspaper import THREAD, Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

BAR = '<comment-thread open="click"></comment-thread>'
READ_FOR_MS = 20_000


def strict(page: Page, newspaper: Newspaper, inside: str = THREAD) -> str:
    """A page whose policy is strict, and which keeps what breaks it."""
    page.add_init_script(BREACHES)
    return newspaper.page(inside, policy=STRICT.format(service=newspaper.service.url))


@IN_BOTH
def test_a_first_reader_asks_for_two_things_and_nobody_else(
    page: Page, newspaper: Newspaper
) -> None:
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    paths = asked_of(page, newspaper.service.url)
    foreign = strangers(page, newspaper.origin, newspaper.service.url)
    page.goto(url)
    expect(page.get_by_role("article")).to_be_visible()
    reading = ["/embed.js", "/api/v1/comments"]
    assert paths == reading
    page.get_by_role("textbox", name="Your comment").click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    page.get_by_role("button", name="Subscribe").click()
    choose(page, "Report…")
    page.get_by_role("dialog", name="Report").get_by_role("button", name="Cancel").click()
    assert paths == [*reading, "/embed/forms.js"]
    assert foreign == []


@IN_BOTH
def test_writing_breaks_no_strict_policy(page: Page, newspaper: Newspaper) -> None:
    url = strict(page, newspaper, BAR)
    newspaper.post(url, "A *list*:\n\n1. one\n2. `two`\n\n> three https://example.org/")
    page.goto(url)
    page.get_by_role("button", name="1 comment").click()
    answer(page, "Only when the bridge is open.")
    mine = page.get_by_role("article", name="Tomas Wren")
    mine.get_by_role("button", name="Edit").click()
    mine.get_by_role("textbox", name="Your comment").fill("Only by night.")
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_text("Only by night.")).to_be_visible()
    mine.get_by_role("button", name="Delete").click()
    mine.locator(".sure").click()
    expect(mine).to_have_count(0)
    write(page, "The waiting room is heated.")
    expect(page.get_by_role("heading", name="2 comments")).to_be_visible()
    assert page.evaluate("breaches") == []


@IN_BOTH
def test_the_menu_and_the_arrows_break_no_strict_policy(page: Page, newspaper: Newspaper) -> None:
    url = strict(page, newspaper)
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    page.get_by_role("button", name="Vote up").click()
    expect(page.get_by_role("button", name="Vote up, 1")).to_be_visible()
    page.get_by_role("button", name="Subscribe").click()
    choose(page, "Report…")
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(page.locator(".alert")).to_have_text("Reported. A moderator takes a look.")
    choose(page, "Hide this person")
    page.get_by_role("button", name="Show", exact=True).click()
    assert page.evaluate("breaches") == []


@IN_BOTH
def test_a_link_and_what_is_new_break_no_strict_policy(
    page: Page, newspaper: Newspaper, widget_app: Flask
) -> None:
    url = strict(page, newspaper, BAR)
    last = grow(widget_app, [None] * 51, url=url)[-1]
    page.goto(f"{url}#comment-{last}")
    expect(page.locator(".marked").get_by_text("Number 50.")).to_be_visible()
    newspaper.post(url, "Just now.")
    page.clock.fast_forward(READ_FOR_MS)
    page.get_by_role("button", name="1 new comment").click()
    expect(page.get_by_text("Just now.")).to_be_visible()
    assert page.evaluate("breaches") == []


@pytest.mark.allows_console_errors("violates the following")
@IN_BOTH
def test_what_breaks_a_strict_policy_is_noticed(page: Page, newspaper: Newspaper) -> None:
    page.goto(strict(page, newspaper))
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    assert comes_true(page, "breaches.length")
    assert page.evaluate("breaches")[0].startswith("style-src-attr")
