"""A thread in which each of 10,000 comments answers the one before, in a real browser."""

from flask import Flask
from playwright.sync_api import Page, expect

from tests.rows import grow
from tests.services.browser import IN_BOTH
from tests.services.newspaper import Newspaper

LENGTH = 10_000


@IN_BOTH
def test_it_is_shown_and_read_on(page: Page, newspaper: Newspaper, widget_app: Flask) -> None:
    url = newspaper.page()
    grow(widget_app, [None, *range(LENGTH - 1)], url=url)
    page.goto(url)
    articles = page.get_by_role("article")
    expect(articles).to_have_count(4)
    for shown in (4, 54):
        page.get_by_role("button", name=f"{LENGTH - shown:,} more replies").click()
        expect(articles).to_have_count(shown + 50)
    expect(page.get_by_text("Number 103.")).to_be_visible()
