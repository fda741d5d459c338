"""A thread without script: every approved comment can be reached, and nothing else."""

import html
import re
from functools import partial
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from comments_service.domain.states import Decision
from comments_service.queries import threads
from tests.scene import PAGE, TITLE, Scene

THREAD = f"/thread?url={quote(PAGE)}"


@pytest.fixture
def browser(scene: Scene) -> FlaskClient:
    return scene.app.test_client()


def _order(page: str, *words: str) -> list[int]:
    return [page.index(word) for word in words]


def test_a_thread_shows_its_page_and_its_comments_in_order(
    scene: Scene, browser: FlaskClient
) -> None:
    first = scene.post("Tobias Wren", body="Who is it *for*?")
    scene.post("Maren Oldby", body="A second root.")
    scene.post("Ruth Amberley", body="For me.", parent=first)
    answer = browser.get(THREAD)
    assert answer.status_code == 200
    page = answer.text
    assert f'<a href="{PAGE}">{TITLE}</a>' in page
    assert "3 comments" in page
    assert "Who is it <em>for</em>?" in page
    assert "in reply to <bdi>Tobias Wren</bdi>" in page
    places = _order(
        page, "Tobias Wren</bdi></b>", "Ruth Amberley</bdi></b>", "Maren Oldby</bdi></b>"
    )
    assert places == sorted(places)
    assert f'id="comment-{first}"' in page
    assert "<form" not in page
    assert f'To write, open the page with JavaScript: <a href="{PAGE}">' in page
    assert re.findall(r'class="face" aria-hidden="true">(\w+)<', page) == ["TW", "RA", "MO"]


def test_held_comments_stay_unseen_and_hidden_ones_leave_a_tombstone(
    scene: Scene, browser: FlaskClient
) -> None:
    hidden = scene.post("Eve Adder", body="Hidden words")
    scene.post("Ruth Amberley", parent=hidden)
    scene.post("Somebody New", body="Held words", approve=False)
    scene.decide(hidden, Decision.REJECT)
    page = browser.get(THREAD).text
    assert "Removed" in page
    assert not re.search("Eve Adder|Hidden words|Somebody New|Held words", page)


def test_every_root_and_every_reply_is_reached_by_links(
    scene: Scene, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = partial(threads.page, limit=2)
    monkeypatch.setattr(threads, "page", small)
    roots = [scene.post() for _ in range(5)]
    replies = [scene.post(parent=roots[0]) for _ in range(6)]
    seen: set[int] = set()
    waiting = [THREAD]
    asked: set[str] = set()
    while waiting:
        path = waiting.pop()
        asked.add(path)
        page = browser.get(path)
        assert page.status_code == 200
        seen |= {int(found) for found in re.findall(r'id="comment-(\d+)"', page.text)}
        links = {html.unescape(one) for one in re.findall(r'href="(/thread[^"#]+)"', page.text)}
        waiting += sorted(links - asked - set(waiting))
    assert seen == {*roots, *replies}


def test_deep_replies_lie_flat_below_the_fourth_level(scene: Scene, browser: FlaskClient) -> None:
    parent: int | None = None
    for _ in range(4):
        parent = scene.post(parent=parent)
    levels = re.findall(r'class="at-(\d)"', browser.get(THREAD).text)
    assert levels == ["0", "1", "2", "3"]


def test_a_page_without_comments_says_so(browser: FlaskClient, scene: Scene) -> None:
    page = browser.get(f"/thread?url={quote(PAGE)}/quiet")
    assert page.status_code == 200
    assert "No comments yet" in page.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("url=https://other.example/", 404),
        ("", 422),
        ("url=javascript:alert(1)", 422),
        (f"url={PAGE}&url={PAGE}", 422),
        (f"url={PAGE}&root=x", 404),
        (f"url={PAGE}&root=1", 404),
        (f"url={PAGE}&root=99999999999999999999", 404),
    ],
)
def test_what_cannot_be_shown_is_a_page_too(
    browser: FlaskClient, scene: Scene, query: str, status: int
) -> None:
    answer = browser.get(f"/thread?{query}")
    assert (answer.status_code, answer.mimetype) == (status, "text/html")


def test_an_address_without_a_page_says_what_is_missing(browser: FlaskClient) -> None:
    assert "it ends in ?url= and the address of a page" in browser.get("/thread").text


def test_a_cursor_of_another_list_is_refused(scene: Scene, browser: FlaskClient) -> None:
    scene.post()
    assert browser.get(f"{THREAD}&cursor=abc").status_code == 422


def test_nothing_a_reader_typed_becomes_markup(scene: Scene, browser: FlaskClient) -> None:
    scene.post(
        "<b>Eve</b>", body="<script>alert(1)</script> [x](javascript:alert(1))", title="<i>x"
    )
    page = browser.get(THREAD).text
    assert not re.search(r"<script|<b>Eve|<i>x|href=\"javascript", page)
