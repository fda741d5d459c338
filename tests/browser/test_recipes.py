"""The recipes of docs/embedding.md that are about what a page does, done on a page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.watching import LEFT
from tests.contracts.test_embedding import PAGE, TITLE, recipe, section
from tests.services.newspaper import Newspaper

MORE = "<p>Words</p>" * 100
LEFT_AT_LAST = """before => new Promise((done) => {
  const end = performance.now() + 5000;
  const look = () => String(left()) === String(before) || performance.now() > end
    ? done(left()) : requestAnimationFrame(look);
  look();
})"""
SITE = "https://example.com"


def article(url: str, *, opening: str) -> str:
    """The documented article of an endless page, at another address."""
    [html] = [
        one for one in re.findall(r"```html\n(.*?)```", PAGE, re.DOTALL) if "<article>" in one
    ]
    assert html.count('open="click"') == html.count('href="/night-ferry"') == 1
    found = html.replace("/night-ferry", url).replace('"click"', f'"{opening}"')
    return found.replace("The night ferry", f"On {url}").replace("…", MORE)


def add(page: Page, *articles: str) -> None:
    page.evaluate(
        "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)",
        "".join(articles),
    )


@pytest.mark.parametrize(("opening", "path"), [("click", "counts"), ("visible", "comments")])
def test_an_endless_page_asks_for_each_article_as_it_comes_near(
    page: Page, newspaper: Newspaper, opening: str, path: str
) -> None:
    first, second = newspaper.page(), newspaper.page()
    newspaper.post(second, "About the second.")
    asked: list[str] = []
    page.on("request", lambda it: asked.append(it.url) if "/api/" in it.url else None)
    page.goto(newspaper.page(MORE))
    add(page, article(first, opening=opening), article(second, opening=opening))
    threads = page.locator("comment-thread")
    expect(threads).to_have_count(2)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert asked == []
    with page.expect_response(f"**/api/v1/{path}?*"):
        threads.first.scroll_into_view_if_needed()
    assert len(asked) == 1
    with page.expect_response(f"**/api/v1/{path}?*"):
        threads.last.scroll_into_view_if_needed()
    assert len(asked) == 2
    if opening == "click":
        threads.last.get_by_role("button", name=f"1 comment: On {second}").click()
    expect(threads.last.get_by_text("About the second.")).to_be_visible()
    expect(threads.first.get_by_text("About the second.")).to_have_count(0)


def test_an_article_that_is_removed_leaves_nothing_running(
    page: Page, newspaper: Newspaper
) -> None:
    page.add_init_script(LEFT)
    url = newspaper.page()
    newspaper.post(url, "Here I am.")
    page.goto(newspaper.page(""))
    before = page.evaluate("left()")
    add(page, article(url, opening="now"))
    expect(page.get_by_text("Here I am.")).to_be_visible()
    assert page.evaluate("left()") != before
    page.evaluate("document.querySelector('article').remove()")
    assert page.evaluate(LEFT_AT_LAST, before) == before


def test_another_page_of_an_application_gets_its_own_thread(
    page: Page, newspaper: Newspaper
) -> None:
    [swap] = re.findall(r"```js\n(.*?)```", section("Recipes"), re.DOTALL)
    second = newspaper.page()
    first = newspaper.page('<comment-thread open="now"></comment-thread>')
    newspaper.post(first, "About the first.")
    newspaper.post(second, "About the second.")
    page.goto(first)
    thread = page.locator("comment-thread")
    expect(thread.get_by_text("About the first.")).to_be_visible()
    page.evaluate("url => history.pushState(null, '', url)", second)
    page.evaluate(
        "url => document.querySelector('comment-thread').setAttribute('url', url)", second
    )
    expect(thread.get_by_text("About the first.")).to_be_visible()
    page.evaluate(swap)
    expect(thread.get_by_text("About the second.")).to_be_visible()
    expect(page.get_by_text("About the first.")).to_have_count(0)


def test_the_lines_of_astro_and_react_make_the_addresses(page: Page) -> None:
    [_, lines, _] = recipe("Astro").split("---\n")
    path = "/night-ferry/%C3%A4"
    asked = {"title": TITLE, "at": f"http://localhost:4321{path}?draft", "site": SITE}
    made = page.evaluate(
        "it => { const Astro = {props: it, site: new URL(it.site), url: new URL(it.at)};"
        f" {lines} return [title, url, plain] }}",
        asked,
    )
    plain = "https://comments.example.com/thread?url=https%3A%2F%2Fexample.com%2Fnight-ferry%2F%25C3%25A4"
    assert made == [TITLE, SITE + path, plain]
    [line] = re.findall(r"const plain = .*", recipe("React"))
    assert page.evaluate(f"url => {{ {line} return plain }}", SITE + path) == plain
