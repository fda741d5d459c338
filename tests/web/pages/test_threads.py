"""A thread without script: every approved comment can be reached, and nothing else."""

import html
import json
import re
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from comments_service.database import unit_of_work
from comments_service.domain.states import Decision
from comments_service.models import Comment
from comments_service.queries import threads
from tests import hostile
from tests.scene import PAGE, TITLE, Scene

THREAD = f"/thread?url={quote(PAGE)}"


@pytest.fixture
def browser(scene: Scene) -> FlaskClient:
    return scene.app.test_client()


def _structured(page: str) -> dict[str, Any]:
    """What stands in the page for search engines."""
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(data)


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
        (f"url={PAGE}&sort=best", 422),
        (f"url={PAGE}&sort=top&sort=top", 422),
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
    assert page.count("<script") == 1
    assert not re.search(r"<script>|<b>Eve|<i>x|href=\"javascript", page)
    told = _structured(page)
    assert (told["headline"], told["comment"][0]["author"]["name"]) == ("<i>x", "<b>Eve</b>")


def test_nothing_ends_the_element_that_search_engines_read(
    scene: Scene, browser: FlaskClient
) -> None:
    """A name that closes it, opens a comment in it, or breaks a line of JavaScript."""
    names = ("</script><script>", "<!--<script>", "&lt;/script&gt;", "]]>", "'\"\\")
    for name in names:
        scene.post(name, body=f"{hostile.SCRIPTS[0]} \u2028\u2029 </ScRiPt >")
    page = browser.get(THREAD).text
    data = page.partition('ld+json">')[2].partition("</script>")[0]
    assert not set("<>&\u2028\u2029") & set(data)
    assert [one["author"]["name"] for one in json.loads(data)["comment"]] == list(names)


def test_search_engines_are_told_who_wrote_what_when_below_what(
    scene: Scene, browser: FlaskClient
) -> None:
    first = scene.post("Tobias Wren", body="Who is it *for*?")
    scene.post("Ruth Amberley", body="For me.", parent=first)
    hidden = scene.post("Eve Adder", body="Hidden words")
    scene.post("Maren Oldby", parent=hidden)
    scene.decide(hidden, Decision.REJECT)
    with unit_of_work() as session:
        session.execute(update(Comment).where(Comment.id == first).values(votes_up=3))
    told = _structured(browser.get(THREAD).text)
    assert told["@type"] == "DiscussionForumPosting"
    assert (told["url"], told["headline"], told["commentCount"]) == (PAGE, TITLE, 3)
    assert told["publisher"]["name"] == "Saltmarsh Courier"
    question, gone = told["comment"]
    [reply] = question.pop("comment")
    assert question == {
        "@type": "Comment",
        "url": f"{PAGE}#comment-{first}",
        "dateCreated": "2026-05-03T13:10:00Z",
        "author": {"@type": "Person", "name": "Tobias Wren"},
        "text": "Who is it for?",
        "upvoteCount": 3,
    }
    assert reply["text"] == "For me."
    assert gone["creativeWorkStatus"] == "Deleted"
    assert [one["author"]["name"] for one in gone["comment"]] == ["Maren Oldby"]
    assert "Hidden" not in json.dumps(told)


def test_search_engines_find_the_article_and_its_feed(scene: Scene, browser: FlaskClient) -> None:
    scene.post()
    for query in ("", "&sort=newest"):
        page = browser.get(f"{THREAD}{query}").text
        assert f'<link rel="canonical" href="{PAGE}">' in page
        assert "noindex" not in page
        [feed] = re.findall(r'type="application/atom\+xml" title="Comments" href="([^"]+)"', page)
        assert browser.get(html.unescape(feed)).mimetype == "application/atom+xml"


def test_a_thread_is_read_in_the_order_that_is_chosen(
    scene: Scene, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "page", partial(threads.page, limit=2))
    roots = [scene.post() for _ in range(3)]
    with unit_of_work() as session:
        session.execute(update(Comment).where(Comment.id == roots[1]).values(rank=9, votes_up=1))
    oldest, newest, top = roots, roots[::-1], [roots[1], roots[2], roots[0]]
    links = re.findall(
        r'href="(/thread[^"]+)" rel="nofollow"[^>]*>(\w+)</a>', browser.get(THREAD).text
    )
    orders = {name: html.unescape(path) for path, name in links if name != "Reply"}
    assert list(orders) == ["Oldest", "Newest", "Top"]
    for name, wanted in (("Oldest", oldest), ("Newest", newest), ("Top", top)):
        page = browser.get(orders[name]).text
        assert re.findall(r'aria-current="true">(\w+)<', page) == [name]
        [more] = re.findall(r'rel="next" href="([^"]+)"', page)
        page += browser.get(html.unescape(more)).text
        assert [int(one) for one in re.findall(r'id="comment-(\d+)"', page)] == wanted


def test_votes_are_told(scene: Scene, browser: FlaskClient) -> None:
    first = scene.post()
    scene.post()
    with unit_of_work() as session:
        session.execute(update(Comment).where(Comment.id == first).values(votes_up=2, votes_down=1))
    assert re.findall(r"\d+ votes?[^<]*", browser.get(THREAD).text) == ["2 votes, 1 against"]


def test_what_is_not_there_any_more_cannot_be_answered(scene: Scene, browser: FlaskClient) -> None:
    scene.post(body="Still here.")
    gone, held = scene.post(body="Gone words"), scene.post(body="Held words", approve=False)
    scene.decide(gone, Decision.REJECT)
    elsewhere = scene.post(body="Words of another thread", page=f"{PAGE}/other")
    for comment in (gone, held, elsewhere, 1, "x"):
        page = browser.get(f"{THREAD}&reply_to={comment}")
        assert page.status_code == 200
        assert "That comment isn’t here any more. These are." in page.text
        assert "Still here." in page.text
        assert not re.search("Gone words|Held words|Words of another|parent_id", page.text)
        assert "noindex" in page.text


def test_a_tombstone_cannot_be_answered(scene: Scene, browser: FlaskClient) -> None:
    hidden = scene.post()
    reply = scene.post(parent=hidden)
    scene.decide(hidden, Decision.REJECT)
    assert re.findall(r"reply_to=(\d+)", browser.get(THREAD).text) == [str(reply)]


def test_cancelling_a_reply_leads_back_to_the_page_of_its_comment(
    scene: Scene, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "page", partial(threads.page, limit=2))
    roots = [scene.post() for _ in range(3)]
    replies = [scene.post(parent=roots[0]) for _ in range(5)]
    for comment in (*roots, *replies):
        page = browser.get(f"{THREAD}&reply_to={comment}").text
        [back] = re.findall(r'href="([^"]+)">Cancel', page)
        address, _, fragment = html.unescape(back).partition("#")
        assert f'id="{fragment}"' in browser.get(address).text
