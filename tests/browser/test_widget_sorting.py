"""The order of a thread: changed in place, and nothing that one does is lost by it."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from tests.browser.hands import answer_by_keys, write
from tests.browser.watching import SLOW, asked_of
from tests.browser.wire import keep_in
from tests.rows import grow
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

PLACE = "e => Math.round(e.getBoundingClientRect().top)"


@pytest.fixture
def url(newspaper: Newspaper) -> str:
    url = newspaper.page()
    for name in ("Ada", "Ben", "Cleo"):
        newspaper.post(url, f"By {name}.", name=name)
    return url


@pytest.fixture
def two_pages(newspaper: Newspaper, widget_app: Flask) -> str:
    """A thread of more roots than come at once."""
    url = newspaper.page()
    grow(widget_app, [None] * 55, url=url)
    return url


def names(page: Page, *expected: str) -> None:
    expect(page.locator("article .name")).to_have_text(expected)


@IN_BOTH
def test_another_order_comes_in_place_and_the_focus_stays(page: Page, url: str) -> None:
    page.goto(url)
    names(page, "Ada", "Ben", "Cleo")
    page.get_by_role("textbox", name="Your comment").fill("Not yet sent")
    order = page.get_by_role("combobox", name="Order")
    expect(order).to_have_value("oldest")
    order.focus()
    place = order.evaluate(PLACE)
    order.select_option("Newest")
    names(page, "Cleo", "Ben", "Ada")
    expect(order).to_be_focused()
    expect(order).to_have_value("newest")
    assert order.evaluate(PLACE) == place
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("Not yet sent")


@IN_BOTH
def test_the_order_is_chosen_by_keys(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("combobox", name="Order").focus()
    page.keyboard.press("ArrowUp")
    names(page, "Cleo", "Ben", "Ada")


@IN_BOTH
def test_what_most_vote_for_comes_first(page: Page, url: str) -> None:
    page.goto(url)
    with page.expect_response("**/vote"):
        page.get_by_role("article", name="Ada").get_by_role("button", name="Vote up").click()
    page.get_by_role("combobox", name="Order").select_option("Top")
    names(page, "Ada", "Cleo", "Ben")


@IN_BOTH
@pytest.mark.parametrize(("sort", "first"), [("newest", "Cleo"), ("nonsense", "Ada")])
def test_the_element_says_which_order_comes_first(
    page: Page, newspaper: Newspaper, url: str, *, sort: str, first: str
) -> None:
    tag = f'<comment-thread url="{url}" sort="{sort}" open="now"></comment-thread>'
    page.goto(newspaper.page(tag))
    expect(page.get_by_role("article", name="Ben")).to_be_visible()
    expect(page.locator("article .name").first).to_have_text(first)


@IN_BOTH
def test_the_page_does_not_scroll_when_the_order_changes(
    page: Page, newspaper: Newspaper, widget_app: Flask
) -> None:
    url = newspaper.page("<p>Words</p>" * 30 + '<comment-thread open="now"></comment-thread>')
    grow(widget_app, [None] * 30, url=url)
    page.goto(url)
    order = page.get_by_role("combobox", name="Order")
    order.scroll_into_view_if_needed()
    place = order.evaluate(PLACE)
    order.select_option("Newest")
    expect(page.locator("article").first).to_contain_text("Number 29.")
    assert order.evaluate(PLACE) == place


@IN_BOTH
def test_more_come_in_the_order_that_was_chosen(page: Page, two_pages: str) -> None:
    page.goto(two_pages)
    page.get_by_role("combobox", name="Order").select_option("Newest")
    expect(page.locator("article").first).to_contain_text("Number 54.")
    page.get_by_role("button", name="Show more comments").click()
    expect(page.locator("article")).to_have_count(55)
    expect(page.locator("article").last).to_contain_text("Number 0.")


@IN_BOTH
def test_more_of_the_order_before_comes_too_late(page: Page, two_pages: str) -> None:
    page.goto(two_pages)
    held: list[Route] = []
    page.route("**/api/v1/comments?*cursor=*", keep_in(held))
    more = page.get_by_role("button", name="Show more comments")
    with page.expect_request("**/api/v1/comments?*cursor=*"):
        more.click()
    page.get_by_role("combobox", name="Order").select_option("Newest")
    expect(page.locator("article").first).to_contain_text("Number 54.")
    with page.expect_response("**/api/v1/comments?*cursor=*"):
        held.pop().continue_()
    page.unroute("**/api/v1/comments?*cursor=*")
    expect(more).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("article")).to_have_count(50)
    more.click()
    expect(page.locator("article")).to_have_count(55)
    expect(page.locator("article").last).to_contain_text("Number 0.")


@IN_BOTH
def test_ones_own_that_waits_stays_in_another_order(page: Page, url: str) -> None:
    page.goto(url)
    write(page, "https://a.example https://b.example https://c.example")
    waits = page.get_by_role("article", name="Petra Lund")
    expect(waits).to_be_focused()
    page.get_by_role("combobox", name="Order").select_option("Newest")
    expect(page.locator("article .name").nth(1)).to_have_text("Cleo")
    expect(waits.get_by_text("Only you can see this.")).to_be_visible()


@pytest.fixture
def long(newspaper: Newspaper, widget_app: Flask) -> str:
    """A thread that a slow browser takes a while to place."""
    url = newspaper.page()
    grow(widget_app, [None] * 30, url=url)
    return url


@IN_BOTH
def test_of_two_orders_the_last_one_comes(page: Page, long: str) -> None:
    page.add_init_script(SLOW)
    page.goto(long)
    order = page.get_by_role("combobox", name="Order")
    expect(page.locator("article")).to_have_count(30)
    empty = page.get_by_text("No comments yet.")
    order.select_option("Newest")
    expect(page.locator("article").first).to_contain_text("Number 29.")
    expect(empty).to_be_hidden()
    order.select_option("Oldest")
    texts = [re.compile(f"Number {number}\\.") for number in range(30)]
    expect(page.locator("article")).to_have_text(texts)
    expect(order).to_have_value("oldest")


@IN_BOTH
def test_an_answer_sent_while_another_order_comes_stands_below_its_parent(
    page: Page, newspaper: Newspaper, long: str
) -> None:
    newspaper.post(long, "A bus would be faster.")
    page.add_init_script(SLOW)
    page.goto(newspaper.page(f'<comment-thread url="{long}" sort="newest" open="now">'))
    expect(page.locator("article")).to_have_count(31)
    held: list[Route] = []
    page.route("**/api/v1/comments", keep_in(held))
    with page.expect_request("**/api/v1/comments"):
        answer_by_keys(page, "Only by night.", name="Tomas Wren")
    page.get_by_role("combobox", name="Order").select_option("Oldest")
    expect(page.locator("article").first).to_contain_text("Number 0.")
    held.pop().continue_()
    parent = page.locator("article", has_text="A bus would be faster.")
    expect(parent.get_by_role("article", name="Tomas Wren, in reply to")).to_be_visible()


@IN_BOTH
def test_one_comment_needs_no_order(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    newspaper.post(url, "Here I am.")
    paths = asked_of(page, newspaper.service.url)
    page.goto(url)
    expect(page.get_by_role("article")).to_be_visible()
    expect(page.get_by_role("combobox", name="Order")).to_have_count(0)
    assert paths == ["/embed.js", "/api/v1/comments"]
