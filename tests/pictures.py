"""Makes the pictures of docs/pictures from the demo as it really runs: `make pictures`.
The comments are as old each time the demo starts, and nothing moves; only the avatars, which
the demo's own secret makes, differ from one run to the next.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.services import processes
from tests.services.service import COMMAND

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
CHROMES = ("chromium", "chromium-browser", "google-chrome")
ARTICLE = "/articles/four-minutes-late"
WIDE, PHONE = {"width": 1000, "height": 900}, {"width": 390, "height": 780}


def main() -> None:
    port, page_port = processes.free_port(), processes.free_port()
    with TemporaryDirectory() as folder:
        command = [COMMAND, "demo", "--port", str(port), "--page-port", str(page_port)]
        env = {key: value for key, value in os.environ.items() if key[:9] != "COMMENTS_"}
        log = Path(folder) / "demo.log"
        demo = processes.start(command, log=log, env=env)
        try:
            ready = lambda: "mail:" in log.read_text()  # noqa: E731 - one condition
            processes.wait_until(ready, process=demo, log=log, seconds=60)
            with sync_playwright() as playwright:
                program = next(filter(None, map(shutil.which, CHROMES)))
                browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
                take(browser, f"http://127.0.0.1:{page_port}")
                browser.close()
        finally:
            demo.terminate()
            try:
                demo.wait(timeout=20)
            except subprocess.TimeoutExpired:
                processes.kill_group(demo)


def take(browser: Browser, origin: str) -> None:
    thread(browser, "thread", origin + ARTICLE, viewport=WIDE)
    thread(browser, "dark", origin + ARTICLE, viewport=WIDE, color_scheme="dark")
    thread(browser, "phone", origin + ARTICLE, viewport=PHONE)
    page = opened(browser, viewport=WIDE, java_script_enabled=False)
    page.goto(origin + ARTICLE)
    page.goto(page.locator("comment-thread a").get_attribute("href") or "")
    save(page, "without-script")


def thread(browser: Browser, name: str, address: str, **options: Any) -> None:
    page = opened(browser, **options)
    page.goto(address)
    element = page.locator("comment-thread")
    bar = element.locator(".bar")
    element.scroll_into_view_if_needed()
    element.locator(".bar, .list").first.wait_for()
    if bar.count():
        bar.click()
    element.locator("article").first.wait_for()
    page.evaluate("document.activeElement?.blur()")
    element.evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 24)")
    save(page, name)


def opened(browser: Browser, **options: Any) -> Page:
    options = {"color_scheme": "light", **options}
    return browser.new_context(reduced_motion="reduce", locale="en-GB", **options).new_page()


def save(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", caret="hide")
    sys.stdout.write(f"{name}.png: {(FOLDER / f'{name}.png').stat().st_size:,} bytes\n")
    page.context.close()


if __name__ == "__main__":
    main()
