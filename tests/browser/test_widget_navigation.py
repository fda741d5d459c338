"""Pages that change without loading: threads that come, go and move, and what the page is told."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import write
from tests.browser.watching import asked_of
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

FRAME = '<section id="one">{}</section><section id="two"></section>'
PUT = """(url) => {
  const thread = Object.assign(document.createElement("comment-thread"), {url});
  thread.setAttribute("open", "now");
  document.querySelector("comment-thread").replaceWith(thread);
  history.pushState(null, "", url);
}"""

MOVE = {
    "append": "two.append(document.querySelector('comment-thread'))",
    "moveBefore": "two.moveBefore(document.querySelector('comment-thread'), null)",
}


@IN_BOTH
def test_a_new_element_shows_the_thread_of_the_new_page(page: Page, newspaper: Newspaper) -> None:
    first, second = newspaper.page(), newspaper.page()
    newspaper.post(first, "About the ferry.")
    newspaper.post(second, "About the bridge.")
    page.goto(first)
    expect(page.get_by_text("About the ferry.")).to_be_visible()
    page.evaluate(PUT, second)
    expect(page.get_by_text("About the bridge.")).to_be_visible()
    expect(page.get_by_text("About the ferry.")).to_have_count(0)
    page.evaluate(PUT, first)
    expect(page.get_by_text("About the ferry.")).to_be_visible()
    write(page, "To the ferry.")
    expect(page.get_by_role("heading", name="2 comments")).to_be_visible()


@IN_BOTH
def test_another_url_on_a_standing_element_does_nothing(page: Page, newspaper: Newspaper) -> None:
    url, other = newspaper.page(), newspaper.page()
    newspaper.post(url, "About the ferry.")
    newspaper.post(other, "About the bridge.")
    page.goto(url)
    expect(page.get_by_text("About the ferry.")).to_be_visible()
    paths = asked_of(page, newspaper.service.url)
    thread = page.locator("comment-thread")
    thread.evaluate("(e, url) => { e.url = url; e.setAttribute('page-title', 'Bridge') }", other)
    assert thread.evaluate("e => e.url") == url
    write(page, "To the ferry.")
    expect(page.get_by_role("heading", name="2 comments")).to_be_visible()
    assert paths.count("/api/v1/comments") == 1  # the post


@IN_BOTH
def test_an_element_that_comes_back_takes_the_page_it_is_then_given(
    page: Page, newspaper: Newspaper
) -> None:
    url, other = newspaper.page(), newspaper.page()
    newspaper.post(url, "About the ferry.")
    newspaper.post(other, "About the bridge.")
    page.goto(url)
    expect(page.get_by_text("About the ferry.")).to_be_visible()
    kept = page.locator("comment-thread").evaluate_handle("e => { e.remove(); return e }")
    page.evaluate(
        "([thread, url]) => { thread.url = url; document.body.append(thread) }", [kept, other]
    )
    expect(page.get_by_text("About the bridge.")).to_be_visible()
    expect(page.get_by_text("About the ferry.")).to_have_count(0)


@IN_BOTH
@pytest.mark.parametrize("way", MOVE)
def test_a_thread_that_is_moved_keeps_what_was_done_in_it(
    page: Page, newspaper: Newspaper, *, way: str
) -> None:
    url = newspaper.page(FRAME.format('<comment-thread open="now"></comment-thread>'))
    root = newspaper.post(url, "A bus would be faster.")
    newspaper.post(url, "Only by night.", parent_id=root, name="Tomas Wren")
    page.goto(url)
    page.get_by_role("button", name="Reply: Ines Calder").click()
    box = page.get_by_role("form", name="Reply to Ines Calder").get_by_role("textbox").first
    box.fill("Half a thought")
    page.get_by_role("button", name="Hide 1 reply").click()
    paths = asked_of(page, newspaper.service.url)
    page.evaluate(MOVE[way])
    expect(page.locator("#two comment-thread")).to_have_count(1)
    expect(box).to_have_value("Half a thought")
    expect(page.get_by_role("button", name="Show 1 reply")).to_be_visible()
    page.get_by_role("button", name="Show 1 reply").click()
    write(page, "Still here.", form=page.get_by_role("form", name="Reply to Ines Calder"))
    expect(page.get_by_text("Still here.")).to_be_visible()
    assert "/embed.js" not in paths
    assert paths.count("/api/v1/comments") == 1  # the post


def test_a_thread_that_is_removed_and_put_back_while_a_form_opens_works(
    page: Page, newspaper: Newspaper
) -> None:
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    expect(page.get_by_role("article")).to_be_visible()
    page.get_by_role("textbox", name="Your comment").click()
    page.evaluate(
        "() => { const thread = document.querySelector('comment-thread');"
        " thread.remove(); return Promise.resolve().then(() => document.body.append(thread)) }"
    )
    expect(page.get_by_role("article")).to_be_visible()
    write(page, "The waiting room is heated.")
    expect(page.get_by_role("heading", name="2 comments")).to_be_visible()


def test_what_waits_is_told_to_the_page_as_pending(
    page: Page, careful_newspaper: Newspaper
) -> None:
    page.add_init_script(
        "window.told = []; document.addEventListener('comments:posted',"
        " (event) => told.push([event.target.localName, event.detail]))"
    )
    page.goto(careful_newspaper.page())
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        write(page, "The pontoon lamp was out again.")
    expect(page.get_by_role("article")).to_be_focused()
    posted = answered.value.json()["comment"]["id"]
    assert page.evaluate("told") == [["comment-thread", {"id": posted, "state": "pending"}]]
