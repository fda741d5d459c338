"""The page around a thread: what comes into it moves nothing that somebody reads."""

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from tests.browser.watching import SHIFTS, comes_true
from tests.browser.wire import keep_in
from tests.rows import grow
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

WORDS = "<p>Words</p>" * 60
BELOW = '<footer id="below"><p>All articles</p></footer>'
BAR = '<comment-thread open="click"></comment-thread>'
# Two frames on, all that moved has been noted.
SETTLED = "() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))"
PLACE = "e => Math.round(scrollY + e.getBoundingClientRect().top)"  # on the page


def moved(page: Page) -> list[object]:
    page.evaluate(SETTLED)
    return page.evaluate("shifts")


@pytest.fixture
def full(newspaper: Newspaper, widget_app: Flask) -> str:
    """A thread of fifty roots; the second of them has more replies than come at once."""
    url = newspaper.page(WORDS + "<comment-thread></comment-thread>" + BELOW)
    grow(widget_app, [*[None] * 50, *[1] * 60], url=url)
    return url


def test_a_thread_below_the_fold_moves_nothing(page: Page, full: str) -> None:
    page.add_init_script(SHIFTS)
    page.goto(full)
    page.locator("p").nth(44).scroll_into_view_if_needed()
    expect(page.get_by_role("article").first).to_be_attached()
    assert moved(page) == []


def test_a_thread_that_is_opened_moves_nothing(
    page: Page, newspaper: Newspaper, widget_app: Flask
) -> None:
    page.add_init_script(SHIFTS)
    url = newspaper.page("<p>Words</p>" * 5 + BAR)
    grow(widget_app, [None] * 20, url=url)
    page.goto(url)
    seen = "e => [scrollY, e.getBoundingClientRect().top]"
    before = page.locator("comment-thread").evaluate(seen)
    page.get_by_role("button", name="20 comments").click()
    expect(page.get_by_role("heading", name="20 comments")).to_be_focused()
    expect(page.get_by_role("article").first).to_be_visible()
    assert moved(page) == []
    assert page.locator("comment-thread").evaluate(seen) == before


def test_the_count_of_a_bar_moves_nothing(page: Page, newspaper: Newspaper) -> None:
    page.add_init_script(SHIFTS)
    url = newspaper.page("<p>Words</p>" * 5 + BAR + BELOW)
    newspaper.post(url, "Here I am.")
    held: list[Route] = []
    page.route("**/api/v1/counts?*", keep_in(held))
    with page.expect_request("**/api/v1/counts?*"):
        page.goto(url)
    expect(page.get_by_role("button", name="Click to comment")).to_be_visible()
    moved(page)
    page.evaluate("shifts.length = 0")
    held.pop().continue_()
    expect(page.get_by_role("button", name="1 comment")).to_be_visible()
    assert moved(page) == []


@IN_BOTH
def test_more_replies_move_nothing_above_them(page: Page, full: str) -> None:
    page.goto(full)
    page.locator("comment-thread").scroll_into_view_if_needed()
    more = page.get_by_role("button", name="more replies")
    more.scroll_into_view_if_needed()
    above = page.get_by_role("article").filter(has_text="Number 0.")
    places = [above.evaluate(PLACE), more.evaluate(PLACE)]
    more.click()
    first = page.get_by_role("article").filter(has_text="Number 53.").last
    expect(first).to_be_focused()
    assert [above.evaluate(PLACE), first.evaluate(PLACE)] == places  # where the button stood


@IN_BOTH
def test_more_comments_move_nothing_above_them(
    page: Page, newspaper: Newspaper, widget_app: Flask
) -> None:
    url = newspaper.page()
    grow(widget_app, [None] * 60, url=url)
    page.goto(url)
    more = page.get_by_role("button", name="Show more comments")
    more.scroll_into_view_if_needed()
    above = page.get_by_role("article").filter(has_text="Number 49.")
    place = above.evaluate(PLACE)
    more.click()
    expect(page.get_by_role("article").filter(has_text="Number 50.")).to_be_focused()
    assert above.evaluate(PLACE) == place


def test_an_element_that_moves_is_noticed(page: Page, newspaper: Newspaper) -> None:
    page.add_init_script(SHIFTS)
    page.goto(newspaper.page())
    expect(page.get_by_role("textbox")).to_be_visible()
    page.evaluate(SETTLED)
    page.evaluate("document.body.insertAdjacentHTML('afterbegin', '<h1>Breaking news</h1>')")
    assert comes_true(page, "shifts.length")
