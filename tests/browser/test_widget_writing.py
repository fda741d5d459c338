"""Writing: posting, replying, editing, and every way in which that can fail."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.hands import answer_by_keys, write
from tests.browser.wire import fulfill, sent_by, thread
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

pytestmark = pytest.mark.usefixtures("movable_clock")

HELD = "Waiting for a moderator. Only you can see this."


@IN_BOTH
def test_a_held_comment_is_shown_to_its_author_after_a_reload(
    page: Page, careful_newspaper: Newspaper
) -> None:
    page.goto(careful_newspaper.page())
    page.get_by_role("textbox", name="Your comment").click()
    expect(page.get_by_text("A first comment is read by a moderator")).to_be_visible()
    write(page, "The pontoon lamp was out again.")
    article = page.get_by_role("article").filter(has_text="The pontoon lamp")
    expect(article.get_by_text(HELD)).to_be_visible()
    expect(article).to_be_focused()
    page.reload()
    expect(article.get_by_text(HELD)).to_be_visible()
    expect(page.get_by_role("heading", name="Comments")).to_be_visible()
    page.get_by_role("textbox", name="Your comment").click()
    expect(page.get_by_text("A first comment is read by a moderator")).to_be_visible()


@IN_BOTH
def test_who_was_published_once_reads_nothing_of_first_comments(
    page: Page, newspaper: Newspaper
) -> None:
    page.goto(newspaper.page())
    write(page, "At once.")
    expect(page.get_by_role("article")).to_be_focused()
    page.route("**/api/v1/comments?*", lambda route: fulfill(route, thread()))
    page.reload()
    page.get_by_role("textbox", name="Your comment").click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    expect(page.get_by_text("is read by a moderator")).to_have_count(0)
    page.route("**/api/v1/comments?*", lambda route: fulfill(route, thread(moderation="all")))
    page.reload()
    page.get_by_role("textbox", name="Your comment").click()
    expect(page.get_by_text("Every comment is read by a moderator")).to_be_visible()


@IN_BOTH
def test_a_held_comment_is_shown_to_nobody_else(
    page: Page, browser: Browser, careful_newspaper: Newspaper
) -> None:
    url = careful_newspaper.page()
    page.goto(url)
    write(page, "Between us.")
    expect(page.get_by_role("article").get_by_text(HELD)).to_be_visible()
    stranger = browser.new_page()
    stranger.goto(url)
    expect(stranger.get_by_text("No comments yet. Start the conversation.")).to_be_visible()
    stranger.close()


@IN_BOTH
def test_a_comment_held_for_its_links_says_so_after_a_reload_too(
    page: Page, newspaper: Newspaper
) -> None:
    page.goto(newspaper.page())
    write(page, "https://one.example https://two.example https://three.example")
    because = page.get_by_role("article").get_by_text(
        "Waiting for a moderator, because of its links. Only you can see this."
    )
    expect(because).to_be_visible()
    page.reload()
    expect(because).to_be_visible()


@IN_BOTH
def test_an_approved_comment_appears_and_counts_at_once(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    write(page, "The waiting room is heated.")
    expect(page.get_by_role("heading", name="1 comment")).to_be_visible()
    expect(page.get_by_role("article", name="Petra Lund, now")).to_be_focused()
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("")
    expect(page.get_by_role("button", name="Post", exact=True)).to_have_count(0)


@IN_BOTH
def test_a_reply_is_written_in_place(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    page.get_by_role("button", name="Reply: Ines Calder").click()
    form = page.get_by_role("form", name="Reply to Ines Calder")
    expect(form.get_by_role("textbox", name="Your comment")).to_be_focused()
    form.get_by_role("textbox", name="Your comment").fill("Only when the bridge is open.")
    form.get_by_label("Name", exact=True).fill("Tomas Wren")
    page.clock.fast_forward(10_000)
    page.keyboard.press("Control+Enter")
    reply = page.get_by_role("article", name="Tomas Wren, in reply to Ines Calder, now")
    expect(reply).to_be_focused()
    expect(form).to_have_count(0)
    expect(page.get_by_role("button", name="Hide 1 reply")).to_be_visible()
    page.reload()
    expect(reply).to_be_visible()


@IN_BOTH
def test_cancel_gives_the_focus_back_and_keeps_the_text(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    opener = page.get_by_role("button", name="Reply: Ines Calder")
    opener.click()
    page.keyboard.type("Half a thought")
    page.get_by_role("button", name="Cancel").click()
    expect(opener).to_be_focused()
    opener.click()
    form = page.get_by_role("form", name="Reply to Ines Calder")
    expect(form.get_by_role("textbox", name="Your comment")).to_have_value("Half a thought")


@pytest.mark.allows_console_errors("ERR_FAILED")
def test_text_is_kept_when_posting_fails(page: Page, newspaper: Newspaper) -> None:
    keys: list[str] = []

    def fail_after_it_arrived(route: Route) -> None:
        if route.request.method == "POST":
            keys.append(route.request.headers["idempotency-key"])
            if len(keys) == 1:
                route.fetch()
                route.abort()
                return
        route.fallback()

    page.route("**/api/v1/comments", fail_after_it_arrived)
    page.goto(newspaper.page())
    write(page, "A long and careful text.")
    alert = page.get_by_role("alert").filter(has_text="Not sent. Your text is safe here.")
    expect(alert).to_be_visible()
    box = page.get_by_role("textbox", name="Your comment")
    expect(box).to_have_value("A long and careful text.")
    alert.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("article")).to_have_count(1)
    assert keys[0] == keys[1]
    page.reload()
    expect(page.get_by_role("heading", name="1 comment")).to_be_visible()


@IN_BOTH
@pytest.mark.allows_console_errors("503")
def test_a_busy_service_loses_no_text(page: Page, newspaper: Newspaper) -> None:
    busy = {"type": "busy", "title": "Busy", "status": 503, "detail": "Try again in a moment."}
    page.goto(newspaper.page())
    page.get_by_role("textbox", name="Your comment").fill("Patience.")
    page.get_by_label("Name", exact=True).fill("Jo")
    page.route("**/api/v1/comments", lambda route: fulfill(route, busy, status=503))
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_text("Not sent. Your text is safe here.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("Patience.")


@pytest.mark.allows_console_errors("422")
def test_an_error_stands_beside_its_field(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    box = page.get_by_role("textbox", name="Your comment")
    box.click()
    page.get_by_label("E-mail (optional, never shown)").fill("petra@")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(box).to_have_accessible_description("Write something first.")
    expect(box).to_be_focused()
    expect(page.get_by_label("Name", exact=True)).to_have_accessible_description(
        "Your name is needed here."
    )
    email = page.get_by_label("E-mail (optional, never shown)")
    expect(email).to_have_accessible_description("This address isn’t complete.")
    email.fill("")
    expect(page.get_by_text("This address isn’t complete.")).to_have_count(0)
    page.get_by_label("replies to my comments").check()
    write(page, "Something", name="x" * 200)
    expect(email).to_have_accessible_description("Your e-mail is needed here. It is never shown.")
    page.get_by_label("nothing").check()
    expect(email).to_have_accessible_description("")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_label("Name", exact=True)).to_have_accessible_description(re.compile("80"))
    expect(box).to_have_value("Something")


@IN_BOTH
@pytest.mark.allows_console_errors("409")
def test_the_same_twice_is_told(page: Page, newspaper: Newspaper) -> None:
    keys: list[str] = []
    page.on("request", lambda sent: keys.append(sent.headers.get("idempotency-key", "")))
    page.goto(newspaper.page())
    for _ in range(3):
        write(page, "Once is enough.")
        expect(page.get_by_role("button", name="Posting…")).to_have_count(0)
    expect(page.get_by_role("alert").filter(has_text="You just posted this.")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(1)
    first, second, third = filter(None, keys)
    assert first != second  # what was answered is over, and the next is a new thing
    assert second == third


@IN_BOTH
@pytest.mark.allows_console_errors("429")
def test_a_limit_is_told_in_seconds_and_counts_down(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    page.get_by_role("textbox", name="Your comment").fill("Quick!")
    page.get_by_label("Name", exact=True).fill("Jo")
    limit = {"type": "limit-reached", "title": "Too many", "status": 429}
    page.route(
        "**/api/v1/comments", lambda route: fulfill(route, limit, status=429, Retry_After="40")
    )
    page.get_by_role("button", name="Post", exact=True).click()
    said = "That was quick. You can post again in {} seconds."
    expect(page.get_by_role("status").first).to_have_text(said.format(40))
    expect(page.get_by_text(said.format(38))).to_be_visible()
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("Quick!")


@IN_BOTH
def test_an_own_comment_is_edited_within_its_window(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    write(page, "The pontun lamp.")
    expect(page.get_by_text("14 min left")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Edit").click()
    box = page.get_by_role("textbox", name="Your comment").last
    expect(box).to_have_value("The pontun lamp.")
    expect(box).to_be_focused()
    expect(page.get_by_role("form", name="Edit").get_by_text("min left")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("min left")).to_be_visible()
    page.get_by_role("button", name="Edit").click()
    box.fill("The pontoon lamp.")
    page.get_by_role("button", name="Save").click()
    article = page.get_by_role("article")
    expect(article).to_contain_text("The pontoon lamp.")
    expect(article.get_by_text("edited", exact=True)).to_be_visible()
    expect(article.get_by_role("button", name="Edit")).to_be_focused()
    expect(page.get_by_role("status").first).to_have_text("Saved.")
    newspaper.post(page.url, "One more.", name="Jo")
    page.reload()
    page.get_by_role("button", name="Edit").click()
    box.fill("The pontoon lamps.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("combobox", name="Order").select_option("Newest")
    expect(article.first).to_contain_text("One more.")
    expect(article.last).to_contain_text("The pontoon lamps.")


@IN_BOTH
def test_an_edit_that_waits_is_read_by_its_author_alone_after_a_reload_too(
    page: Page, newspaper: Newspaper
) -> None:
    page.goto(newspaper.page())
    write(page, "The pontoon lamp.")
    article = page.get_by_role("article")
    waits = article.get_by_text("Your edit waits for a moderator.")
    for text in (" https://a.example https://b.example https://c.example", " https://d.example"):
        article.get_by_role("button", name="Edit").click()
        article.get_by_role("textbox", name="Your comment").press_sequentially(text)
        article.get_by_role("button", name="Save").click()
        expect(article).to_contain_text(text.strip())
        expect(waits).to_be_visible()
    page.reload()
    expect(waits).to_be_visible()
    expect(article).to_contain_text("d.example")


@IN_BOTH
def test_an_edit_goes_on_while_more_replies_come(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page()
    root = newspaper.post(url, "A bus would be faster.")
    for number in range(5):
        newspaper.post(url, f"Reply {number}", parent_id=root, name=f"Reader {number}")
    page.goto(url)
    answer_by_keys(page, "Only by nigt.", name="Petra Lund")
    mine = page.get_by_role("article", name="Petra Lund")
    mine.get_by_role("button", name="Edit").click()
    box = mine.get_by_role("textbox", name="Your comment")
    box.fill("Only by night.")
    page.get_by_role("button", name="more replies").click()
    expect(page.get_by_text("Reply 4")).to_be_visible()
    expect(box).to_have_value("Only by night.")
    expect(mine.get_by_text("Only by nigt.")).to_be_hidden()
    mine.get_by_role("button", name="Cancel").click()
    expect(mine.get_by_text("Only by nigt.")).to_be_visible()
    expect(mine.get_by_role("button", name="Edit")).to_be_focused()


@IN_BOTH
def test_a_window_that_ends_while_editing_says_so(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    write(page, "The pontun lamp.")
    page.get_by_role("button", name="Edit").click()
    form = page.get_by_role("form", name="Edit")
    page.clock.fast_forward(900_000)
    expect(form.get_by_text("0 seconds left")).to_be_visible()
    form.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Reply: Petra Lund")).to_be_focused()
    expect(page.get_by_role("button", name="Edit")).to_have_count(0)


def test_a_filled_trap_and_the_time_taken_are_told(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    with page.expect_request(lambda request: request.method == "POST") as sent:
        write(page, "By a person.")
    form = sent_by(sent.value)["form"]
    assert form["trap"] == ""
    assert form["elapsed"] >= 0
    trap = page.locator("comment-thread input[name=subject]")
    expect(trap).to_have_count(0)  # gone with the form


@IN_BOTH
def test_it_is_usable_by_keyboard_alone(page: Page, newspaper: Newspaper) -> None:
    url = newspaper.page('<comment-thread open="click"></comment-thread>')
    newspaper.post(url, "A bus would be faster.")
    page.goto(url)
    expect(page.get_by_role("button", name="1 comment: The last ferry")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 comment")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Subscribe")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Your comment")).to_be_focused()
    page.keyboard.type("By keyboard.")
    bold = page.get_by_role("button", name="Bold")
    expect(bold).to_be_visible()  # the form is whole
    page.keyboard.press("Tab")
    expect(bold).to_be_focused()
    page.keyboard.press("Tab")
    for words in ("Ada", "ada@example.net"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Remember my name in this browser")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Preview")).to_be_focused()
    page.keyboard.press("Tab")
    page.clock.fast_forward(10_000)
    expect(page.get_by_role("button", name="Post", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("article").filter(has_text="By keyboard.")).to_be_focused()
    inbox = "Check your inbox: one click and you’re in."
    expect(page.get_by_role("article").get_by_text(inbox)).to_be_in_viewport()
    page.get_by_role("button", name="Reply: Ines Calder").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Reply: Ines Calder")).to_be_focused()
