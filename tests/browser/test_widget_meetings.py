"""Where things meet that seldom do: a thread goes while it waits for an answer, a name clobbers
what is read late, an answer is written below a branch that is folded.
"""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.hands import answer, dots, write
from tests.browser.watching import ANSWERS, LEFT, let_go, remains
from tests.browser.wire import keep_in
from tests.services.browser import IN_BOTH
from tests.services.newspaper import THREAD, Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

READ_FOR_MS = 20_000
COUNTS = "**/api/v1/counts?*"
REMOVE = "document.querySelector('comment-thread').remove()"


def test_nothing_is_left_of_a_thread_that_is_removed_while_it_posts(page: Page, url: str) -> None:
    for script in (LEFT, ANSWERS):
        page.add_init_script(script)
    held: list[Route] = []
    page.route("**/api/v1/comments", keep_in(held))
    page.goto(url)
    with page.expect_request("**/api/v1/comments"):
        write(page, "The waiting room is heated.")
    page.evaluate(REMOVE)
    let_go(page, held)
    assert remains(page) == []


def test_another_order_leaves_no_countdown_running(
    page: Page, newspaper: Newspaper, url: str
) -> None:
    newspaper.post(url, "And a bridge?", name="Ada")
    page.add_init_script(LEFT)
    page.goto(url)
    write(page, "The waiting room is heated.")
    mine = page.get_by_role("article", name="Petra Lund")
    expect(mine.get_by_text("14 min left")).to_be_visible()
    counting = "left().filter((one) => one === 'setInterval 1000').length"
    assert page.evaluate(counting) == 1
    page.get_by_role("combobox", name="Order").select_option("Newest")
    expect(page.get_by_role("article").first).to_contain_text("The waiting room is heated.")
    expect(mine.get_by_text("min left")).to_be_visible()
    assert page.evaluate(counting) == 1


def test_what_one_deletes_counts_down_no_more(page: Page, url: str) -> None:
    page.add_init_script(LEFT)
    page.goto(url)
    write(page, "The waiting room is heated.")
    mine = page.get_by_role("article", name="Petra Lund")
    mine.get_by_role("button", name="Delete").click()
    mine.locator(".sure").click()
    expect(mine).to_have_count(0)
    assert "setInterval 1000" not in page.evaluate("left()")


def test_an_answer_below_a_folded_branch_unfolds_it(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    root = newspaper.post(url, "A bus would be faster.")
    newspaper.post(url, "Only by night.", parent_id=root, name="Ada")
    page.goto(url)
    page.get_by_role("button", name="Hide 1 reply").click()
    answer(page, "Only when the bridge is open.")
    mine = page.get_by_role("article", name="Tomas Wren, in reply to Ines Calder")
    expect(mine).to_be_visible()
    expect(mine).to_be_focused()


@IN_BOTH
@pytest.mark.parametrize("name", ["baseURI", "hidden"])
def test_names_that_clobber_what_is_read_late_change_nothing(
    page: Page, newspaper: Newspaper, name: str
) -> None:
    other = newspaper.page()
    newspaper.post(other, "A bus would be faster.")
    tag = f'<comment-thread url="{other}" open="now"></comment-thread>'
    page.goto(newspaper.page(f'<form name="{name}"></form>{tag}'))
    expect(page.get_by_text("A bus would be faster.")).to_be_visible()
    newspaper.post(other, "Only by night.", name="Ada")
    page.clock.fast_forward(READ_FOR_MS)
    expect(page.get_by_role("button", name="1 new comment")).to_be_visible()


def test_a_link_that_is_shown_to_be_copied_is_shown_once(page: Page, url: str) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(url)
    for _ in range(2):
        dots(page).click()
        page.get_by_role("menuitem", name="Copy link").click()
        expect(page.get_by_role("textbox", name="Copy link").first).to_be_focused()
    expect(page.get_by_role("textbox", name="Copy link")).to_have_count(1)


@IN_BOTH
def test_nothing_is_left_of_a_thread_where_a_name_clobbers_how_to_listen(
    page: Page, newspaper: Newspaper
) -> None:
    page.add_init_script(LEFT)
    url = newspaper.page(f'<form name="addEventListener"></form>{THREAD}')
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    expect(page.get_by_role("article")).to_be_visible()
    with page.expect_response(COUNTS):
        page.clock.fast_forward(READ_FOR_MS)
    page.evaluate(REMOVE)
    assert remains(page) == []
