"""The "Notify of" bar: usable without commenting, the same words whoever asks."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.wire import fulfill, sent_by, thread
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

DONE = "Check your inbox: one click and you’re in."


def test_somebody_subscribes_without_commenting(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    opener = page.get_by_role("button", name="Subscribe")
    opener.click()
    panel = page.get_by_role("form", name="Subscribe")
    expect(panel.get_by_label("new follow-up comments")).to_be_focused()
    panel.get_by_label("new replies to my comments").check()
    panel.get_by_label("E-mail (never shown)").fill("petra@example.net")
    with page.expect_response("**/api/v1/subscriptions") as answered:
        page.keyboard.press("Enter")
    assert answered.value.status == 202
    assert sent_by(answered.value.request)["scope"] == "replies"
    expect(page.locator(".alert")).to_have_text(DONE)
    expect(page.get_by_role("status")).to_have_text(DONE)
    expect(panel).to_have_count(0)
    expect(opener).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "false")


@IN_BOTH
def test_an_incomplete_address_is_told_beside_its_field(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    page.get_by_role("button", name="Subscribe").click()
    email = page.get_by_label("E-mail (never shown)")
    email.fill("petra@")
    page.keyboard.press("Enter")
    expect(email).to_have_accessible_description("This address isn’t complete.")
    expect(email).to_be_focused()


@IN_BOTH
def test_escape_closes_the_panel(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page())
    opener = page.get_by_role("button", name="Subscribe")
    opener.click()
    expect(page.get_by_role("form", name="Subscribe")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("form", name="Subscribe")).to_have_count(0)
    expect(opener).to_be_focused()


@IN_BOTH
def test_a_site_without_mail_offers_none(page: Page, newspaper: Newspaper) -> None:
    page.route("**/api/v1/comments?*", lambda route: fulfill(route, thread(notify=False)))
    page.goto(newspaper.page())
    page.get_by_role("textbox", name="Your comment").click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Subscribe")).to_have_count(0)
    expect(page.get_by_text("E-mail me")).to_have_count(0)


@pytest.mark.allows_console_errors("ERR_FAILED")
def test_an_address_is_kept_when_subscribing_fails(page: Page, newspaper: Newspaper) -> None:
    page.route("**/api/v1/subscriptions", lambda route: route.abort())
    page.goto(newspaper.page())
    page.get_by_role("button", name="Subscribe").click()
    email = page.get_by_label("E-mail (never shown)")
    email.fill("petra@example.net")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert").filter(has_text="Not sent.")
    expect(alert).to_be_visible()
    page.unroute("**/api/v1/subscriptions")
    alert.get_by_role("button", name="Try again").click()
    expect(page.locator(".alert")).to_have_text(DONE)
