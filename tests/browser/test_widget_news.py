"""What is new: since one was here last, and while one reads."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import update

from comments_service import clock
from comments_service.database import unit_of_work
from comments_service.models import Comment
from tests.browser.hands import write
from tests.browser.watching import asked_of
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

READ_FOR_MS = 20_000
COUNTS = "**/api/v1/counts?*"


@pytest.fixture
def yesterdays(newspaper: Newspaper, widget_app: Flask) -> str:
    """A page whose one comment was written yesterday."""
    url = newspaper.page()
    posted = newspaper.post(url, "A bus would be faster.")
    with widget_app.app_context(), unit_of_work() as session:
        when = clock.now() - timedelta(days=1)
        session.execute(update(Comment).where(Comment.id == int(posted)).values(created_at=when))
    return url


@IN_BOTH
def test_what_came_since_the_last_visit_is_marked(
    page: Page, newspaper: Newspaper, yesterdays: str
) -> None:
    page.goto(yesterdays)
    expect(page.get_by_role("article", name="Ines Calder, yesterday")).to_be_visible()
    new = page.get_by_text("New", exact=True)
    expect(new).to_have_count(0)
    newspaper.post(yesterdays, "Only by night.", name="Tomas Wren")
    page.reload()
    expect(page.get_by_role("article", name="Tomas Wren").get_by_text("New")).to_be_visible()
    expect(new).to_have_count(1)
    page.reload()
    expect(page.get_by_role("article")).to_have_count(2)
    expect(new).to_have_count(0)


def test_ones_own_is_not_new_to_oneself(page: Page, yesterdays: str) -> None:
    page.goto(yesterdays)
    expect(page.get_by_role("article", name="Ines Calder, yesterday")).to_be_visible()
    page.reload()
    write(page, "The waiting room is heated.")
    expect(page.get_by_role("article", name="Petra Lund")).to_be_focused()
    expect(page.get_by_text("New", exact=True)).to_have_count(0)


@IN_BOTH
def test_what_others_write_meanwhile_is_told_and_shown_when_wanted(
    page: Page, newspaper: Newspaper, url: str
) -> None:
    page.goto(url)
    page.get_by_role("textbox", name="Your comment").fill("Not yet sent")
    newspaper.post(url, "Only by night.", name="Tomas Wren")
    newspaper.post(url, "Or by day.", name="Ada")
    page.clock.fast_forward(READ_FOR_MS)
    pill = page.get_by_role("button", name="2 new comments")
    expect(pill).to_be_visible()
    expect(page.get_by_role("status").first).to_have_text("2 new comments")
    expect(page.get_by_role("textbox", name="Your comment")).to_be_focused()
    expect(page.get_by_role("article")).to_have_count(1)
    pill.click()
    expect(page.get_by_role("heading", name="3 comments")).to_be_visible()
    expect(page.get_by_role("article", name="Tomas Wren")).to_be_focused()
    expect(page.get_by_role("article", name="Ada")).to_be_visible()
    expect(pill).to_have_count(0)
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("Not yet sent")


def test_a_new_answer_comes_where_it_belongs(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    root = newspaper.post(url, "A bus would be faster.")
    newspaper.post(url, "A bridge would be better.", name="Ada")
    page.goto(url)
    expect(page.get_by_role("article")).to_have_count(2)
    newspaper.post(url, "Only by night.", parent_id=root, name="Tomas Wren")
    page.clock.fast_forward(READ_FOR_MS)
    page.get_by_role("button", name="1 new comment").click()
    expect(page.locator("article .name")).to_have_text(["Ines Calder", "Tomas Wren", "Ada"])
    answer = page.get_by_role("article", name="Tomas Wren, in reply to Ines Calder")
    expect(answer).to_be_focused()


def test_the_pill_counts_on(page: Page, newspaper: Newspaper, url: str) -> None:
    page.goto(url)
    expect(page.get_by_role("article")).to_be_visible()
    for number, said in ((1, "1 new comment"), (2, "2 new comments")):
        newspaper.post(url, f"Number {number}.", name=f"Reader {number}")
        page.clock.fast_forward(READ_FOR_MS)
        expect(page.get_by_role("button", name=said, exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="new comment")).to_have_count(1)


def test_ones_own_comment_is_no_news(page: Page, url: str) -> None:
    page.goto(url)
    write(page, "The waiting room is heated.")
    expect(page.get_by_role("heading", name="2 comments")).to_be_visible()
    with page.expect_response(COUNTS):
        page.clock.fast_forward(READ_FOR_MS)
    page.clock.run_for(100)
    expect(page.get_by_role("button", name="new comment")).to_have_count(0)


def test_a_quiet_thread_is_asked_for_ever_more_seldom(
    page: Page, newspaper: Newspaper, url: str
) -> None:
    page.goto(url)
    expect(page.get_by_role("article")).to_be_visible()
    with page.expect_response(COUNTS):
        page.clock.fast_forward(READ_FOR_MS)
    paths = asked_of(page, newspaper.service.url)
    page.clock.fast_forward(READ_FOR_MS)
    page.get_by_role("textbox", name="Your comment").click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    assert "/api/v1/counts" not in paths
    with page.expect_response(COUNTS):
        page.clock.fast_forward(READ_FOR_MS)


@pytest.mark.allows_console_errors("ERR_FAILED")
def test_news_that_cannot_be_had_are_told_and_tried_again(
    page: Page, newspaper: Newspaper, url: str
) -> None:
    page.goto(url)
    expect(page.get_by_role("article")).to_be_visible()
    newspaper.post(url, "Only by night.", name="Tomas Wren")
    page.clock.fast_forward(READ_FOR_MS)
    pill = page.get_by_role("button", name="1 new comment")
    page.route("**/api/v1/comments?*", lambda route: route.abort())
    pill.click()
    expect(page.get_by_role("status").first).to_have_text("Comments couldn’t load.")
    page.unroute("**/api/v1/comments?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("article", name="Tomas Wren")).to_be_focused()
