"""A reader's hands: what one does with a thread in tests that are about something else."""

from playwright.sync_api import Locator, Page

BUSY_MS = 10_000  # who writes at a test's speed is taken for a machine


def be_known(page: Page) -> None:
    """Wait for the token that the service answers a visitor's first deed with."""
    page.wait_for_function("() => Object.values(localStorage).some((one) => /visitor/.test(one))")


def fill(
    page: Page, body: str, *, name: str = "Petra Lund", form: Locator | None = None
) -> Locator:
    """Fill in the form, the thread's own if no other is meant, as slowly as a person; the form."""
    place = form or page.get_by_role("form", name="Leave a reply")
    place.get_by_role("textbox", name="Your comment").fill(body)
    place.get_by_label("Name", exact=True).fill(name)
    page.clock.fast_forward(BUSY_MS)
    return place


def write(page: Page, body: str, *, name: str = "Petra Lund", form: Locator | None = None) -> None:
    """Fill in the form and send it."""
    place = fill(page, body, name=name, form=form)
    place.get_by_role("button", name="Post", exact=True).click()


def answer_by_keys(page: Page, body: str, *, to: str = "Ines Calder", name: str) -> Locator:
    """Answer somebody and send it with Ctrl+Enter; the form."""
    page.get_by_role("button", name=f"Reply: {to}").click()
    form = fill(page, body, name=name, form=page.get_by_role("form", name=f"Reply to {to}"))
    page.keyboard.press("Control+Enter")
    return form


def answer(page: Page, body: str, *, to: str = "Ines Calder", name: str = "Tomas Wren") -> None:
    page.get_by_role("button", name=f"Reply: {to}").click()
    write(page, body, name=name, form=page.get_by_role("form", name=f"Reply to {to}"))


def dots(page: Page, name: str = "Ines Calder") -> Locator:
    """What opens the menu of that person's comment."""
    return page.get_by_role("button", name=f"More for {name}’s comment")


def choose(page: Page, what: str, *, of: str = "Ines Calder") -> None:
    """Open a comment's menu and take that."""
    dots(page, of).click()
    page.get_by_role("menuitem", name=what).click()
