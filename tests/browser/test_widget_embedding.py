"""The element on other people's pages: when it loads, what it takes, what it leaves alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.watching import BREACHES, STRICT, asked_of, sideways, violations
from tests.services.browser import IN_BOTH
from tests.services.newspaper import THREAD, Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

DARK = "html { color: oklch(.92 0 0); background: #141517; font: 16px/1.5 sans-serif }"


@IN_BOTH
def test_reading_takes_the_script_and_one_request(page: Page, newspaper: Newspaper) -> None:
    paths = asked_of(page, newspaper.service.url)
    page.goto(newspaper.page())
    expect(page.get_by_text("No comments yet. Start the conversation.")).to_be_visible()
    assert paths == ["/embed.js", "/api/v1/comments"]


def test_reading_sends_no_header_that_costs_a_preflight(page: Page, newspaper: Newspaper) -> None:
    with page.expect_request("**/api/v1/comments?*") as asked:
        page.goto(newspaper.page())
    dear = {"authorization", "comments-visitor", "content-type", "idempotency-key", "cookie"}
    assert not dear & set(asked.value.all_headers())


def test_a_click_bar_loads_nothing_until_it_is_clicked(page: Page, newspaper: Newspaper) -> None:
    paths = asked_of(page, newspaper.service.url)
    url = newspaper.page('<comment-thread open="click" page-title="The ferry"></comment-thread>')
    newspaper.post(url, "Here I am.")
    page.goto(url)
    bar = page.get_by_role("button", name="1 comment: The ferry")
    expect(bar).to_have_attribute("aria-expanded", "false")
    assert paths == ["/embed.js", "/api/v1/counts"]
    bar.click()
    expect(page.get_by_text("Here I am.")).to_be_visible()
    assert paths == ["/embed.js", "/api/v1/counts", "/api/v1/comments"]


def test_a_bar_without_comments_invites(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page('<comment-thread open="click"></comment-thread>'))
    expect(page.get_by_role("button", name="Click to comment: The last ferry")).to_be_visible()


def test_a_far_thread_waits_until_it_is_near(page: Page, newspaper: Newspaper) -> None:
    paths = asked_of(page, newspaper.service.url)
    far = "<p>Words</p>" * 100 + '<comment-thread></comment-thread><comment-count url="/x">'
    page.goto(newspaper.page(far))
    expect(page.locator("comment-count")).to_have_text("0 comments")
    assert "/api/v1/comments" not in paths
    page.locator("comment-thread").scroll_into_view_if_needed()
    expect(page.get_by_text("No comments yet. Start the conversation.")).to_be_visible()


@IN_BOTH
def test_several_threads_on_one_page_load_on_their_own(page: Page, newspaper: Newspaper) -> None:
    first, second = newspaper.page(), newspaper.page()
    newspaper.post(first, "About the ferry.")
    newspaper.post(second, "About the bridge.")
    tags = "".join(
        f'<article data-url="{url}"><h2>{title}</h2><comment-thread open="now">'
        "</comment-thread></article>"
        for url, title in ((first, "Ferry"), (second, "Bridge"))
    )
    page.goto(newspaper.page(tags))
    threads = page.locator("comment-thread")
    expect(page.get_by_role("region", name="Comments: Ferry")).to_be_visible()
    expect(page.get_by_role("region", name="Comments: Bridge")).to_be_visible()
    expect(threads.first.get_by_text("About the ferry.")).to_be_visible()
    expect(threads.last.get_by_text("About the bridge.")).to_be_visible()
    box = threads.last.get_by_role("textbox", name="Your comment")
    box.fill("To the bridge.")
    threads.last.get_by_label("Name", exact=True).fill("Jo")
    page.clock.fast_forward(10_000)
    box.press("Control+Enter")
    expect(threads.last.get_by_role("heading", name="2 comments")).to_be_visible()
    expect(threads.first.get_by_role("heading", name="1 comment")).to_be_visible()


def test_all_counts_of_a_page_cost_one_request(page: Page, newspaper: Newspaper) -> None:
    first, second = newspaper.page(), newspaper.page()
    newspaper.post(first, "One.")
    newspaper.post(first, "Two.")
    paths = asked_of(page, newspaper.service.url)
    tags = "".join(
        f'<p dir="rtl"><comment-count url="{url}">…</comment-count></p>' for url in (first, second)
    )
    page.goto(newspaper.page(tags))
    expect(page.locator("comment-count").first).to_have_text("2 comments")
    expect(page.locator("comment-count").last).to_have_text("0 comments")
    assert paths.count("/api/v1/counts") == 1
    isolated = "e => getComputedStyle(e).direction + getComputedStyle(e).unicodeBidi"
    assert page.locator("comment-count").first.evaluate(isolated) == "ltrisolate"


def test_the_second_element_of_one_page_stays_closed_and_says_why(
    page: Page, newspaper: Newspaper
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(
        newspaper.page(
            '<comment-thread url="/same" open="now"></comment-thread>'
            '<comment-thread url="/same/?utm_source=mail#top" open="now">'
            '<a href="/thread">Comments</a></comment-thread>'
        )
    )
    expect(page.get_by_role("region", name="Comments")).to_have_count(1)
    expect(page.get_by_role("link", name="Comments")).to_be_visible()
    assert any("there is another" in text for text in said)


@pytest.mark.parametrize(
    ("inside", "path"),
    [
        ('<comment-thread url="/attribute"></comment-thread>', "/attribute"),
        ('<article data-url="/data"><comment-thread></comment-thread></article>', "/data"),
        ('<article><a rel="bookmark" href="/mark">#</a><comment-thread></article>', "/mark"),
        ('<article><h2>A</h2><h2><a href="/title">B</a></h2><comment-thread></article>', "/title"),
        ('<link rel="canonical" href="/canonical"><comment-thread></comment-thread>', "/canonical"),
    ],
    ids=["attribute", "data-url", "bookmark", "heading", "canonical"],
)
def test_the_page_is_found_in_this_order(
    page: Page, newspaper: Newspaper, inside: str, path: str
) -> None:
    page.goto(newspaper.page(inside))
    assert page.locator("comment-thread").evaluate("e => e.url") == newspaper.origin + path


def test_without_any_hint_the_page_is_its_address(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    page.goto(url)
    thread = page.locator("comment-thread")
    assert thread.evaluate("e => e.url") == url
    page.evaluate("history.pushState(null, '', '/elsewhere')")
    thread.evaluate("e => document.body.append(e)")
    assert thread.evaluate("e => e.url") == url


def test_frameworks_may_set_the_page_as_a_property(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page(""))
    page.evaluate(
        "() => { const e = document.createElement('comment-thread');"
        " e.url = '/set'; document.body.append(e) }"
    )
    thread = page.locator("comment-thread")
    assert thread.evaluate("e => e.url") == f"{newspaper.origin}/set"


def test_a_moved_thread_keeps_what_is_typed(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    page.get_by_role("textbox", name="Your comment").fill("Half a thought")
    page.locator("comment-thread").evaluate("e => document.body.prepend(e)")
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("Half a thought")


def test_a_thread_swapped_for_its_like_in_one_go_is_read_on(
    page: Page, newspaper: Newspaper
) -> None:
    url = newspaper.page(f"<article>{THREAD}</article>")
    newspaper.post(url, "Here I am.")
    page.goto(url)
    for _ in range(2):
        expect(page.get_by_text("Here I am.")).to_be_visible()
        page.locator("article").first.evaluate("e => e.replaceWith(e.cloneNode(true))")
    expect(page.get_by_text("Here I am.")).to_be_visible()
    page.evaluate("document.body.append(document.querySelector('comment-thread').cloneNode(true))")
    expect(page.get_by_role("region", name="Comments")).to_have_count(1)


def test_a_removed_thread_gives_its_page_to_the_next(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    expect(page.get_by_role("region", name="Comments")).to_be_visible()
    page.locator("comment-thread").evaluate("e => e.remove()")
    page.evaluate(
        "() => { const e = document.createElement('comment-thread');"
        " e.setAttribute('open', 'now'); document.body.append(e) }"
    )
    expect(page.get_by_text("No comments yet. Start the conversation.")).to_be_visible()


def test_events_tell_the_page_what_happens(page: Page, newspaper: Newspaper) -> None:
    page.add_init_script(
        "window.told = []; for (const name of ['comments:loaded', 'comments:posted'])"
        " addEventListener(name, event => told.push([name, event.detail]))"
    )
    url = newspaper.page()
    page.goto(url)
    page.get_by_role("textbox", name="Your comment").fill("Told.")
    page.get_by_label("Name", exact=True).fill("Jo")
    page.clock.fast_forward(10_000)
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("article")).to_be_focused()
    loaded, posted = page.evaluate("told")
    assert loaded == ["comments:loaded", {"url": url, "count": 0}]
    assert posted[0] == "comments:posted"
    assert posted[1]["state"] == "approved"


def test_no_csp_violation_on_a_strict_host_page(page: Page, newspaper: Newspaper) -> None:
    page.add_init_script(BREACHES)
    url = newspaper.page(policy=STRICT.format(service=newspaper.service.url))
    root = newspaper.post(url, "A *list*:\n\n1. one\n2. `two`\n\n> three https://example.org/")
    newspaper.post(url, "Answer", parent_id=root)
    page.goto(url)
    expect(page.get_by_role("list")).to_be_visible()
    page.get_by_role("textbox", name="Your comment").fill("Strict.")
    page.get_by_label("Name", exact=True).fill("Jo")
    page.clock.fast_forward(10_000)
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("heading", name="3 comments")).to_be_visible()
    page.get_by_role("button", name="Subscribe").click()
    assert page.evaluate("breaches") == []
    styled = page.locator(".head").evaluate("e => getComputedStyle(e).display")
    assert styled == "flex"


@pytest.mark.parametrize(
    ("style", "attribute", "theme"),
    [(DARK, "", "dark"), ("", "", "light"), ("", 'theme="dark"', "dark")],
    ids=["dark page", "light page", "asked for"],
)
def test_the_theme_follows_the_text_colour_of_the_page(
    page: Page, newspaper: Newspaper, *, style: str, attribute: str, theme: str
) -> None:
    page.goto(
        newspaper.page(f'<comment-thread open="now" {attribute}></comment-thread>', style=style)
    )
    expect(page.locator(".ct")).to_have_attribute("data-theme", theme)


def test_clobbered_names_and_a_second_script_change_nothing(
    page: Page, newspaper: Newspaper
) -> None:
    script = f'<script type="module" src="{newspaper.service.url}/embed.js?again"></script>'
    clobber = (
        '<img name="createElement"><form name="querySelector"></form><form name="head"></form>'
    )
    page.goto(newspaper.page(f'{clobber}<comment-thread open="now"></comment-thread>{script}'))
    expect(page.get_by_text("No comments yet. Start the conversation.")).to_have_count(1)


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("style", ["", DARK], ids=["light", "dark"])
def test_axe_finds_nothing(page: Page, newspaper: Newspaper, *, style: str, width: int) -> None:
    url = newspaper.page(style=style)
    root = newspaper.post(url, "One `word`\n\n```\n" + "wide " * 80 + "\n```\n\n> quoted")
    newspaper.post(url, "Answer", parent_id=root, name="Tomas Wren")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(url)
    page.get_by_role("button", name="Reply: Ines Calder").click()
    page.get_by_role("button", name="Post", exact=True).click()
    page.get_by_role("button", name="Subscribe").click()
    assert violations(page) == []
    assert sideways(page) <= 0
