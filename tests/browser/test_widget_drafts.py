"""What the browser keeps for who writes: unsent texts, and a name where that was asked for."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.hands import write
from tests.browser.watching import violations
from tests.browser.wire import fulfill, thread
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

DAY = 86_400_000
FULL = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }"
HEARD = "window.heard = new Promise((done) => addEventListener('storage', () => setTimeout(done)))"
REMEMBER = "Remember my name in this browser"


def drafts(page: Page) -> dict[str, str]:
    """The texts this page's browser keeps, by the end of their key: which form."""
    kept: dict[str, str] = page.evaluate(
        "Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.includes('draft:')))"
    )
    return {key.rpartition(":")[2]: json.loads(value)["text"] for key, value in kept.items()}


def written(page: Page, text: str) -> Locator:
    """Type into the page's form and wait until it is kept."""
    box = page.get_by_role("textbox", name="Your comment").first
    box.fill(text)
    kept(page, text)
    return box


def kept(page: Page, text: str) -> None:
    page.wait_for_function(
        "text => Object.values(localStorage).some((one) => one.includes(JSON.stringify(text)))",
        arg=text,
    )


def discard(page: Page) -> Locator:
    return page.get_by_role("button", name="Discard")


def post(page: Page, body: str, name: str = "Petra Lund") -> None:
    write(page, body, name=name)
    arrived = page.get_by_role("article").filter(has_text=body)
    expect(arrived.get_by_role("button", name="Edit")).to_be_visible()


@IN_BOTH
def test_a_draft_comes_back_after_a_reload_and_is_discarded(
    page: Page, newspaper: Newspaper
) -> None:
    page.goto(newspaper.page())
    box = written(page, "Half a thought")
    page.reload()
    expect(box).to_have_value("")  # a form never opens by itself
    box.click()
    expect(box).to_have_value("Half a thought")
    expect(page.get_by_role("alert")).to_contain_text("Your draft from 1 minute ago.")
    assert violations(page) == []
    discard(page).click()
    expect(box).to_have_value("")
    expect(box).to_be_focused()
    expect(discard(page)).to_have_count(0)
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.includes('draft:'))")
    page.keyboard.press("Control+z")
    expect(box).to_have_value("Half a thought")


def test_a_draft_says_from_when_it_is_until_it_is_worked_on(
    page: Page, newspaper: Newspaper
) -> None:
    page.goto(newspaper.page())
    box = written(page, "Half a thought")
    page.clock.fast_forward(DAY)
    page.reload()
    box.click()
    expect(page.get_by_text("Your draft from yesterday.")).to_be_visible()
    box.press_sequentially(", and the rest")
    expect(box).to_have_value("Half a thought, and the rest")
    expect(page.get_by_text("Your draft from")).to_have_count(0)


def test_what_was_typed_before_the_draft_came_stays_below_it(
    page: Page, newspaper: Newspaper
) -> None:
    page.goto(newspaper.page())
    box = written(page, "Half a thought")
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/embed/forms.js*", hold)
    page.reload()
    with page.expect_request("**/embed/forms.js*"):
        box.click()
    page.keyboard.type("Another")
    waiting[0].continue_()
    expect(box).to_have_value("Half a thought\n\nAnother")
    discard(page).click()
    expect(box).to_have_value("Another")


