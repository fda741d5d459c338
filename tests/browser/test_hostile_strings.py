"""Hostile strings as everything that people may type, shown in a real browser wherever we show it:
nothing runs, nothing leads or asks elsewhere, and no element is there but those allowed.

The host's page has no policy at all, so that only our own fences stand between.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Dialog, Page, Request, expect

from comments_service.app import create_app
from comments_service.database import db
from comments_service.domain import markup
from comments_service.domain.events import Kind, Scope
from comments_service.queries.mails import ConfirmRow, NotificationRow, PageRow, TextRow
from comments_service.settings import Settings
from comments_service.worker import mails
from tests import hostile
from tests.services.newspaper import Newspaper
from tests.services.service import Service

SITE = f'"><img src=x onerror={hostile.CALL}>'
A_THREAD = 50
A_TITLE = 200
AT_ONCE = 60
PLAIN = {"name": "Ruth Amberley", "website": None, "title": "The last ferry", "body": None}
UNLIMITED = dict.fromkeys(("post_limit", "report_limit", "visitor_limit", "sign_in_limit"), "")
ATOM = "{http://www.w3.org/2005/Atom}"
# What hostile text asks of the network in vain, and what a browser says about that.
pytestmark = [
    pytest.mark.allows_console_errors("Failed to load resource|ERR_|127.0.0.1:47113"),
    pytest.mark.timeout(300),
]

WATCH = """
  window.__violations = [];
  addEventListener("securitypolicyviolation", (it) =>
    window.__violations.push(it.violatedDirective));
