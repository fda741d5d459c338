"""The demo's pages in a browser: what somebody sees who tries the service for the first time."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from comments_service.demo import content
from comments_service.demo.newspaper import LOOKS
from comments_service.demo.pages import PageServer
from tests.browser.watching import check
from tests.services import demo

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    with demo.running(tmp_path_factory.mktemp("demo")) as pages:
        yield pages


def _thread(page: Page, number: int) -> Locator:
    """The thread of that article of the front page, opened as it asks to be."""
    thread = page.locator("comment-thread").nth(number)
    thread.scroll_into_view_if_needed()
    expect(thread.locator(".bar, .list").first).to_be_visible()
    bar = thread.locator(".bar")
    if bar.count():
        bar.click()
    expect(thread.get_by_role("article").first).to_be_visible()
    return thread


def test_the_front_page_shows_what_comments_can_be(page: Page, paper: PageServer) -> None:
    page.goto(paper.url)
    clock, beans = _thread(page, 0), _thread(page, 1)
    expect(beans.get_by_text("Team", exact=True).first).to_be_visible()
    expect(clock.get_by_text("Author", exact=True).first).to_be_visible()
    expect(clock.locator("pre code")).to_contain_text("shown = true_time")
    expect(clock.get_by_text("Removed", exact=True).first).to_be_visible()
    arabic = clock.get_by_text("كان جدّي يقدّم ساعته")
    assert arabic.evaluate("it => getComputedStyle(it).direction") == "rtl"
    clock.get_by_role("button", name=re.compile("more repl")).first.click()
    deepest = clock.get_by_role("article").filter(has_text="I withdraw everything.")
    expect(deepest).to_have_count(6)  # itself, and what it answers


def test_votes_sort_the_demo_another_way_than_time(page: Page, paper: PageServer) -> None:
    page.goto(paper.url)
    clock = _thread(page, 0)
    expect(clock.get_by_role("button", name="Vote up, 12")).to_be_visible()
    given = content.load().articles[0].comments
    roots = [one for one in given if one.parent is None and one.state == "approved"]
    first = {
        "Top": max(roots, key=lambda one: one.votes),
        "Newest": min(roots, key=lambda one: one.minutes_ago),
    }
    assert first["Top"] != first["Newest"]
    for order, comment in first.items():
        clock.get_by_role("combobox").select_option(order)
        top = clock.locator(".list > article").first
        expect(top.get_by_text(comment.name, exact=True).first).to_be_visible()


def test_a_visitor_of_the_demo_sees_that_his_comment_waits(page: Page, paper: PageServer) -> None:
    page.goto(paper.url)
    clock = _thread(page, 0)
    clock.get_by_label("Your comment").click()
    clock.get_by_label("Your comment").fill("Four minutes are enough for a coffee.")
    clock.get_by_label("Name", exact=True).fill("Petra Lund")
    clock.get_by_role("button", name="Post", exact=True).click()
    held = clock.get_by_role("article").get_by_text("Waiting for a moderator.")
    expect(held).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/theming", "/mail/"])
def test_no_page_of_the_newspaper_shuts_anybody_out(
    page: Page, paper: PageServer, path: str
) -> None:
    page.goto(paper.page_origin + path)
    for frame in page.locator("iframe").all():
        frame.scroll_into_view_if_needed()
        expect(frame.content_frame.get_by_role("article").first).to_be_visible()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        check(page)


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("look", [name for name, _title, _lang in LOOKS])
def test_each_look_is_a_page_that_anybody_can_read(
    page: Page, paper: PageServer, look: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{paper.page_origin}/theming/{look}")
    thread = page.locator("comment-thread")
    expect(thread.get_by_role("article").first).to_be_visible()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        check(page)
