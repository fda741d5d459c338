"""The tools of the form: Markdown by buttons and shortcuts, a preview, and what room is left."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.watching import BREACHES, STRICT, violations
from tests.browser.wire import fulfill, thread
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

TOOLS = [
    ("Bold", "a lamp", "a **lamp**"),
    ("Italic", "a lamp", "a *lamp*"),
    ("Link", "a lamp", "a [lamp](https://)"),
    ("Quote", "one\ntwo lamp", "one\n> two lamp"),
    ("Code", "a lamp", "a `lamp`"),
    ("List", "one\ntwo lamp", "one\n- two lamp"),
]


@pytest.fixture
def box(page: Page, newspaper: Newspaper) -> Locator:
    """The open form's text, in focus."""
    page.goto(newspaper.page())
    box = page.get_by_role("textbox", name="Your comment")
    box.click()
    expect(page.get_by_role("toolbar", name="Formatting")).to_be_visible()
    return box


def select(box: Locator, words: str) -> None:
    box.evaluate(
        "(e, words) => e.setSelectionRange(e.value.indexOf(words), e.value.indexOf(words)"
        " + words.length)",
        words,
    )


@IN_BOTH
@pytest.mark.parametrize(("tool", "before", "after"), TOOLS, ids=[tool for tool, *_ in TOOLS])
def test_a_tool_does_what_it_says_and_is_undone(
    page: Page, box: Locator, *, tool: str, before: str, after: str
) -> None:
    box.fill(before)
    select(box, "lamp")
    page.get_by_role("button", name=tool).click()
    expect(box).to_have_value(after)
    expect(box).to_be_focused()
    page.keyboard.press("Control+z")
    expect(box).to_have_value(before)


@IN_BOTH
@pytest.mark.parametrize(("key", "mark"), [("b", "**"), ("i", "*")])
def test_a_shortcut_puts_marks_around_words_and_takes_them_away(
    page: Page, box: Locator, *, key: str, mark: str
) -> None:
    box.fill("a lamp")
    select(box, " lamp")
    page.keyboard.press(f"Control+{key}")
    expect(box).to_have_value(f"a {mark}lamp{mark}")  # a space inside would make stars of them
    page.keyboard.press(f"Control+{key}")
    expect(box).to_have_value("a lamp")


@IN_BOTH
def test_a_link_by_its_shortcut_asks_for_what_is_missing(page: Page, box: Locator) -> None:
    box.fill("See the lamp")
    select(box, "the lamp")
    page.keyboard.press("Control+k")
    page.keyboard.type("https://example.org/")
    expect(box).to_have_value("See [the lamp](https://example.org/)")
    box.fill("See https://example.org/")
    select(box, "https://example.org/")
    page.keyboard.press("Control+k")
    page.keyboard.type("it")
    expect(box).to_have_value("See [it](https://example.org/)")


def test_bold_and_italic_go_together(page: Page, box: Locator) -> None:
    box.fill("lamp")
    select(box, "lamp")
    page.keyboard.press("Control+b")
    page.keyboard.press("Control+i")
    expect(box).to_have_value("***lamp***")
    page.keyboard.press("Control+b")
    expect(box).to_have_value("*lamp*")


@pytest.mark.parametrize(("tool", "mark"), [("Quote", "> "), ("List", "- ")])
def test_every_chosen_line_gets_its_mark_or_loses_it(
    page: Page, box: Locator, *, tool: str, mark: str
) -> None:
    box.fill("\none\ntwo\nthree")
    select(box, "one\ntwo\n")
    page.get_by_role("button", name=tool).click()
    expect(box).to_have_value(f"\n{mark}one\n{mark}two\nthree")
    page.get_by_role("button", name=tool).click()
    expect(box).to_have_value("\none\ntwo\nthree")
    page.keyboard.press("Control+Home")
    page.get_by_role("button", name=tool).click()
    expect(box).to_have_value(f"{mark}\none\ntwo\nthree")


def test_several_lines_of_code_stand_between_fences(page: Page, box: Locator) -> None:
    box.fill("It says: one\ntwo")
    select(box, "one\ntwo")
    page.get_by_role("button", name="Code").click()
    expect(box).to_have_value("It says: \n```\none\ntwo\n```\n")


