"""What is on its way: shown as such, sent once, kept when it fails, waiting for a network."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.browser.hands import answer_by_keys, fill
from tests.browser.wire import fulfill
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

BUSY: dict[str, Any] = {"type": "busy", "title": "Busy", "status": 503}
OFFLINE = "You’re offline. This is sent once you’re back."


@pytest.fixture
def posts(page: Page) -> list[Request]:
    """What the page posts, as it posts it."""
    sent: list[Request] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/api/v1/comments"):
            sent.append(request)

    page.on("request", note)
    return sent


@pytest.fixture
def held(page: Page) -> list[Route]:
    """Posts that wait until the test lets them go."""
    routes: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            routes.append(route)
        else:
            route.fallback()

    page.route("**/api/v1/comments", hold)
    return routes


def press_post(page: Page) -> None:
    page.get_by_role("button", name="Post", exact=True).first.click()


def post_offline(page: Page, context: BrowserContext, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    fill(page, "From the ferry.")
    context.set_offline(True)
    press_post(page)


def test_a_comment_on_its_way_stands_where_it_will_be_and_says_so(
    page: Page, newspaper: Newspaper, held: list[Route]
) -> None:
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    fill(page, "One line\nand **another**")
    press_post(page)
    sending = page.get_by_role("article", name="Petra Lund, Posting…")
    expect(sending).to_be_visible()
    expect(sending).to_contain_text("One line\nand **another**", use_inner_text=True)
    expect(page.get_by_role("article").last).to_contain_text("Posting…")
    expect(sending.get_by_role("button")).to_have_count(0)
    expect(sending.get_by_role("link")).to_have_count(0)
    expect(page.get_by_role("status").first).to_have_text("Posting…")
    expect(page.get_by_role("heading", name="1 comment")).to_be_visible()
    held[0].continue_()
    expect(sending).to_have_count(0)
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("article").last).to_be_focused()
    expect(page.get_by_role("status").first).to_have_text("Posted.")


@pytest.mark.allows_console_errors("503")
def test_an_answer_on_its_way_stands_below_its_parent(
    page: Page, newspaper: Newspaper, held: list[Route]
) -> None:
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    newspaper.post(url, "Not on Sundays.", name="Tomas Wren")
    page.goto(url)
    form = answer_by_keys(page, "Only by night.", name="Petra Lund")
    parent = page.get_by_role("article", name="Ines Calder")
    sending = parent.get_by_role("article", name="Petra Lund, Posting…")
    expect(sending).to_be_visible()
    expect(page.get_by_role("button", name="Hide 1 reply")).to_have_count(0)
    held[0].fulfill(status=503)
    expect(form.get_by_role("alert")).to_contain_text("Not sent. Your text is safe here.")
    expect(sending).to_have_count(0)
    expect(parent.locator(".kids")).to_have_count(0)
    page.unroute("**/api/v1/comments")
    form.get_by_role("button", name="Try again").click()
    expect(
        parent.get_by_role("article", name="Petra Lund, in reply to Ines Calder")
    ).to_be_focused()
    expect(page.get_by_role("button", name="Hide 1 reply")).to_be_visible()


@pytest.mark.allows_console_errors("503")
@IN_BOTH
def test_what_failed_is_no_comment_and_its_text_stays(page: Page, newspaper: Newspaper) -> None:
    page.route("**/api/v1/comments", lambda route: fulfill(route, BUSY, status=503))
    page.goto(newspaper.page())
    fill(page, "Patience.")
    press_post(page)
    alert = page.get_by_role("alert").filter(has_text="Not sent. Your text is safe here.")
    expect(alert.get_by_role("button", name="Try again")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.get_by_text("No comments yet. Start the conversation.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("Patience.")
    expect(page.get_by_role("button", name="Post", exact=True)).to_be_focused()
    expect(page.get_by_role("status").first).to_have_text("")


def test_nothing_is_typed_into_what_is_on_its_way(
    page: Page, newspaper: Newspaper, held: list[Route], posts: list[Request]
) -> None:
    page.goto(newspaper.page())
    fill(page, "As it was sent.")
    press_post(page)
    expect(page.get_by_role("article", name="Posting…")).to_be_visible()
    page.keyboard.type("lost")
    page.keyboard.press("Control+Enter")
    expect(page.locator("textarea")).to_have_value("As it was sent.")
    held[0].continue_()
    expect(page.get_by_role("article")).to_be_focused()
    assert len(posts) == 1


def test_a_text_is_posted_from_its_preview(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    fill(page, "Looked **at**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("group", name="Preview")).to_be_visible()
    press_post(page)
    expect(page.get_by_role("article").locator("strong")).to_have_text("at")
    expect(page.get_by_role("textbox", name="Your comment")).to_be_visible()


@pytest.mark.allows_console_errors("503")
def test_a_text_that_fails_from_its_preview_is_seen_again(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    fill(page, "Looked **at**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("group", name="Preview")).to_be_visible()
    page.route("**/api/v1/comments", lambda route: fulfill(route, BUSY, status=503))
    press_post(page)
    expect(page.get_by_role("alert").filter(has_text="Your text is safe here.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("Looked **at**.")
    expect(page.get_by_role("textbox", name="Your comment")).to_be_visible()


@pytest.mark.allows_console_errors("ERR_INTERNET_DISCONNECTED")
def test_without_a_network_it_waits_and_is_sent_once(
    page: Page, context: BrowserContext, newspaper: Newspaper, posts: list[Request]
) -> None:
    post_offline(page, context, newspaper)
    expect(page.get_by_role("alert").filter(has_text=OFFLINE)).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("From the ferry.")
    context.set_offline(False)
    expect(page.get_by_role("article").get_by_role("button", name="Edit")).to_be_visible()
    expect(page.get_by_text(OFFLINE)).to_have_count(0)
    context.set_offline(True)
    context.set_offline(False)
    page.reload()
    expect(page.get_by_role("heading", name="1 comment")).to_be_visible()
    first, second = posts
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


@pytest.mark.allows_console_errors("ERR_INTERNET_DISCONNECTED")
def test_what_was_changed_meanwhile_is_not_sent_by_itself(
    page: Page, context: BrowserContext, newspaper: Newspaper, posts: list[Request]
) -> None:
    post_offline(page, context, newspaper)
    expect(page.get_by_text(OFFLINE)).to_be_visible()
    page.get_by_role("textbox", name="Your comment").press_sequentially(" And")
    expect(page.get_by_text(OFFLINE)).to_have_count(0)
    page.evaluate("() => { window.back = new Promise((done) => addEventListener('online', done)) }")
    context.set_offline(False)
    page.evaluate("() => window.back.then(() => 1)")
    expect(page.get_by_role("button", name="Post", exact=True)).to_be_enabled()
    assert len(posts) == 1


@pytest.mark.allows_console_errors("ERR_FAILED")
def test_with_a_network_a_failure_waits_for_nobody(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    fill(page, "From the shore.")
    page.route("**/api/v1/comments", lambda route: route.abort())
    press_post(page)
    expect(page.get_by_role("alert").filter(has_text="Not sent.")).to_be_visible()
    expect(page.get_by_text(OFFLINE)).to_have_count(0)


@pytest.mark.allows_console_errors("ERR_INTERNET_DISCONNECTED")
def test_what_waits_to_be_sent_is_not_left_without_a_warning(
    page: Page, context: BrowserContext, newspaper: Newspaper
) -> None:
    post_offline(page, context, newspaper)
    expect(page.get_by_text(OFFLINE)).to_be_visible()
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    context.set_offline(False)
    expect(page.get_by_role("article").get_by_role("button", name="Edit")).to_be_visible()
    with page.expect_event("close"):
        page.close(run_before_unload=True)


@pytest.mark.parametrize("key", ["Control+Enter", "Meta+Enter"])
def test_control_and_enter_post_from_the_text(
    page: Page, newspaper: Newspaper, *, key: str
) -> None:
    page.goto(newspaper.page())
    fill(page, "By keyboard.")
    page.get_by_role("textbox", name="Your comment").press(key)
    expect(page.get_by_role("article").filter(has_text="By keyboard.")).to_be_focused()


@IN_BOTH
def test_the_question_before_a_deletion_stands_in_place_of_the_actions(
    page: Page, newspaper: Newspaper
) -> None:
    page.goto(newspaper.page())
    fill(page, "Not for long.")
    press_post(page)
    delete = page.get_by_role("button", name="Delete", exact=True)
    delete.click()
    article = page.get_by_role("article")
    expect(article.get_by_text("Delete for good?")).to_be_visible()
    expect(article.get_by_role("button", name="Edit")).to_be_hidden()
    expect(article.locator(".bad")).to_have_count(0)
    expect(delete).to_be_focused()
    article.get_by_role("button", name="Keep").click()
    expect(article.get_by_role("button", name="Edit")).to_be_visible()
    expect(delete).to_be_focused()
    delete.click()
    delete.click()
    expect(article).to_have_count(0)
    expect(page.get_by_role("status").first).to_have_text("Deleted.")


@pytest.mark.allows_console_errors("503")
def test_a_deletion_that_fails_says_so_and_is_tried_again(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    fill(page, "Not for long.")
    press_post(page)
    delete = page.get_by_role("button", name="Delete", exact=True)
    delete.click()
    page.route("**/api/v1/comments/*", lambda route: fulfill(route, BUSY, status=503))
    delete.click()
    expect(page.get_by_role("article").get_by_text("Not deleted. Try again.")).to_be_visible()
    page.unroute("**/api/v1/comments/*")
    delete.click()
    expect(page.get_by_role("article")).to_have_count(0)
