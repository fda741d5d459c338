"""A real Chromium: one a worker, a fresh context a test, and no error in it goes unseen."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    WebError,
    sync_playwright,
)

EXECUTABLES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but the loopback has a name: a page that asks somebody else fails its test.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
DEADLINE_MS = 10_000


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "allows_console_errors(pattern): errors in the browser that this test provokes"
    )


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, EXECUTABLES)), None)
    assert executable, "no Chromium on PATH: `make browsers` installs it"
    browser = playwright.chromium.launch(
        executable_path=executable, chromium_sandbox=False, args=FLAGS
    )
    yield browser
    browser.close()


@pytest.fixture
def errors(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """What went wrong in the browser; anything that the test doesn't allow fails it."""
    found: list[str] = []
    yield found
    allowed = [
        re.compile(pattern)
        for marker in request.node.iter_markers("allows_console_errors")
        for pattern in marker.args
    ]
    surprises = [error for error in found if not any(rule.search(error) for rule in allowed)]
    assert not surprises, "\n".join(surprises)


@pytest.fixture
def context(browser: Browser, errors: list[str]) -> Iterator[BrowserContext]:
    """A browser profile of its own; its pages report to `errors`."""

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"console: {message.text} ({message.location.get('url')})")

    def on_error(error: WebError) -> None:
        errors.append(f"uncaught: {error.error}")

    context = browser.new_context(locale="en-GB", timezone_id="UTC", reduced_motion="reduce")
    context.set_default_timeout(DEADLINE_MS)
    context.on("console", on_console)
    context.on("weberror", on_error)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
