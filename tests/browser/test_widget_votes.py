"""Voting: seen at once, taken back or turned at any time, and never shown when it didn't arrive."""

import json
import urllib.request

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.hands import be_known
from tests.browser.wire import comment, fulfill, keep_in, thread
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

VOTES = "**/api/v1/comments/*/vote"
LISTS = "**/api/v1/comments?*"


def up(page: Page) -> Locator:
    return page.get_by_role("button", name="Vote up")


def voted_by_another(newspaper: Newspaper, comment: str) -> None:
    request = urllib.request.Request(
        f"{newspaper.service.url}/api/v1/comments/{comment}/vote",
        data=json.dumps({"value": 1}).encode(),
        headers={"Content-Type": "application/json", "Origin": newspaper.origin},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=10).close()


@IN_BOTH
def test_a_vote_is_seen_at_once_and_by_everybody_after(
    page: Page, browser: Browser, newspaper: Newspaper
) -> None:
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    held: list[Route] = []
    page.route(VOTES, keep_in(held))
    page.goto(url)
    button = up(page)
    expect(button).to_have_accessible_name("Vote up, 0")
    expect(button).to_have_attribute("aria-pressed", "false")
    with page.expect_request(lambda request: request.method == "OPTIONS" or "/vote" in request.url):
        button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_have_text("1")
    with page.expect_response(VOTES):
        held.pop().continue_()
    expect(button).to_have_accessible_name("Vote up, 1")
    stranger = browser.new_page()
    stranger.goto(url)
    expect(up(stranger)).to_have_accessible_name("Vote up, 1")
    expect(up(stranger)).to_have_attribute("aria-pressed", "false")
    stranger.close()


@IN_BOTH
def test_ones_vote_is_known_after_a_reload_and_can_be_taken_back(
    page: Page, newspaper: Newspaper
) -> None:
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    for pressed, name in (("true", "Vote up, 1"), ("false", "Vote up, 0")):
        with page.expect_response(VOTES) as answered:
            up(page).click()
        assert answered.value.ok
        be_known(page)
        page.reload()
        expect(up(page)).to_have_accessible_name(name)
        expect(up(page)).to_have_attribute("aria-pressed", pressed)


@IN_BOTH
def test_a_vote_counts_beside_those_of_others(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    posted = newspaper.post(url, "A bus would be faster.")
    voted_by_another(newspaper, posted)
    page.goto(url)
    expect(up(page)).to_have_text("1")
    up(page).click()
    expect(up(page)).to_have_text("2")
    up(page).click()
    expect(up(page)).to_have_text("1")


def test_a_vote_is_turned_where_both_are_offered(page: Page, newspaper: Newspaper) -> None:
    one = comment(1, "<p>Hi</p>", votes={"up": 4, "down": 1})
    wishes: list[int] = []

    def count(route: Route) -> None:
        if route.request.method == "PUT":
            wishes.append(json.loads(route.request.post_data or "")["value"])
        votes = {"up": 4 + (wishes[-1:] == [1]), "down": 1 + (wishes[-1:] == [-1])}
        fulfill(route, {"votes": votes, "my_vote": wishes[-1] if wishes else 0})

    page.route(LISTS, lambda route: fulfill(route, thread(one, votes="both")))
    page.route(VOTES, count)
    page.goto(newspaper.page())
    down = page.get_by_role("button", name="Vote down")
    up(page).click()
    expect(up(page)).to_have_text("5")
    down.click()
    expect(down).to_have_text("2")
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(up(page)).to_have_text("4")
    expect(up(page)).to_have_attribute("aria-pressed", "false")
    down.click()
    expect(down).to_have_text("1")
    assert wishes == [1, -1, 0]


def test_of_quick_clicks_the_last_one_counts(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    held: list[Route] = []
    page.route(VOTES, keep_in(held), times=1)
    page.goto(url)
    with page.expect_request(VOTES):
        up(page).click()
    for pressed in ("false", "true", "false"):
        up(page).click()
        expect(up(page)).to_have_attribute("aria-pressed", pressed)
    with page.expect_response(lambda answer: answer.request.post_data == '{"value":0}') as last:
        held.pop().continue_()
    assert not held
    assert last.value.json()["votes"] == {"up": 0, "down": 0}
    page.reload()
    expect(up(page)).to_have_accessible_name("Vote up, 0")


@IN_BOTH
@pytest.mark.allows_console_errors("503")
def test_a_vote_that_did_not_arrive_is_taken_off_again_and_told(
    page: Page, newspaper: Newspaper
) -> None:
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    page.route(VOTES, lambda route: fulfill(route, {"title": "Busy"}, status=503))
    page.goto(url)
    up(page).click()
    expect(page.get_by_role("article").get_by_text("Your vote didn’t arrive.")).to_be_visible()
    expect(page.get_by_role("status").first).to_have_text("Your vote didn’t arrive. Try again.")
    expect(up(page)).to_have_attribute("aria-pressed", "false")
    expect(up(page)).to_have_text("")
    page.unroute(VOTES)
    up(page).click()
    expect(page.get_by_role("article").get_by_text("didn’t arrive")).to_have_count(0)
    expect(up(page)).to_have_text("1")


@IN_BOTH
@pytest.mark.allows_console_errors("429")
def test_who_votes_too_quickly_is_told_how_long_to_wait(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    limit = {"type": "limit-reached", "title": "Too many", "status": 429}
    page.route(VOTES, lambda route: fulfill(route, limit, status=429, Retry_After="40"))
    page.goto(url)
    up(page).click()
    told = page.get_by_role("article").get_by_text("You can try again in 40 seconds.")
    expect(told).to_be_visible()
    expect(up(page)).to_have_attribute("aria-pressed", "false")


@IN_BOTH
def test_nobody_votes_on_what_he_wrote(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    page.get_by_role("textbox", name="Your comment").fill("The waiting room is heated.")
    page.get_by_label("Name", exact=True).fill("Petra Lund")
    page.clock.fast_forward(10_000)
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.get_by_role("button", name="Post", exact=True).click()
    article = page.get_by_role("article", name="Petra Lund")
    expect(article).to_be_visible()
    expect(up(page)).to_have_count(0)
    voted_by_another(newspaper, answered.value.json()["comment"]["id"])
    page.reload()
    expect(article.locator(".vote")).to_have_text("1")
    expect(up(page)).to_have_count(0)


@IN_BOTH
def test_where_nobody_votes_there_is_no_arrow_and_no_top(page: Page, newspaper: Newspaper) -> None:
    two = thread(comment(1, "<p>Hi</p>"), comment(2, "<p>Ho</p>"), votes="off")
    page.route(LISTS, lambda route: fulfill(route, two))
    page.goto(newspaper.page())
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.locator(".vote")).to_have_count(0)
    order = page.get_by_label("Order")
    expect(order.get_by_role("option")).to_have_text(["Newest", "Oldest"])