@IN_BOTH
def test_the_toolbar_is_one_stop_and_arrows_walk_in_it(page: Page, box: Locator) -> None:
    tool = page.get_by_role("toolbar").get_by_role("button")
    box.press("Tab")
    for key, place in [
        ("ArrowRight", 1),
        ("ArrowLeft", 0),
        ("ArrowLeft", 5),
        ("ArrowRight", 0),
        ("End", 5),
        ("Home", 0),
        ("ArrowRight", 1),
    ]:
        page.keyboard.press(key)
        expect(tool.nth(place)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(tool.nth(1)).to_be_focused()


@IN_BOTH
def test_the_text_grows_with_what_is_written(box: Locator) -> None:
    def height() -> float:
        return box.evaluate("e => e.getBoundingClientRect().height")

    low = height()
    box.fill("line\n" * 9)
    assert height() > low + 60
    assert box.evaluate("e => e.scrollHeight - e.clientHeight") <= 1
    box.fill("")
    assert height() == low


@IN_BOTH
def test_a_preview_shows_what_the_service_makes_of_the_text(page: Page, box: Locator) -> None:
    text = "A **lamp** and <b>no tag</b>\n\n- one"
    box.fill(text)
    page.get_by_role("button", name="Preview").click()
    shown = page.get_by_role("group", name="Preview")
    expect(shown).to_be_focused()
    expect(shown.locator("strong")).to_have_text("lamp")
    expect(shown.get_by_role("listitem")).to_have_text("one")
    expect(shown).to_contain_text("<b>no tag</b>")
    expect(box).to_be_hidden()
    expect(page.get_by_role("toolbar")).to_be_hidden()
    assert violations(page) == []
    page.get_by_role("button", name="Keep writing").click()
    expect(box).to_be_focused()
    expect(box).to_have_value(text)
    expect(shown).to_have_count(0)


def test_a_preview_is_fenced_under_a_strict_policy(page: Page, newspaper: Newspaper) -> None:
    page.add_init_script(BREACHES)
    html = "<p>Kept <u>too</u></p><script>lost</script>"
    page.route("**/comments/preview", lambda route: fulfill(route, {"body_html": html}))
    page.goto(newspaper.page(policy=STRICT.format(service=newspaper.service.url)))
    page.get_by_role("textbox", name="Your comment").fill("Strict.")
    page.get_by_role("button", name="Preview").click()
    shown = page.get_by_role("group", name="Preview")
    expect(shown).to_have_text("Kept too")
    assert shown.evaluate("e => e.innerHTML") == "<p>Kept too</p>"
    assert page.evaluate("breaches") == []


def test_nothing_has_no_preview(page: Page, box: Locator) -> None:
    page.get_by_role("button", name="Preview").click()
    expect(box).to_have_accessible_description("Write something first.")
    expect(box).to_be_focused()


@pytest.mark.allows_console_errors("503")
def test_a_preview_that_fails_says_so_and_is_tried_again(page: Page, box: Locator) -> None:
    busy = {"type": "busy", "title": "Busy", "status": 503}
    page.route("**/comments/preview", lambda route: fulfill(route, busy, status=503))
    box.fill("Patience.")
    page.get_by_role("button", name="Preview").click()
    alert = page.get_by_role("alert").filter(has_text="The preview couldn’t load.")
    expect(alert).to_be_visible()
    expect(box).to_have_value("Patience.")
    page.unroute("**/comments/preview")
    alert.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("group", name="Preview")).to_have_text("Patience.")
    expect(alert).to_have_count(0)


def test_a_text_is_counted_in_code_points_when_its_limit_is_near(
    page: Page, newspaper: Newspaper
) -> None:
    page.route(
        "**/api/v1/comments?*", lambda route: fulfill(route, thread(max_length=400, notify=False))
    )
    page.goto(newspaper.page())
    box = page.get_by_role("textbox", name="Your comment")
    left = page.locator(".count")
    box.fill("x" * 99)
    expect(left).to_have_text("")
    box.fill("  " + "🛟" * 100 + " \n")
    expect(left).to_have_text("300 left")
    expect(page.get_by_role("status").first).to_have_text("300 left")
    assert violations(page) == []
    box.fill("x" * 401)
    expect(left).to_have_text("1 character too many")
    page.get_by_label("Name", exact=True).fill("Jo")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(box).to_have_accessible_description("1 character too many")
    expect(left).to_be_hidden()  # once is enough
    assert violations(page) == []
    box.fill("x" * 400)
    expect(box).to_have_accessible_description("")
    expect(left).to_have_text("0 left")
