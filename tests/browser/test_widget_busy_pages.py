"""Endless pages: many threads, of which only what is near costs anything, and nothing stays of one
that goes.
"""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.hands import write
from tests.browser.watching import ANSWERS, LEFT, SLOW, asked_of, let_go, remains
from tests.browser.wire import keep_in
from tests.services.browser import IN_BOTH
from tests.services.newspaper import THREAD, Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

READ_FOR_MS = 20_000
ARTICLES = 20
TALL = "height: 1500px"
COUNTS = "**/api/v1/counts?*"
THREAD_WHEN_SEEN = "<comment-thread></comment-thread>"
REMOVE_AT_THE_FIRST = """
  const attach = Element.prototype.attachShadow, Watching = MutationObserver;
  Element.prototype.attachShadow = function (how) {
    const root = attach.call(this, how);
    const act = () => root.querySelector("article") && this.remove();
    new Watching(act).observe(root, { childList: true, subtree: true });
    this.addEventListener("comments:loaded", () => (window.loaded = true));
    return root;
  };
"""
REMOVE = "document.querySelector('comment-thread').remove()"


def endless(newspaper: Newspaper, tag: str) -> str:
    """Twenty tall articles, each with a thread of its own."""
    articles = "".join(
        f'<article data-url="{newspaper.page()}"><h2>Article {number}</h2>{tag}</article>'
        for number in range(ARTICLES)
    )
    style = "article { height: 1500px } html { font: 16px/1.5 sans-serif }"
    return newspaper.page(articles, style=style)


def read_on(page: Page) -> None:
    """Long enough that what others write is looked for."""
    page.clock.fast_forward(READ_FOR_MS)


@IN_BOTH
def test_of_twenty_threads_only_those_that_are_near_are_asked_for(
    page: Page, newspaper: Newspaper
) -> None:
    paths = asked_of(page, newspaper.service.url)
    page.goto(endless(newspaper, THREAD_WHEN_SEEN))
    empty = page.get_by_text("No comments yet. Start the conversation.")
    expect(empty).to_have_count(1)
    assert paths == ["/embed.js", "/api/v1/comments"]
    page.locator("comment-thread").nth(7).scroll_into_view_if_needed()
    expect(page.locator("comment-thread").nth(7).get_by_text("No comments yet.")).to_be_visible()
    assert paths == ["/embed.js", "/api/v1/comments", "/api/v1/comments"]


@IN_BOTH
def test_the_bars_of_twenty_articles_ask_for_their_counts_at_once(
    page: Page, newspaper: Newspaper
) -> None:
    paths = asked_of(page, newspaper.service.url)
    urls = [newspaper.page() for _ in range(ARTICLES)]
    newspaper.post(urls[3], "About the ferry.")
    bars = "".join(f'<comment-thread open="click" url="{url}"></comment-thread>' for url in urls)
    page.goto(newspaper.page(bars))
    expect(page.get_by_role("button", name="1 comment")).to_have_count(1)
    expect(page.get_by_role("button", name="Click to comment")).to_have_count(ARTICLES - 1)
    assert paths == ["/embed.js", "/api/v1/counts"]


@IN_BOTH
def test_a_thread_in_a_hidden_article_waits_until_it_is_shown(
    page: Page, newspaper: Newspaper
) -> None:
    paths = asked_of(page, newspaper.service.url)
    other = '<comment-thread open="click" url="/elsewhere"></comment-thread>'
    url = newspaper.page(f'<div style="display: none">{THREAD_WHEN_SEEN}</div>{other}')
    newspaper.post(url, "Here I am.")
    with page.expect_response(COUNTS):
        page.goto(url)
    assert paths == ["/embed.js", "/api/v1/counts"]  # what is seen was asked for, no more
    page.evaluate("document.querySelector('[style]').style.display = 'block'")
    expect(page.get_by_text("Here I am.")).to_be_visible()


@IN_BOTH
@pytest.mark.parametrize("state", ["waiting", "shut", "read", "watched", "written in"])
def test_nothing_is_left_of_a_thread_that_is_removed(
    page: Page, newspaper: Newspaper, *, state: str
) -> None:
    page.add_init_script(LEFT)
    inside = {
        "waiting": f'<p style="{TALL}"><comment-thread>',
        "shut": '<comment-thread open="click">',
    }
    url = newspaper.page(inside.get(state, "<comment-thread>") + "</comment-thread>")
    newspaper.post(url, "Here I am.")
    page.goto(url)
    expect(page.locator("comment-thread")).to_have_js_property("url", url)
    if state in ("read", "watched", "written in"):
        expect(page.get_by_text("Here I am.")).to_be_visible()
    if state == "shut":
        expect(page.get_by_role("button", name="1 comment")).to_be_visible()
    if state == "watched":
        with page.expect_response(COUNTS):
            read_on(page)
    if state == "written in":
        page.get_by_role("textbox", name="Your comment").fill("Half a thought")
        page.get_by_role("button", name="Subscribe").click()
    assert page.evaluate("left()") != []
    page.evaluate(REMOVE)
    assert remains(page) == []


