"""Makes the pictures of docs/pictures from the demo's pages: `make pictures`.
Two runs on one machine give the same bytes: moment, keys and chance are fixed, and nothing moves.
"""

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.services import demo
from tests.services.browser import CHROMIUM

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
MOMENT = datetime(2026, 5, 3, 13, 10, tzinfo=UTC)
ARTICLE = "/articles/four-minutes-late"
RIGHT_TO_LEFT = "/theming/rtl"
WIDE, PHONE = {"width": 1000, "height": 900}, {"width": 390, "height": 780}


def main(folder: Path = FOLDER) -> None:
    with (
        TemporaryDirectory() as data,
        demo.running(Path(data), at=MOMENT) as paper,
        sync_playwright() as playwright,
    ):
        program = next(filter(None, map(shutil.which, CHROMIUM)))
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        take(browser, paper.page_origin, folder)
        browser.close()


def take(browser: Browser, origin: str, folder: Path) -> None:
    thread(browser, origin + ARTICLE, folder / "thread.png", viewport=WIDE)
    thread(browser, origin + ARTICLE, folder / "dark.png", viewport=WIDE, color_scheme="dark")
    thread(browser, origin + ARTICLE, folder / "phone.png", viewport=PHONE)
    picture = folder / "right-to-left.png"
    thread(browser, origin + RIGHT_TO_LEFT, picture, top="main", viewport=WIDE, locale="ar")
    page = opened(browser, viewport=WIDE, java_script_enabled=False)
    page.goto(origin + ARTICLE)
    page.goto(page.locator("comment-thread a").get_attribute("href") or "")
    save(page, folder / "without-script.png")


def thread(
    browser: Browser, address: str, picture: Path, *, top: str = "comment-thread", **options: Any
) -> None:
    """The opened thread of that page, with `top` at the upper edge."""
    page = opened(browser, **options)
    page.clock.set_fixed_time(MOMENT)
    page.goto(address)
    element = page.locator("comment-thread")
    bar = element.locator(".bar")
    element.scroll_into_view_if_needed()
    element.locator(".bar, .list").first.wait_for()
    if bar.count():
        bar.click()
    element.locator("article").first.wait_for()
    page.evaluate("document.activeElement?.blur()")
    page.locator(top).evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 24)")
    save(page, picture)


def opened(browser: Browser, **options: Any) -> Page:
    usual: dict[str, Any] = {"color_scheme": "light", "locale": "en-GB", "timezone_id": "UTC"}
    return browser.new_context(reduced_motion="reduce", **usual | options).new_page()


def save(page: Page, picture: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=picture, animations="disabled", caret="hide")
    sys.stdout.write(f"{picture.name}: {picture.stat().st_size:,} bytes\n")
    page.context.close()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
