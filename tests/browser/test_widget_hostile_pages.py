"""Pages that are no friend: scripts that fail or bend what is built in, names that clobber, tags
that are taken.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import answer, be_known, choose, write
from tests.browser.watching import asked_of
from tests.services.browser import IN_BOTH
from tests.services.newspaper import THREAD, Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

BENT = {
    "objects with more": "Object.prototype.each = () => 'theirs'; Object.prototype.extend = {};",
    "arrays with more": "Array.prototype.remove = () => 'theirs'; Array.prototype.first = 0;",
    "arrays as JSON": "Array.prototype.toJSON = function () { return String(this) };",
    "strings with more": "String.prototype.format = () => 'theirs';",
    "globals": "var name = 'theirs', event = 1, status = 2, parent = 3, find = 4, h = 5, t = 6;",
}
# Names of forms and images become what the document has under that name.
NAMES = (
    *("createElement", "createElementNS", "querySelector", "getElementById", "getRootNode"),
    *("head", "body", "title", "forms", "links", "cookie", "readyState"),
)


def works(page: Page, newspaper: Newspaper, url: str) -> None:
    """A thread is read, voted and written in as on any page."""
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    page.get_by_role("button", name="Vote up").click()
    expect(page.get_by_role("button", name="Vote up, 1")).to_be_visible()
    be_known(page)
    choose(page, "Report…")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    answer(page, "Only by night.")
    expect(page.get_by_role("article", name="Tomas Wren")).to_be_focused()
    write(page, "The waiting room is heated.")
    expect(page.get_by_role("heading", name="3 comments")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Edit")).to_have_count(2)
    expect(page.get_by_role("button", name="Vote up, 1")).to_have_attribute("aria-pressed", "true")


@IN_BOTH
@pytest.mark.parametrize("script", BENT.values(), ids=BENT)
def test_it_works_where_scripts_bend_what_is_built_in(
    page: Page, newspaper: Newspaper, script: str
) -> None:
    works(page, newspaper, newspaper.page(f"<script>{script}</script>{THREAD}"))


@IN_BOTH
def test_it_works_where_names_clobber_the_document(page: Page, newspaper: Newspaper) -> None:
    forms = "".join(f'<form name="{name}"></form>' for name in NAMES)
    images = "".join(f'<img name="{name}" alt="">' for name in NAMES[:4])
    works(page, newspaper, newspaper.page(forms + images + THREAD))


@pytest.mark.allows_console_errors("theirs", r"console: Error \(")
@IN_BOTH
def test_it_works_where_other_scripts_fail(page: Page, newspaper: Newspaper) -> None:
    failing = (
        "<script>setTimeout(() => { throw new Error('theirs') });"
        "Promise.reject(new Error('theirs'));"
        "addEventListener('click', () => { throw new Error('theirs') }, true);"
        "throw new Error('theirs')</script>"
    )
    works(page, newspaper, newspaper.page(failing + THREAD))


@IN_BOTH
def test_three_scripts_make_one_thread(page: Page, newspaper: Newspaper) -> None:
    paths = asked_of(page, newspaper.service.url)
    address = f"{newspaper.service.url}/embed.js"
    scripts = "".join(
        f'<script type="module" src="{address}{query}"></script>' for query in ("", "?2", "?3")
    )
    url = newspaper.page(f"{scripts}{THREAD}{scripts}")
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_role("region", name="Comments")).to_have_count(1)
    page.evaluate("document.body.append(document.createElement('comment-count'))")
    expect(page.locator("comment-count")).to_have_text("1 comment")
    assert paths.count("/api/v1/comments") == 1
    assert paths.count("/api/v1/counts") == 1


@IN_BOTH
def test_a_tag_that_is_taken_stays_its_owners(page: Page, newspaper: Newspaper) -> None:
    theirs = (
        "<script>customElements.define('comment-count', class extends HTMLElement {"
        " connectedCallback() { this.textContent = 'theirs' } })</script>"
        "<comment-count></comment-count>"
    )
    page.goto(newspaper.page(theirs + THREAD))
    expect(page.get_by_text("No comments yet. Start the conversation.")).to_be_visible()
    expect(page.locator("comment-count")).to_have_text("theirs")


@IN_BOTH
def test_the_pages_own_styles_stay_outside(page: Page, newspaper: Newspaper) -> None:
    style = (
        "article, form, button, header, p { display: none !important }"
        "comment-thread { text-transform: uppercase; visibility: visible }"
    )
    url = newspaper.page(style=style)
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    expect(page.get_by_text("A bus would be faster.")).to_be_visible()
    expect(page.get_by_role("button", name="Reply: Ines Calder")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your comment")).to_be_visible()


@IN_BOTH
def test_prototypes_that_have_more_change_no_language(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page(THREAD, html='lang="constructor"')
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    expect(page.get_by_role("heading", name="1 comment")).to_be_visible()
