"""A thread in which each of 10,000 comments answers the one before, in a real browser."""

from playwright.sync_api import Page, expect

from comments_service.app import create_app
from comments_service.database import db
from comments_service.settings import Settings
from tests.rows import grow
from tests.services.newspaper import Newspaper
from tests.services.service import Service

LENGTH = 10_000


def test_it_is_shown_and_read_on(page: Page, newspaper: Newspaper, widget_service: Service) -> None:
    url = newspaper.page()
    env = widget_service.env
    given = Settings(
        data_dir=env["COMMENTS_DATA_DIR"],
        database_url=env["COMMENTS_DATABASE_URL"],
        secret_key=env["COMMENTS_SECRET_KEY"],
    )
    app = create_app(given)
    grow(app, [None, *range(LENGTH - 1)], url=url)
    with app.app_context():
        db.engine.dispose()
    page.goto(url)
    articles = page.get_by_role("article")
    expect(articles).to_have_count(4)
    for shown in (4, 54):
        page.get_by_role("button", name=f"{LENGTH - shown:,} more replies").click()
        expect(articles).to_have_count(shown + 50)
    expect(page.get_by_text("Number 103.")).to_be_visible()
