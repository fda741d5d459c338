"""Links to one comment: they open what is shut, find the right page, scroll and mark."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from comments_service.domain.states import Decision
from tests.browser.watching import asked_of
from tests.services.browser import IN_BOTH
from tests.services.newspaper import THREAD, Newspaper
from tests.thread import decide

pytestmark = pytest.mark.usefixtures("movable_clock")

CLICK = '<comment-thread open="click"></comment-thread>'
WORDS = "<p>Words</p>" * 100
MARKED = re.compile(r"\bmarked\b")
LOST = "That comment isn’t here any more. These are."


def link(page: str, comment: str) -> str:
    return f"{page}#comment-{comment}"


def led_to(article: Locator) -> None:
    """A link has led here: in view, marked, and the one the keyboard goes on from."""
    expect(article).to_be_in_viewport()
    expect(article).to_have_class(MARKED)
    expect(article).to_be_focused()


def said(page: Page, text: str) -> Locator:
    return page.get_by_role("article").filter(has_text=text).last


@IN_BOTH
def test_a_link_opens_the_click_bar_scrolls_and_marks(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page(WORDS + CLICK)
    ids = [newspaper.post(url, f"Number {number}.", name=f"R{number}") for number in range(3)]
    paths = asked_of(page, newspaper.service.url)
    page.goto(link(url, ids[1]))
    led_to(said(page, "Number 1."))
    expect(page.locator(".marked")).to_have_count(1)
    assert paths == ["/embed.js", "/api/v1/comments", "/embed/later.js"]


@IN_BOTH
def test_a_link_leads_to_a_far_thread_that_would_have_waited(
    page: Page, newspaper: Newspaper
) -> None:
    url = newspaper.page(WORDS + "<comment-thread></comment-thread>")
    posted = newspaper.post(url, "Down here.")
    page.goto(link(url, posted))
    led_to(said(page, "Down here."))


@IN_BOTH
def test_a_link_leads_to_the_page_of_the_thread_that_has_it(
    page: Page, newspaper: Newspaper
) -> None:
    url = newspaper.page()
    ids = [newspaper.post(url, f"Number {number}.", name=f"R{number}") for number in range(55)]
    reply = newspaper.post(url, "An answer.", parent_id=ids[52])
    page.goto(link(url, reply))
    led_to(said(page, "An answer."))
    expect(page.get_by_text("Number 52.")).to_be_visible()
    expect(page.get_by_text("Number 3.")).to_have_count(0)
    page.get_by_role("button", name="Show from the beginning").click()
    expect(page.get_by_text("Number 3.")).to_be_visible()
    expect(page.get_by_role("button", name="Show from the beginning")).to_have_count(0)
    expect(page.get_by_role("article").first).to_be_focused()


@IN_BOTH
def test_a_link_leads_to_a_reply_that_was_not_fetched_yet(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    above = newspaper.post(url, "The root.")
    for number in range(4):
        newspaper.post(url, f"Reply {number}.", parent_id=above, name=f"R{number}")
    first = newspaper.post(url, "First step.", parent_id=above)
    second = newspaper.post(url, "Second step.", parent_id=first)
    page.goto(link(url, second))
    led_to(said(page, "Second step."))
    expect(page.get_by_text("First step.")).to_be_visible()
    page.get_by_role("button", name="1 more reply").click()
    expect(page.get_by_text("Reply 3.")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(7)
    expect(page.get_by_role("button", name="more repl")).to_have_count(0)


@IN_BOTH
def test_a_link_that_is_clicked_later_unfolds_the_branch_it_leads_into(
    page: Page, newspaper: Newspaper
) -> None:
    url = newspaper.page()
    root = newspaper.post(url, "The root.")
    reply = newspaper.post(url, "The reply.", parent_id=root)
    page.goto(link(url, root))
    led_to(said(page, "The root."))
    page.get_by_role("button", name="Hide 1 reply").click()
    expect(page.get_by_text("The reply.")).to_be_hidden()
    page.evaluate("id => { location.hash = 'comment-' + id }", reply)
    led_to(said(page, "The reply."))
    expect(page.locator(".marked")).to_have_count(1)
    expect(page.get_by_role("button", name="Show 1 reply")).to_be_hidden()


@IN_BOTH
def test_the_time_of_a_comment_is_its_link(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    posted = newspaper.post(url, "Here I am.")
    page.goto(url)
    time = page.get_by_role("article").get_by_role("link", name="now")
    expect(time).to_have_attribute("href", link(url, posted))
    time.click()
    led_to(said(page, "Here I am."))
    assert page.url == link(url, posted)


@IN_BOTH
@pytest.mark.allows_console_errors("404")
def test_a_link_to_what_is_gone_says_so_and_shows_the_rest(
    page: Page, newspaper: Newspaper, widget_app: Any
) -> None:
    url = newspaper.page()
    newspaper.post(url, "I am still here.")
    gone = newspaper.post(url, "I am not.")
    decide(widget_app, gone, Decision.DELETE)
    page.goto(link(url, gone))
    expect(page.get_by_text(LOST).first).to_be_visible()
    expect(page.get_by_role("status").first).to_have_text(LOST)
    expect(page.get_by_text("I am still here.")).to_be_visible()
    expect(page.locator(".marked")).to_have_count(0)


@IN_BOTH
def test_a_link_to_another_page_leaves_this_thread_alone(page: Page, newspaper: Newspaper) -> None:
    other, url = newspaper.page(), newspaper.page(f'<p id="far"></p>{THREAD}')
    newspaper.post(url, "Here I am.")
    elsewhere = newspaper.post(other, "I am elsewhere.")
    page.goto(newspaper.page(f'<comment-thread url="{url}" open="now"></comment-thread>'))
    expect(page.get_by_text("Here I am.")).to_be_visible()
    page.evaluate("id => { location.hash = 'comment-' + id }", elsewhere)
    expect(page.locator(".marked")).to_have_count(0)
    expect(page.get_by_text(LOST)).to_have_count(0)