def test_nothing_is_left_of_a_thread_that_is_removed_while_it_loads(
    page: Page, newspaper: Newspaper
) -> None:
    page.add_init_script(LEFT)
    held: list[Route] = []
    page.route("**/api/v1/comments?*", keep_in(held))
    with page.expect_request("**/api/v1/comments?*"):
        page.goto(newspaper.page())
    with page.expect_event("requestfailed") as ended:
        page.evaluate(REMOVE)
    assert "/api/v1/comments" in ended.value.url
    assert remains(page) == []


def test_nothing_is_left_of_a_thread_that_is_removed_while_its_comments_come(
    page: Page, newspaper: Newspaper
) -> None:
    for script in (SLOW, REMOVE_AT_THE_FIRST, LEFT):
        page.add_init_script(script)
    url = newspaper.page()
    for words in ("Here I am.", "A bus would be faster."):
        newspaper.post(url, words)
    page.goto(url)
    page.wait_for_function("() => !document.querySelector('comment-thread')")
    assert remains(page) == []
    assert not page.evaluate("window.loaded")


def test_nothing_is_left_of_a_thread_that_is_removed_while_it_asks_what_is_new(
    page: Page, url: str
) -> None:
    for script in (LEFT, ANSWERS):
        page.add_init_script(script)
    held: list[Route] = []
    page.route(COUNTS, keep_in(held))
    page.goto(url)
    expect(page.get_by_role("article")).to_be_visible()
    with page.expect_request(COUNTS):
        page.clock.fast_forward(READ_FOR_MS)
    page.evaluate(REMOVE)
    let_go(page, held)
    assert remains(page) == []


def test_nothing_is_left_of_a_thread_that_is_removed_while_it_asks_what_is_ones_own(
    page: Page, url: str
) -> None:
    page.add_init_script(LEFT)
    page.goto(url)
    write(page, "The waiting room is heated.")
    expect(page.get_by_role("article", name="Petra Lund")).to_be_focused()
    held: list[Route] = []
    page.route("**/api/v1/mine?*", keep_in(held))
    page.reload()
    expect(page.get_by_role("article", name="Petra Lund")).to_be_visible()
    with page.expect_event("requestfailed"):
        page.evaluate(REMOVE)
    assert held
    assert remains(page) == []


def test_nothing_is_left_of_a_thread_that_is_removed_while_it_fetches_a_part(
    page: Page, url: str
) -> None:
    page.add_init_script(LEFT)
    held: list[Route] = []
    page.route("**/embed/later.js?*", keep_in(held))
    page.goto(url)
    expect(page.get_by_role("article")).to_be_visible()
    with page.expect_request("**/embed/later.js?*"):
        page.clock.fast_forward(READ_FOR_MS)
    page.evaluate(REMOVE)
    with page.expect_response("**/embed/later.js?*") as answered:
        held.pop().continue_()
    answered.value.finished()
    page.evaluate("(address) => import(address)", answered.value.url)  # once it has run
    assert remains(page) == []


def test_only_the_thread_in_view_looks_for_what_is_new(page: Page, newspaper: Newspaper) -> None:
    url = endless(newspaper, '<comment-thread open="now"></comment-thread>')
    page.goto(url)
    expect(page.get_by_text("No comments yet.")).to_have_count(ARTICLES)
    paths = asked_of(page, newspaper.service.url)
    page.locator("comment-thread").nth(3).scroll_into_view_if_needed()
    seen = page.locator("article").nth(3).get_attribute("data-url")
    for _ in range(2):
        with page.expect_response(COUNTS) as answered:
            page.clock.fast_forward(2 * READ_FOR_MS)
        assert list(answered.value.json()["counts"]) == [seen]
    assert paths.count("/api/v1/counts") == 2


def test_nothing_is_looked_for_while_the_tab_is_hidden(page: Page, newspaper: Newspaper) -> None:
    page.add_init_script(
        "Object.defineProperty(Document.prototype, 'hidden', {get: () => window.away ?? false});"
        "window.turn = (away) => {"
        "  window.away = away; document.dispatchEvent(new Event('visibilitychange')) }"
    )
    page.goto(newspaper.page())
    expect(page.get_by_text("No comments yet.")).to_be_visible()
    with page.expect_response(COUNTS):
        read_on(page)
    page.evaluate("turn(true)")
    paths = asked_of(page, newspaper.service.url)
    for _ in range(4):
        page.clock.fast_forward(5 * READ_FOR_MS)
    assert paths == []
    page.evaluate("turn(false)")
    with page.expect_response(COUNTS):
        page.clock.fast_forward(2 * READ_FOR_MS)


def test_nothing_is_looked_for_where_data_is_to_be_saved(page: Page, newspaper: Newspaper) -> None:
    page.add_init_script("Object.defineProperty(navigator.connection, 'saveData', {value: true})")
    paths = asked_of(page, newspaper.service.url)
    page.goto(newspaper.page(THREAD))
    expect(page.get_by_text("No comments yet.")).to_be_visible()
    for _ in range(4):
        page.clock.fast_forward(5 * READ_FOR_MS)
    page.get_by_role("textbox", name="Your comment").click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    assert paths == ["/embed.js", "/api/v1/comments", "/embed/forms.js"]