"""
# In every shadow: bodies hold what is allowed, the rest nothing that a string could have brought.
LOOK = """({allowed, schemes}) => {
  const frames = [...document.querySelectorAll("iframe[srcdoc]")];
  const found = [], roots = [document, ...frames.map((it) => it.contentDocument)];
  const inside = ".body, .own, .said, .entry", loading = "img, object, embed, base, video, audio";
  const scripts = 'script:not([src], [type="application/ld+json"])';  // that one is no script
  const ours = (href) => /^([/?#](?![/\\\\])|$)/.test(href)
    || schemes.some((it) => href.startsWith(it));
  for (const root of roots) for (const one of root.querySelectorAll("*")) {
    if (one.shadowRoot) roots.push(one.shadowRoot);
    const tell = (what) => found.push(`${what}: ${one.outerHTML.slice(0, 300)}`);
    for (const {name, value} of one.attributes) {
      if (name.startsWith("on")) tell("handler");
      if (/^(xlink:)?href$/.test(name) && !ours(value)) tell("link");
    }
    if (one.matches(`${loading}, ${scripts}, math, iframe:not([srcdoc])`))
      tell("element");
    if (!one.parentElement?.closest(inside)) continue;
    const names = allowed[one.localName];
    if (!names || [...one.attributes].some(({name}) => !names.includes(name))) tell("in a body");
  }
  return found;
}"""
# Each as a document of its own that may do what it likes.
FRAMES = """async (pages) => {
  const framed = (srcdoc) => Object.assign(document.createElement("iframe"), {srcdoc});
  const frames = pages.map(framed);
  const loaded = frames.map((frame) => new Promise((done) => { frame.onload = done; }));
  document.body.replaceChildren(...frames);
  await Promise.race([Promise.all(loaded), new Promise((done) => setTimeout(done, 5000))]);
}"""
# As a naive page would.
INSERT = """(strings) => { for (const one of strings) {
  const entry = Object.assign(document.createElement("div"), {className: "entry"});
  document.body.append(entry);
  entry.innerHTML = one;
} }"""
COUNT = """() => new Promise((done) => requestAnimationFrame(() => setTimeout(
  () => done(window.__executed || 0))))"""
IN_FRAMES = """() => [...document.querySelectorAll("iframe[srcdoc]")].map((it) => it.contentWindow)
  .reduce((sum, it) => sum + (it.__executed || 0), window.__executed || 0)"""


def groups() -> list[str]:
    """What no field refuses, as many to a text as a title may be long."""
    joined: list[str] = []
    for string in hostile.STRINGS:
        if {unicodedata.category(one) for one in string} & {"Cc", "Cs", "Cn", "Zl", "Zp"}:
            continue
        if joined and len(joined[-1]) + len(string) < A_TITLE:
            joined[-1] += f" {string}"
        elif string.strip():
            joined.append(string)
    return joined


@dataclass
class Watched:
    """A page whose every request and dialog is looked at."""

    page: Page
    origins: set[str]
    foreign: list[str] = field(default_factory=list[str])
    dialogs: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.page.add_init_script(WATCH)
        self.page.context.on("request", self._requested)
        self.page.on("dialog", self._asked)

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        ours = f"{parts.scheme}://{parts.netloc}" in self.origins or request.url == "about:srcdoc"
        if not ours:
            self.foreign.append(request.url)

    def _asked(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def check(self) -> None:
        self.page.evaluate(COUNT)
        assert self.page.evaluate(IN_FRAMES) == 0
        asked = {"allowed": {tag: [*names] for tag, names in hostile.ALLOWED.items()}}
        asked |= {"schemes": hostile.ALLOWED_SCHEMES}
        assert self.page.evaluate(LOOK, asked) == []
        assert (self.foreign, self.dialogs) == ([], [])

    def check_all(self, pages: Sequence[str]) -> None:
        for start in range(0, len(pages), AT_ONCE):
            self.page.evaluate(FRAMES, pages[start : start + AT_ONCE])
            self.check()


@dataclass
class Shown:
    """A service that holds every string that it takes: each by itself and many in one text."""

    service: Service
    newspaper: Newspaper
    app: Flask
    key: str
    client: FlaskClient = field(init=False)
    threads: list[str] = field(default_factory=list[str])
    comments: list[str] = field(default_factory=list[str])
    statuses: list[str] = field(default_factory=list[str])
    taken: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def fill(self) -> None:
        """Each string in a thread with others; each group in one of its own, reported, rejected."""
        for number, string in enumerate(hostile.STRINGS):
            page = f"{self.newspaper.origin}/t-{number // A_THREAD}"
            if page not in self.threads:
                self.threads.append(page)
            posted = self._post(page, string)
            if posted:
                self.comments.append(posted["comment"]["id"])
        for number, group in enumerate(groups()):
            report = {"reason": "other", "text": group[:1000]}
            assert self._send(f"/comments/{self.comments[number]}/reports", report)[0] == 202
            posted = self._post(f"{self.newspaper.origin}/titled-{number}", group)
            assert posted
            self.statuses.append(posted["status_url"].removeprefix(self.service.url))
            self._reject(posted["comment"]["id"], group)

    def _post(self, page: str, string: str) -> dict[str, Any] | None:
        """With the string in every field that takes it; None for what differs only in space."""
        wanted: dict[str, Any] = dict.fromkeys(PLAIN, string)
        while True:
            author = {name: wanted[name] for name in ("name", "website")}
            body = wanted["body"] or f"Nothing of {len(self.comments)}"
            data = {"url": page, "title": wanted["title"], "author": author, "body": body}
            status, answer = self._send("/comments", data)
            if status != 422:
                break
            for name in (error["pointer"].split("/")[-1] for error in answer["errors"]):
                wanted[name] = PLAIN[name]
        if string in wanted.values():
            self.taken.add(string)
        return None if status == 409 else answer

    def _reject(self, comment: str, group: str) -> None:
        key = {"Authorization": f"Bearer {self.key}"}
        data = {"comment_ids": [comment], "decision": "reject", "tell_author": True}
        status, _ = self._send("/moderation/decisions", data | {"reason": group[:500]}, **key)
        assert status == 200

    def _send(self, path: str, data: dict[str, Any], **headers: str) -> tuple[int, Any]:
        answer = self.client.post(
            f"/api/v1{path}",
            data=json.dumps(data),
            content_type="application/json",
            headers=headers,
        )
        return answer.status_code, answer.get_json()

    def html(self, path: str) -> str:
        return self.client.get(path).text


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("hostile")
    database = f"sqlite:///{folder}/comments.sqlite3"
    common: dict[str, Any] = {"data_dir": str(folder), "database_url": database} | UNLIMITED
    common |= {"secret_key": "a fixed secret for tests only of enough length"}
    service = Service(folder, common | {"moderation": "none"})
    service.start()
    chosen = Settings(public_url=service.url, moderation="none", **common)
    with Newspaper(service) as newspaper:
        service.cli("sites", "add", SITE, "--origin", newspaper.origin)
        app = create_app(chosen)
        it = Shown(service, newspaper, app, service.cli("keys", "add", "tests").strip())
        it.fill()
        yield it
        with app.app_context():
            db.engine.dispose()
    service.close()


@pytest.fixture
def watched(page: Page, shown: Shown) -> Watched:
    return Watched(page, {shown.service.url, shown.newspaper.origin})


def open_blank(watched: Watched, newspaper: Newspaper) -> None:
    watched.page.goto(newspaper.page("", policy=""))


def test_enough_of_them_are_taken(shown: Shown) -> None:
    assert len(hostile.STRINGS) >= 300
    assert len(shown.taken) >= 300


@pytest.mark.allows_console_errors("")
def test_the_strings_are_hostile(watched: Watched, shown: Shown) -> None:
    """The control: what would be, if nobody stood between."""
    open_blank(watched, shown.newspaper)
    left_out = re.compile("http-equiv|<base|srcdoc")  # these end the page that counts
    strings = [one for one in hostile.STRINGS if not left_out.search(one)]
    watched.page.evaluate(INSERT, [one for one in strings if one.isprintable()])
    watched.page.evaluate(COUNT)
    assert watched.page.evaluate("window.__executed") > 0
    assert any(hostile.CANARY in one for one in watched.foreign)
    with pytest.raises(AssertionError):
        watched.check()


@pytest.mark.parametrize("sanitizer", ["the browser's own", "none"])
def test_the_widget_shows_them_as_text(watched: Watched, shown: Shown, sanitizer: str) -> None:
    if sanitizer == "none":
        watched.page.add_init_script("delete Document.parseHTML")
    elements = [
        f'<comment-thread open="now" url="{url}"></comment-thread>' for url in shown.threads
    ]
    watched.page.goto(shown.newspaper.page("".join(elements), policy=""))
    bodies = watched.page.locator("comment-thread .body")
    expect(bodies).to_have_count(len(shown.comments), timeout=30_000)
    watched.check()


def test_the_page_without_script_shows_them_as_text(watched: Watched, shown: Shown) -> None:
    open_blank(watched, shown.newspaper)
    watched.check_all([shown.html(f"/thread?url={quote(url)}") for url in shown.threads])


def test_the_status_page_shows_them_as_text(watched: Watched, shown: Shown) -> None:
    open_blank(watched, shown.newspaper)
    watched.check_all([shown.html(path) for path in shown.statuses])


def test_a_naive_feed_reader_gets_nothing_that_runs(watched: Watched, shown: Shown) -> None:
    """The body of an entry goes into its page as it is."""
    open_blank(watched, shown.newspaper)
    for url in shown.threads:
        feed = ET.fromstring(shown.html(f"/feed.atom?url={quote(url)}"))
        bodies = [one.text or "" for one in feed.iter(f"{ATOM}content")]
        assert bodies
        watched.page.evaluate(INSERT, bodies)
    watched.check()


def test_mails_show_them_as_text(watched: Watched, shown: Shown) -> None:
    open_blank(watched, shown.newspaper)
    with shown.app.app_context():
        pages = [html for group in groups() for html in _mails(group)]
    watched.check_all(pages)


def _mails(string: str) -> Iterator[str]:
    """As if every field had taken it."""
    page = PageRow(1, "https://a.example/x", "https://a.example/x", string, string)
    text = TextRow(7, string, markup.render(string), datetime(2026, 5, 3, tzinfo=UTC))
    row = NotificationRow("r@example.com", page, 3, text, own=text, direct=True)
    asked = ConfirmRow("r@example.com", 1, page, (Scope.THREAD,))
    for mail in (
        mails.notification(row, kind=Kind.REPLY, dedupe_key="x"),
        mails.notification(row, kind=Kind.FOLLOW_UP, dedupe_key="x"),
        mails.confirm(asked, confirmation_id=1, dedupe_key="x"),
    ):
        part = mail.get_body(preferencelist=("html",))
        assert part
        yield str(part.get_content())


def test_the_desk_shows_them_as_text_under_its_policy(watched: Watched, shown: Shown) -> None:
    shown.service.cli("moderators", "add", "ines@desk.example")
    page = watched.page
    page.goto(shown.service.cli("moderators", "link", "ines@desk.example").strip())
    page.get_by_role("button", name="Sign in").click()
    for view in ("reported", "rejected"):
        page.goto(f"{shown.service.url}/admin/?view={view}")
        expect(page.get_by_role("article")).to_be_visible()
        _walk(watched)


def _walk(watched: Watched) -> None:
    """From card to the card of the last row: each comment is a row or a card once."""
    page = watched.page
    for _ in range(20):
        page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
        watched.check()
        assert page.evaluate("window.__violations") == []
        rows = page.locator("a.go")
        if not rows.count():
            return
        page.goto(urljoin(page.url, rows.last.get_attribute("href") or ""))
