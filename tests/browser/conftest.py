"""One service for all tests of the widget, and two newspapers whose pages carry it.

Both are sites of their own on origins of their own: `newspaper` publishes at once,
`careful_newspaper` holds what newcomers write.
"""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page

from comments_service.app import create_app
from comments_service.database import db
from comments_service.settings import Settings
from tests.services.newspaper import Newspaper
from tests.services.service import Service


@pytest.fixture(scope="session")
def widget_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("widget")
    service = Service(
        folder,
        {
            "data_dir": folder,
            "database_url": f"sqlite:///{folder}/comments.sqlite3",
            "secret_key": "a fixed secret for tests only of enough length",
            "smtp_url": "smtp://127.0.0.1:9",  # makes "Notify of" offered; nobody listens
            "mail_from": "comments@example.com",
            "post_limit": "",
            "subscribe_limit": "",
            "edit_limit": "",
            "vote_limit": "",
            "report_limit": "",
            "votes_per_network": "",
            "visitor_limit": "",
        },
    )
    service.start()
    yield service
    service.close()


@pytest.fixture(scope="session")
def widget_app(widget_service: Service) -> Iterator[Flask]:
    """The same installation from inside, for what no reader can do."""
    env = widget_service.env
    given = Settings(
        data_dir=env["COMMENTS_DATA_DIR"],
        database_url=env["COMMENTS_DATABASE_URL"],
        secret_key=env["COMMENTS_SECRET_KEY"],
    )
    app = create_app(given)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def newspaper(widget_service: Service) -> Iterator[Newspaper]:
    with Newspaper(widget_service) as newspaper:
        widget_service.cli("sites", "add", "open", "--origin", newspaper.origin)
        widget_service.cli("sites", "set", "open", "--moderation", "none")
        yield newspaper


@pytest.fixture(scope="session")
def careful_newspaper(widget_service: Service) -> Iterator[Newspaper]:
    with Newspaper(widget_service) as newspaper:
        widget_service.cli("sites", "add", "careful", "--origin", newspaper.origin)
        yield newspaper


@pytest.fixture
def url(newspaper: Newspaper) -> str:
    """A page on which one reader wrote."""
    url = newspaper.page()
    newspaper.post(url, "A bus would be faster.")
    return url


@pytest.fixture
def movable_clock(page: Page) -> None:
    """The page's clock can be moved on: who writes at a test's speed is taken for a machine."""
    page.clock.install()
