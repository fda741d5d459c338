"""For every reader: nothing axe finds in any state of a thread, narrow, dark, from right to left;
less motion where that is wished, and nothing but words on paper.
"""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.hands import answer, write
from tests.browser.watching import sideways, violations
from tests.services.browser import IN_BOTH
from tests.services.newspaper import STYLE, THREAD, Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

DARK = "html { color: #ececec; background: #141517; font: 16px/1.5 sans-serif }"
MENU = "button[aria-haspopup=menu]"
WIDE: ViewportSize = {"width": 1280, "height": 1024}
ZOOMED: ViewportSize = {"width": 320, "height": 256}  # the same window at 400 %
ARABIC = 'lang="ar" dir="rtl"'
LOOKS = {
    "light": (STYLE, 'lang="en"', WIDE),
    "dark": (DARK, 'lang="en"', WIDE),
    "zoomed": (STYLE, 'lang="en"', ZOOMED),
    "right to left": (STYLE, ARABIC, WIDE),
    "right to left, dark and zoomed": (DARK, ARABIC, ZOOMED),
}


@IN_BOTH
@pytest.mark.parametrize(("style", "html", "window"), LOOKS.values(), ids=LOOKS)
def test_axe_finds_nothing_in_any_state(
    page: Page, newspaper: Newspaper, *, style: str, html: str, window: ViewportSize
) -> None:
    url = newspaper.page()
    first = newspaper.post(url, "One `word`\n\n```\n" + "wide " * 80 + "\n```\n\n> quoted")
    newspaper.post(url, "Only by night.", parent_id=first, name="Ada")
    page.goto(url)
    write(page, "https://a.example https://b.example https://c.example")
    expect(page.get_by_role("article").get_by_text("because of its links")).to_be_visible()
    write(page, "The waiting room is heated.", name="ليلى")
    expect(page.get_by_role("button", name="Edit")).to_have_count(2)

    # The same on another page, whose words may be any.
    page.set_viewport_size(window)
    tag = f'<comment-thread url="{url}" open="now"></comment-thread>'
    page.goto(newspaper.page(tag, style=style, html=html))
    expect(page.locator(".held")).to_be_visible()
    ada = page.locator("article article")
    ada.locator(".acts > button:not(.vote)").first.click()
    ada.locator(".post").click()
    expect(ada.locator(".error")).to_have_count(2)
    page.locator(".head button").last.click()
    expect(page.locator(".panel")).to_be_visible()
    assert (violations(page), sideways(page)) == ([], 0)
    page.locator(".fold").first.click()
    page.locator(".held .acts button").last.click()
    expect(page.locator(".held .sure")).to_be_visible()
    page.get_by_role("article", name="Ines Calder").locator(MENU).first.click()
    expect(page.get_by_role("menu")).to_be_visible()
    assert (violations(page), sideways(page)) == ([], 0)
    page.get_by_role("menuitem").nth(1).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert (violations(page), sideways(page)) == ([], 0)


@IN_BOTH
@pytest.mark.parametrize("html", ['lang="en"', ARABIC], ids=["left to right", "right to left"])
def test_what_floats_stays_in_a_narrow_window(page: Page, newspaper: Newspaper, html: str) -> None:
    url = newspaper.page(html=html)
    newspaper.post(url, "A bus would be faster.")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(url)
    page.locator(MENU).click()
    box = page.get_by_role("menu").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320


def test_nothing_moves_for_those_who_wish_so(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    page.get_by_role("textbox", name="Your comment").click()
    post = page.get_by_role("button", name="Post", exact=True)
    expect(post).to_have_css("transition-duration", "0s")
    page.emulate_media(reduced_motion="no-preference")
    expect(post).to_have_css("transition-duration", "0.12s")


@IN_BOTH
def test_what_scrolls_in_a_smaller_window_is_reached_by_keys(
    page: Page, newspaper: Newspaper
) -> None:
    url = newspaper.page()
    newspaper.post(url, "```\n" + "wide " * 10 + "\n```")
    page.goto(url)
    code = page.locator("pre")
    expect(code).not_to_have_attribute("tabindex", "0")
    page.set_viewport_size(ZOOMED)
    expect(code).to_have_attribute("tabindex", "0")


def test_on_paper_there_are_only_words(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    answer(page, "Only by night.")
    expect(page.get_by_role("article", name="Tomas Wren")).to_be_focused()
    page.get_by_role("textbox", name="Your comment").first.fill("Not yet sent")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="2 comments")).to_be_visible()
    expect(page.get_by_text("A bus would be faster.")).to_be_visible()
    expect(page.get_by_text("Only by night.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    expect(page.get_by_role("button")).to_have_count(0)


@IN_BOTH
@pytest.mark.parametrize("tag", [THREAD, '<comment-thread open="click"></comment-thread>'])
def test_the_heading_has_the_level_the_page_wants(
    page: Page, newspaper: Newspaper, tag: str
) -> None:
    url = newspaper.page(tag.replace("open", 'heading-level="4" open'))
    newspaper.post(url, "Here I am.")
    page.goto(url)
    if "click" in tag:
        page.get_by_role("button", name="1 comment").click()
    expect(page.get_by_role("heading", name="1 comment", level=4)).to_be_visible()
