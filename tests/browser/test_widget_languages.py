"""Which language the widget speaks, and that a page can have words of its own."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.watching import asked_of, sideways, strangers
from tests.browser.wire import sent_by
from tests.services.browser import IN_BOTH
from tests.services.newspaper import THREAD, Newspaper

CLICK = '<comment-thread open="click"></comment-thread>'


@IN_BOTH
def test_the_page_s_language_is_one_request_more(page: Page, newspaper: Newspaper) -> None:
    paths = asked_of(page, newspaper.service.url)
    foreign = strangers(page, newspaper.origin, newspaper.service.url)
    page.goto(newspaper.page(html='lang="de-AT"'))
    expect(page.get_by_text("Noch keine Kommentare.")).to_be_visible()
    assert paths == ["/embed.js", "/embed/de.js", "/api/v1/comments"]
    assert not foreign


def test_forms_speak_it_too_and_the_service_hears_of_it(page: Page, newspaper: Newspaper) -> None:
    page.goto(newspaper.page(html='lang="fr"'))
    page.get_by_role("textbox", name="Votre commentaire").click()
    page.get_by_label("Nom", exact=True).fill("Léa Morin")
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("Écrivez d’abord quelque chose.")).to_be_visible()
    page.keyboard.type("Un bus irait plus vite.")
    with page.expect_response("**/api/v1/comments") as answered:
        page.keyboard.press("Control+Enter")
    assert sent_by(answered.value.request)["lang"] == "fr"


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "تعليق واحد"), (2, "تعليقان"), (3, r"[3٣] تعليقات"), (11, r"\d\d تعليقًا")],
)
def test_arabic_counts_in_its_own_forms(
    page: Page, newspaper: Newspaper, count: int, said: str
) -> None:
    url = newspaper.page(html='lang="ar" dir="rtl"')
    for number in range(count):
        newspaper.post(url, f"Number {number}.", name=f"R{number}")
    page.goto(url)
    title = page.get_by_role("heading", level=2)
    expect(title).to_have_text(re.compile(f"^{said}$"))
    expect(title).to_have_css("direction", "rtl")
    assert sideways(page) == 0


def test_an_element_has_a_language_of_its_own(page: Page, newspaper: Newspaper) -> None:
    other = newspaper.page()
    bars = (CLICK, f'<p lang="es"><comment-count url="{other}"></comment-count></p>')
    newspaper.post(other, "Number 0.")
    page.goto(newspaper.page("".join(bars).replace("<comment-thread", '<comment-thread lang="de"')))
    expect(page.get_by_role("button", name="Zum Kommentieren klicken")).to_be_visible()
    expect(page.get_by_text("1 comentario")).to_be_visible()


def test_what_no_language_covers_follows_the_browser(page: Page, newspaper: Newspaper) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'languages', {value: ['xx', 'es-MX']})")
    page.goto(newspaper.page(html='lang="tlh"'))
    expect(page.get_by_text("Aún no hay comentarios.")).to_be_visible()


@pytest.mark.allows_console_errors("net::ERR_FAILED")
def test_without_its_language_the_widget_speaks_english(page: Page, newspaper: Newspaper) -> None:
    page.route("**/embed/de.js*", lambda route: route.abort())
    page.goto(newspaper.page(html='lang="de"'))
    expect(page.get_by_text("No comments yet. Start the conversation.")).to_be_visible()


@IN_BOTH
def test_a_page_has_words_of_its_own(page: Page, newspaper: Newspaper) -> None:
    own = '{"count": "{n} voice|{n} voices", "empty": "<b>Nobody</b> yet.", "post": "Say it"}'
    thread = f"<comment-thread open=now phrases='{own}'></comment-thread>"
    url = newspaper.page(thread)
    page.goto(url)
    expect(page.get_by_text("<b>Nobody</b> yet.")).to_be_visible()
    page.get_by_role("textbox", name="Your comment").click()
    expect(page.get_by_role("button", name="Say it")).to_be_visible()
    newspaper.post(url, "Number 0.", name="R0")
    newspaper.post(url, "Number 1.", name="R1")
    page.reload()
    expect(page.get_by_role("heading", level=2)).to_have_text("2 voices")


@pytest.mark.parametrize("broken", ["{", "null", "[]", '"words"', '{"count": 5, "empty": {}}'])
def test_words_that_make_no_sense_break_nothing(
    page: Page, newspaper: Newspaper, broken: str
) -> None:
    page.goto(newspaper.page(THREAD.replace(" open", f" phrases='{broken}' open")))
    expect(page.get_by_role("form", name="Leave a reply")).to_be_visible()
