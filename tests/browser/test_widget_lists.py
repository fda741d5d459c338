"""A front page's lists: the newest comments of its site and its most discussed threads."""

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_widget_embedding import DARK, STRICT, asked_of, violations
from tests.browser.wire import fulfill
from tests.services.newspaper import Newspaper
from tests.services.service import Service

LATEST = '<comment-list><a href="/all">All comments</a></comment-list>'
DISCUSSED = '<comment-list kind="most-discussed"><a href="/all">All comments</a></comment-list>'
NUMBERS = count(1)


@pytest.fixture
def front(widget_service: Service) -> Iterator[Newspaper]:
    """A newspaper nobody else writes in."""
    with Newspaper(widget_service) as newspaper:
        name = f"front {next(NUMBERS)}"
        widget_service.cli("sites", "add", name, "--origin", newspaper.origin)
        widget_service.cli("sites", "set", name, "--moderation", "none")
        yield newspaper


def test_the_newest_comments_lead_to_their_places(page: Page, front: Newspaper) -> None:
    article = front.page()
    front.post(article, "The first.", title="The night ferry")
    newest = front.post(
        article, "> The first.\n\nThe *second*,\nwith more.", name="Tomas Wren", title="x"
    )
    page.goto(front.page(LATEST))
    items = page.get_by_role("listitem")
    expect(items).to_have_count(2)
    expect(items.first).to_contain_text("Tomas Wren")
    expect(items.first.get_by_role("time")).to_have_text("now")
    expect(items.first).to_contain_text("The night ferry")
    link = items.first.get_by_role("link", name="The second, with more.")
    expect(link).to_have_attribute("href", f"{article}#comment-{newest}")
    link.click()
    expect(page.get_by_role("article", name="Tomas Wren")).to_be_in_viewport()


def test_the_most_discussed_threads_tell_how_many_comments_they_have(
    page: Page, front: Newspaper
) -> None:
    quiet, busy = front.page(), front.page()
    front.post(quiet, "One.")
    for text in ("One.", "Two."):
        front.post(busy, text, title="The night ferry")
    page.goto(front.page(DISCUSSED))
    items = page.get_by_role("listitem")
    expect(items.first.get_by_role("link", name="The night ferry")).to_have_attribute("href", busy)
    expect(items.first).to_contain_text("2 comments")
    expect(items.last.get_by_role("link")).to_have_text(quiet.removeprefix("http://"))
    expect(items.last).to_contain_text("1 comment")


def test_as_many_are_listed_as_the_page_wants(page: Page, front: Newspaper) -> None:
    article = front.page()
    for number in range(4):
        front.post(article, f"Number {number}", name=f"Reader {number}")
    page.goto(front.page('<comment-list limit="3"></comment-list>'))
    items = page.get_by_role("listitem")
    expect(items).to_have_count(3)
    page.locator("comment-list").evaluate("e => e.setAttribute('limit', 1)")
    expect(items).to_have_count(1)
    page.locator("comment-list").evaluate("e => e.setAttribute('kind', 'most-discussed')")
    expect(page.get_by_text("4 comments")).to_be_visible()


def test_a_list_costs_one_request_however_it_is_moved(page: Page, front: Newspaper) -> None:
    paths = asked_of(page, front.service.url)
    front.post(front.page(), "Here I am.")
    page.goto(front.page('<comment-list kind="latest" limit="2"></comment-list>'))
    expect(page.get_by_role("link", name="Here I am.")).to_be_visible()
    page.locator("comment-list").evaluate("e => document.body.prepend(e)")
    expect(page.get_by_role("link", name="Here I am.")).to_be_visible()
    assert paths == ["/embed.js", "/embed/lists.js", "/api/v1/latest"]


def test_a_page_without_a_list_doesnt_fetch_what_lists_need(page: Page, front: Newspaper) -> None:
    paths = asked_of(page, front.service.url)
    page.goto(front.page())
    expect(page.get_by_text("No comments yet. Start the conversation.")).to_be_visible()
    assert "/embed/lists.js" not in paths


def test_a_list_of_another_site_names_its_origin(
    page: Page, front: Newspaper, newspaper: Newspaper
) -> None:
    front.post(front.page(), "Of the front.")
    page.goto(newspaper.page(f'<comment-list origin="{front.origin}/"></comment-list>'))
    expect(page.get_by_role("link", name="Of the front.")).to_be_visible()


@pytest.mark.allows_console_errors("503")
def test_the_pages_own_link_stays_when_nothing_can_be_had(page: Page, front: Newspaper) -> None:
    page.goto(front.page(LATEST))
    link = page.get_by_role("link", name="All comments")
    expect(link).to_be_visible()  # a site without a comment
    front.post(front.page(), "Here I am.")
    page.route("**/api/v1/latest?*", lambda route: fulfill(route, {}, status=503))
    with page.expect_console_message(lambda message: "comment-list" in message.text):
        page.reload()
    expect(link).to_be_visible()
    page.unroute("**/api/v1/latest?*")
    page.locator("comment-list").evaluate("e => document.body.prepend(e)")
    expect(page.get_by_role("link", name="Here I am.")).to_be_visible()
    expect(link).to_be_hidden()


def test_an_address_that_is_none_of_a_page_leads_nowhere(page: Page, front: Newspaper) -> None:
    hostile = {
        "id": "1",
        "url": "javascript:alert(1)",
        "title": "<img src=x onerror=alert(2)>",
        "author": {"name": "<b>Eve</b>"},
        "excerpt": "<script>alert(3)</script>",
        "created_at": "2026-01-01T12:00:00Z",
    }
    page.route("**/api/v1/latest?*", lambda route: fulfill(route, {"comments": [hostile]}))
    page.goto(front.page(LATEST))
    expect(page.get_by_text("<script>alert(3)</script>")).to_be_visible()
    expect(page.get_by_text("<b>Eve</b>")).to_be_visible()
    expect(page.get_by_text("<img src=x onerror=alert(2)>")).to_be_visible()
    expect(page.locator("comment-list").get_by_role("link")).to_have_count(0)


def test_a_list_runs_on_a_strict_page(page: Page, front: Newspaper) -> None:
    page.add_init_script(
        "window.violations = []; addEventListener('securitypolicyviolation',"
        " event => violations.push(event.violatedDirective + ' ' + event.sample))"
    )
    front.post(front.page(), "Here I am.")
    page.goto(front.page(LATEST + DISCUSSED, policy=STRICT.format(service=front.service.url)))
    expect(page.get_by_role("listitem")).to_have_count(2)
    assert page.evaluate("violations") == []
    size = page.get_by_role("time").evaluate("e => getComputedStyle(e).fontSize")
    assert size == "13px"


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("style", ["", DARK], ids=["light", "dark"])
def test_axe_finds_nothing_in_a_list(
    page: Page, front: Newspaper, *, style: str, width: int
) -> None:
    front.post(front.page(), "Long " * 60, title="The night ferry" * 9)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(front.page(LATEST + DISCUSSED, style=style))
    expect(page.get_by_role("listitem")).to_have_count(2)
    assert violations(page) == []
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
