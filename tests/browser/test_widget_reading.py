"""Reading: nesting, paging in place, tombstones, and bodies that nobody should trust."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.wire import comment, fulfill, thread
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

LISTS = "**/api/v1/comments?*"
HOSTILE = """<p onclick="hit()" style="position:fixed">Hello<script>hit()</script>
<img src="x" onerror="hit()"><svg onload="hit()"><script>hit()</script></svg>
<a href="javascript:hit()" onmouseover="hit()">one</a> <a href="https://example.org/">two</a>
<a href="data:text/html,<script>hit()</script>">three</a><style>* { color: red }</style>
<iframe srcdoc="<script>parent.hit()</script>"></iframe><form action="x"><button>go</button></form>
<math><mtext><style><img src=x onerror="hit()"></style></mtext></math></p>"""


@IN_BOTH
def test_replies_nest_to_the_fourth_step_and_lie_flat_below(
    page: Page, newspaper: Newspaper
) -> None:
    replies: list[dict[str, object]] = []
    for number in range(7, 1, -1):
        place = {"parent_id": str(number - 1), "root_id": "1", "depth": number - 1}
        replies = [comment(number, f"<p>Step {number}</p>", replies=replies, **place)]
    page.route(
        LISTS, lambda route: fulfill(route, thread(comment(1, "<p>Root</p>", replies=replies)))
    )
    page.goto(newspaper.page())
    flat = page.locator(".kids.flat > article")
    expect(flat).to_have_count(2)
    expect(flat.first).to_contain_text("in reply to Reader 5")
    expect(flat.last).to_contain_text("in reply to Reader 6")
    expect(page.get_by_text("in reply to Reader 4")).to_be_hidden()
    name = "Reader 5, in reply to Reader 4"
    expect(page.get_by_role("article", name=name)).to_be_visible()


@IN_BOTH
def test_more_replies_come_in_place_and_take_the_focus(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    root = newspaper.post(url, "A bus would be faster.")
    for number in range(5):
        newspaper.post(url, f"Reply {number}", parent_id=root)
    page.goto(url)
    expect(page.get_by_role("article")).to_have_count(4)
    expect(page.get_by_role("button", name="Hide 5 replies")).to_be_visible()
    page.get_by_role("button", name="2 more replies").click()
    expect(page.get_by_role("article")).to_have_count(6)
    expect(page.get_by_role("article").filter(has_text="Reply 3").last).to_be_focused()
    expect(page.get_by_role("button", name="more repl")).to_have_count(0)


@IN_BOTH
def test_more_comments_come_in_place_and_keep_what_is_typed(
    page: Page, newspaper: Newspaper
) -> None:
    url = newspaper.page()
    for number in range(51):
        newspaper.post(url, f"Number {number}", name=f"Reader {number}")
    page.goto(url)
    expect(page.get_by_role("heading", name="51 comments")).to_be_visible()
    box = page.get_by_role("textbox", name="Your comment")
    box.fill("Not yet sent")
    expect(page.get_by_role("article")).to_have_count(50)
    page.get_by_role("button", name="Show more comments").click()
    expect(page.get_by_role("article").filter(has_text="Number 50")).to_be_focused()
    expect(page.get_by_role("article")).to_have_count(51)
    expect(page.get_by_role("button", name="Show more comments")).to_be_hidden()
    expect(box).to_have_value("Not yet sent")


@IN_BOTH
def test_a_branch_folds_by_its_line_and_the_focus_stays(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    root = newspaper.post(url, "A bus would be faster.")
    newspaper.post(url, "Only when the bridge is open.", parent_id=root, name="Tomas Wren")
    page.goto(url)
    page.get_by_role("button", name="Hide 1 reply").click()
    expect(page.get_by_text("Only when the bridge is open.")).to_be_hidden()
    show = page.get_by_role("button", name="Show 1 reply")
    expect(show).to_be_focused()
    show.press("Enter")
    expect(page.get_by_text("Only when the bridge is open.")).to_be_visible()
    expect(page.get_by_role("button", name="Hide 1 reply")).to_be_focused()


@IN_BOTH
def test_what_is_gone_stands_as_a_tombstone(page: Page, newspaper: Newspaper) -> None:
    place = {"parent_id": "1", "root_id": "1", "depth": 1}
    reviewed = comment(3, None, state="in_review")
    gone = comment(1, None, replies=[comment(2, "<p>I see.</p>", **place)])
    page.route(LISTS, lambda route: fulfill(route, thread(gone, reviewed)))
    page.goto(newspaper.page())
    expect(page.get_by_role("article", name="Removed").locator(".gone")).to_have_text("Removed")
    expect(page.get_by_role("article", name="Reader 2,")).not_to_contain_text("in reply to")
    expect(page.get_by_text("Being reviewed")).to_be_visible()
    expect(page.get_by_role("button", name="Reply:")).to_have_count(1)


@IN_BOTH
def test_times_are_relative_to_read_and_exact_to_know(page: Page, newspaper: Newspaper) -> None:
    page.clock.set_fixed_time("2026-01-02T15:00:00Z")
    old = comment(1, "<p>Old</p>", edited_at="2026-01-01T13:00:00Z")
    page.route(LISTS, lambda route: fulfill(route, thread(old)))
    page.goto(newspaper.page())
    time = page.locator("time")
    expect(time).to_have_text("yesterday")
    expect(time).to_have_attribute("title", "1 January 2026 at 12:00")
    expect(page.get_by_text("edited", exact=True)).to_have_attribute(
        "title", "Edited 1 January 2026 at 13:00"
    )


@IN_BOTH
def test_avatars_tell_the_proven_from_the_claimed_and_from_nobody(
    page: Page, newspaper: Newspaper
) -> None:
    tags = ("p0123456789abcdef", "c0123456789abcdef")
    shown = [
        comment(number, "<p>Hi</p>", author=comment(number, "<p></p>")["author"] | {"avatar": tag})
        for number, tag in enumerate(tags, 1)
    ]
    page.route(LISTS, lambda route: fulfill(route, thread(*shown, comment(3, None))))
    page.goto(newspaper.page())
    avatars = page.locator("article > .avatar")
    expect(avatars.nth(0).locator("path")).to_have_count(1)
    expect(avatars.nth(1)).to_have_text("R2")
    expect(avatars.nth(2)).to_be_empty()


@IN_BOTH
# The browser itself reports what it refuses in the inert document.
@pytest.mark.allows_console_errors("Content Security Policy")
def test_script_in_a_body_never_runs(page: Page, newspaper: Newspaper) -> None:
    page.add_init_script("window.hits = 0; window.hit = () => { window.hits++ }")
    page.route(LISTS, lambda route: fulfill(route, thread(comment(1, HOSTILE))))
    page.goto(newspaper.page())
    body = page.locator(".body")
    expect(body).to_contain_text("Hello")
    body.get_by_text("one").hover()
    body.get_by_text("one").click()
    expect(body.locator("a[href]")).to_have_count(1)
    expect(body.locator("a[href]")).to_have_attribute("rel", "nofollow ugc noopener noreferrer")
    kept = body.evaluate("body => [...body.querySelectorAll('*')].map(e => e.localName)")
    assert set(kept) <= {"p", "a"}
    attributes = body.evaluate(
        "body => [...body.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
    )
    assert set(attributes) <= {"href", "rel"}
    assert page.evaluate("window.hits") == 0


@IN_BOTH
@pytest.mark.allows_console_errors("503")
def test_a_failed_load_says_so_and_can_be_tried_again(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    newspaper.post(url, "Here I am.")
    page.route(LISTS, lambda route: fulfill(route, {"title": "Busy"}, status=503))
    page.goto(url)
    expect(page.get_by_role("region").get_by_text("Comments couldn’t load.").first).to_be_visible()
    page.unroute(LISTS)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Here I am.")).to_be_visible()
    expect(page.get_by_role("heading", name="1 comment")).to_be_focused()


@IN_BOTH
def test_a_closed_thread_can_still_be_read(page: Page, newspaper: Newspaper) -> None:
    closed = thread(comment(1, "<p>The last word, then.</p>"), state="closed")
    page.route(LISTS, lambda route: fulfill(route, closed))
    page.goto(newspaper.page())
    expect(page.get_by_text("Closed. You can still read.")).to_be_visible()
    expect(page.get_by_text("The last word, then.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    expect(page.get_by_role("button", name="Reply:")).to_have_count(0)


@IN_BOTH
def test_a_body_takes_the_direction_of_its_own_text(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    newspaper.post(url, "جدّي عمل على العبّارة القديمة ثلاثين سنة.", name="ليلى")
    page.goto(url)
    body = page.locator(".body")
    assert body.evaluate("body => getComputedStyle(body).direction") == "rtl"
    assert page.locator(".ct").evaluate("ct => getComputedStyle(ct).direction") == "ltr"
