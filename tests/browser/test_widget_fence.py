"""The last fence around what the service sends: the browser's own sanitizer where it has one."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.watching import BREACHES
from tests.browser.wire import comment, fulfill, thread
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

BODY = (
    '<p class="x" style="color:red" onclick="breach()">Words <strong>said</strong>'
    '<img src="/x" onerror="breach()"><a href="javascript:breach()">here</a>'
    '<a href="https://example.com/" title="There" target="_top">there</a></p>'
    '<script>breach()</script><style>p{color:red}</style><svg><a href="/x">drawn</a></svg>'
    '<pre><code class="language-py other">1</code></pre><ol start="3"><li>three</li></ol>'
)
LINK = 'rel="nofollow ugc noopener noreferrer"'
FENCED = (
    f"<p>Words <strong>said</strong><a {LINK}>here</a>"
    f'<a href="https://example.com/" {LINK} title="There">there</a></p>'
    f'<a {LINK}>drawn</a><pre><code>1</code></pre><ol start="3"><li>three</li></ol>'
)


@IN_BOTH
@pytest.mark.parametrize("sanitizer", ["the browser's own", "none"])
def test_what_is_not_on_the_list_loses_its_tag(
    page: Page, newspaper: Newspaper, sanitizer: str
) -> None:
    if sanitizer == "none":
        page.add_init_script("delete Document.parseHTML")
    page.route("**/api/v1/comments?*", lambda route: fulfill(route, thread(comment(1, BODY))))
    page.goto(newspaper.page())
    body = page.locator("comment-thread .body")
    expect(body).to_contain_text("three")
    assert body.evaluate("it => it.innerHTML") == FENCED


@IN_BOTH
def test_the_browser_s_own_sanitizer_needs_nobody_s_trust(page: Page, newspaper: Newspaper) -> None:
    page.add_init_script(BREACHES)
    policy = "require-trusted-types-for 'script'; trusted-types 'none'"
    url = newspaper.page(policy=policy)
    newspaper.post(url, "No trust **needed**.")
    page.goto(url)
    expect(page.locator("comment-thread strong")).to_have_text("needed")
    assert page.evaluate("breaches") == []
