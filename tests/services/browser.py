"""Real browsers: each at most once a worker, a fresh context a test, and no error goes unseen.

A test runs in Chromium; one marked with `IN_BOTH` in Firefox too, which is driven as it comes from
Debian, by WebDriver BiDi. Both block third-party cookies and reach nobody but this machine.
"""

import re
import shutil
from collections.abc import Callable, Iterator

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

# Without a window of its own it is the same Chromium, and tests take half the time.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FIREFOX = ("firefox-esr", "firefox")
IN_BOTH = pytest.mark.parametrize("browser_name", ["chromium", "firefox"])
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--test-third-party-cookie-phaseout",
    # Nothing but the loopback has a name: a page that asks somebody else fails its test.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
# The same for Firefox: what isn't the loopback would go through a proxy that isn't there.
PREFERENCES: dict[str, str | float | bool] = {
    "network.cookie.cookieBehavior": 1,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}
DEADLINE_MS = 10_000

StartBrowser = Callable[[str], Browser]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "allows_console_errors(pattern): errors in the browser that this test provokes"
    )


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def start_browser(playwright: Playwright) -> Iterator[StartBrowser]:
    """Start the browser of that name, or give the one that runs."""
    running: dict[str, Browser] = {}

    def start(name: str) -> Browser:
        if name not in running:
            running[name] = _firefox(playwright) if name == "firefox" else _chromium(playwright)
        return running[name]

    yield start
    for browser in running.values():
        browser.close()


def _chromium(playwright: Playwright) -> Browser:
    path = _found("Chromium", CHROMIUM)
    return playwright.chromium.launch(executable_path=path, chromium_sandbox=False, args=FLAGS)


def _firefox(playwright: Playwright) -> Browser:
    path = _found("Firefox", FIREFOX)
    return playwright.firefox.launch(
        executable_path=path, channel="moz-firefox", firefox_user_prefs=PREFERENCES
    )


def _found(title: str, names: tuple[str, ...]) -> str:
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, f"no {title} on PATH: `make browsers` installs it"
    return path


@pytest.fixture
def browser_name() -> str:
    return "chromium"


@pytest.fixture
def browser(start_browser: StartBrowser, browser_name: str) -> Browser:
    return start_browser(browser_name)


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