@IN_BOTH
def test_each_form_has_a_draft_of_its_own(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    parent = newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    written(page, "To all")
    page.get_by_role("button", name="Reply: Ines Calder").click()
    form = page.get_by_role("form", name="Reply to Ines Calder")
    form.get_by_role("textbox", name="Your comment").fill("To Ines")
    kept(page, "To Ines")
    assert drafts(page) == {"": "To all", parent: "To Ines"}
    page.reload()
    page.get_by_role("button", name="Reply: Ines Calder").click()
    expect(form.get_by_role("textbox", name="Your comment")).to_have_value("To Ines")
    page.goto(newspaper.page())
    other = page.get_by_role("textbox", name="Your comment")
    other.click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    expect(other).to_have_value("")


def test_a_draft_is_gone_when_it_was_posted_however_fast(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    box = written(page, "Half a")
    page.get_by_label("Name", exact=True).fill("Petra Lund")
    box.fill("Half a thought no more.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("article").get_by_role("button", name="Edit")).to_be_visible()
    assert drafts(page) == {}
    page.reload()
    page.get_by_role("textbox", name="Your comment").click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    expect(discard(page)).to_have_count(0)


@IN_BOTH
def test_another_tab_sees_a_draft_and_that_it_was_sent(
    page: Page, context: BrowserContext, newspaper: Newspaper
) -> None:
    url = newspaper.page()
    page.goto(url)
    box = written(page, "In one tab")
    tab = context.new_page()
    tab.goto(url)
    other = tab.get_by_role("textbox", name="Your comment")
    other.click()
    expect(other).to_have_value("In one tab")
    box.fill("In one tab, more")
    expect(other).to_have_value("In one tab, more")
    expect(discard(tab)).to_have_count(0)
    post(page, "In one tab, more")
    expect(other).to_have_value("")


def test_another_tab_leaves_alone_what_is_being_written(
    page: Page, context: BrowserContext, newspaper: Newspaper
) -> None:
    url = newspaper.page()
    page.add_init_script(FULL)
    page.add_init_script(HEARD)
    page.goto(url)
    box = page.get_by_role("textbox", name="Your comment")
    box.click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    box.fill("Mine, not kept yet")
    tab = context.new_page()
    tab.goto(url)
    written(tab, "Theirs")
    page.evaluate("() => window.heard")
    expect(box).to_have_value("Mine, not kept yet")


@pytest.mark.parametrize(("age", "count"), [(29, 1), (31, 0)])
def test_a_draft_is_kept_for_thirty_days(
    page: Page, newspaper: Newspaper, *, age: int, count: int
) -> None:
    page.goto(newspaper.page())
    box = written(page, "Half a thought")
    page.clock.set_system_time(datetime.now(UTC) + timedelta(days=age))
    page.goto(newspaper.page())
    box.click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    assert len(drafts(page)) == count


def test_an_edit_has_a_draft_too(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    post(page, "The pontun lamp.")
    page.get_by_role("button", name="Edit").click()
    form = page.get_by_role("form", name="Edit")
    box = form.get_by_role("textbox", name="Your comment")
    box.fill("The pontoon lamp.")
    kept(page, "The pontoon lamp.")
    page.reload()
    page.get_by_role("button", name="Edit").click()
    expect(box).to_have_value("The pontoon lamp.")
    discard(page).click()
    expect(box).to_have_value("The pontun lamp.")
    box.fill("The pontoon lamp!")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("article")).to_contain_text("The pontoon lamp!")
    assert drafts(page) == {}


@IN_BOTH
def test_a_name_is_remembered_only_when_that_is_asked_for(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    post(page, "Not remembered.")
    page.goto(newspaper.page())
    box = page.get_by_role("textbox", name="Your comment")
    box.click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    expect(page.get_by_label(REMEMBER)).not_to_be_checked()
    assert "Petra" not in page.evaluate("JSON.stringify(localStorage)")
    page.get_by_label(REMEMBER).check()
    page.get_by_label("E-mail (optional, never shown)").fill("petra@example.net")
    post(page, "Remembered.")
    assert "petra@" not in page.evaluate("JSON.stringify(localStorage)")
    page.goto(newspaper.page())
    box.click()
    expect(page.get_by_text("As Petra Lund")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_count(0)
    expect(page.locator("form svg.avatar")).to_be_visible()  # the pattern the service gave
    assert violations(page) == []
    box.fill("By one line.")
    page.clock.fast_forward(10_000)
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("article", name=re.compile("^Petra Lund"))).to_be_focused()


def test_a_remembered_name_stands_in_its_field_where_an_address_is_needed(
    page: Page, newspaper: Newspaper
) -> None:
    page.goto(newspaper.page())
    page.get_by_role("textbox", name="Your comment").click()
    page.get_by_label(REMEMBER).check()
    post(page, "Remembered.")
    page.route("**/api/v1/comments?*", lambda route: fulfill(route, thread(email="required")))
    page.reload()
    page.get_by_role("textbox", name="Your comment").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Petra Lund")
    expect(page.get_by_label("E-mail (never shown)")).to_have_value("")
    expect(page.get_by_label(REMEMBER)).to_be_checked()


@IN_BOTH
def test_change_edits_the_name_or_forgets_it(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    box = page.get_by_role("textbox", name="Your comment")
    name = page.get_by_label("Name", exact=True)
    box.click()
    page.get_by_label(REMEMBER).check()
    post(page, "Remembered.")
    box.click()
    page.get_by_role("button", name="Change").click()
    expect(name).to_be_focused()
    expect(name).to_have_value("Petra Lund")
    post(page, "Under another name.", "Petra Holm")
    box.click()
    expect(page.get_by_text("As Petra Holm")).to_be_visible()
    page.get_by_role("button", name="Change").click()
    page.get_by_label(REMEMBER).uncheck()
    page.reload()
    box.click()
    expect(name).to_have_value("")


def test_the_name_one_sees_is_the_one_that_is_sent(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    box = page.get_by_role("textbox", name="Your comment").first
    box.click()
    page.get_by_label(REMEMBER).check()
    post(page, "Remembered.", "Anna")
    first = page.get_by_role("article", name="Anna")
    newspaper.post(page.url, "By another.", name="Jo")
    page.reload()
    box.fill("Under another name.")
    page.get_by_role("button", name="Change").click()
    name = page.get_by_label("Name", exact=True)
    name.fill("Ben")
    page.get_by_role("button", name="Reply: Jo").click()
    expect(page.get_by_role("form", name="Reply to Jo").get_by_text("As Anna")).to_be_visible()
    expect(name).to_have_value("Ben")
    page.clock.fast_forward(10_000)
    page.get_by_role("button", name="Post", exact=True).first.click()
    expect(page.get_by_role("article", name="Ben")).to_contain_text("Under another name.")
    expect(first).to_have_count(1)


@pytest.mark.allows_console_errors("422")
def test_a_remembered_name_that_is_refused_can_be_changed(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    box = page.get_by_role("textbox", name="Your comment")
    box.click()
    page.get_by_label(REMEMBER).check()
    post(page, "Remembered.")
    page.evaluate(
        "for (const [key, one] of Object.entries(localStorage)) if (key.endsWith('name'))"
        " localStorage.setItem(key, one.replace('Petra Lund', 'x'.repeat(200)))"
    )
    box.fill("Too long a name.")
    page.get_by_role("button", name="Post", exact=True).click()
    name = page.get_by_label("Name", exact=True)
    expect(name).to_have_accessible_description(re.compile("80"))
    expect(name).to_be_focused()
    expect(box).to_have_value("Too long a name.")


@IN_BOTH
def test_the_avatar_follows_the_name_while_it_is_typed(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    page.get_by_role("textbox", name="Your comment").click()
    face = page.locator("form > .avatar")
    expect(face).to_have_text("")
    page.get_by_label("Name", exact=True).press_sequentially("petra")
    expect(face).to_have_text("P")
    page.get_by_label("Name", exact=True).press_sequentially(" lund")
    expect(face).to_have_text("PL")


def test_a_text_that_is_kept_is_left_without_a_warning(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    page.get_by_role("textbox", name="Your comment").click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    page.keyboard.type("Typed and left at once")
    with page.expect_event("close"):
        page.close(run_before_unload=True)


def test_a_text_is_kept_at_the_last_moment_where_no_question_comes(
    page: Page, newspaper: Newspaper
) -> None:
    page.goto(newspaper.page())
    box = page.get_by_role("textbox", name="Your comment")
    box.click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    box.evaluate(
        "e => { e.value = 'On a phone'; e.dispatchEvent(new InputEvent('input'));"
        " dispatchEvent(new PageTransitionEvent('pagehide')) }"
    )
    assert drafts(page) == {"": "On a phone"}


def test_a_text_that_cant_be_kept_is_not_left_without_one_warning(
    page: Page, newspaper: Newspaper
) -> None:
    page.add_init_script(FULL)
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    page.get_by_role("textbox", name="Your comment").fill("Lost if left")
    page.get_by_role("button", name="Reply: Ines Calder").click()
    form = page.get_by_role("form", name="Reply to Ines Calder")
    form.get_by_role("textbox", name="Your comment").fill("Lost too")
    expect(form.get_by_label("Name", exact=True)).to_be_visible()
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    page.get_by_role("textbox", name="Your comment").first.fill("")
    form.get_by_role("textbox", name="Your comment").fill("")
    with page.expect_event("close"):
        page.close(run_before_unload=True)
