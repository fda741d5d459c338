import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from http.client import HTTPConnection

import pytest

from comments_service.demo import content
from comments_service.demo.mailbox import Mailbox
from comments_service.demo.newspaper import LOOKS
from comments_service.demo.pages import PageServer
from tests.tags import Tags

SERVICE = "http://127.0.0.1:8000/comments"


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Stand:
    mailbox: Mailbox
    pages: PageServer

    def get(self, path: str, *, method: str = "GET", host: str | None = None) -> Response:
        connection = HTTPConnection("127.0.0.1", self.pages.port, timeout=5)
        try:
            connection.request(method, path, headers={"Host": host} if host else {})
            answer = connection.getresponse()
            return Response(answer.status, dict(answer.getheaders()), answer.read().decode())
        finally:
            connection.close()

    def send(self, subject: str, *, text: str, html: str | None = None) -> None:
        mail = EmailMessage()
        mail["From"] = "post@hazelmoor.example"
        mail["To"] = "agnes@reader.example"
        mail["Subject"] = subject
        mail.set_content(text)
        if html is not None:
            mail.add_alternative(html, subtype="html")
        with smtplib.SMTP("127.0.0.1", self.mailbox.port, timeout=5) as client:
            client.send_message(mail)


@pytest.fixture
def stand() -> Iterator[Stand]:
    with Mailbox() as mailbox, PageServer(content.load(), mailbox, service_url=SERVICE) as pages:
        yield Stand(mailbox, pages)


def test_the_news_page_carries_both_articles_each_with_its_thread(stand: Stand) -> None:
    tags = Tags(stand.get("/").body)
    assert len(tags.named("article")) == 2
    assert [tag["open"] for tag in tags.named("comment-thread")] == ["click", "visible"]
    assert [tag["href"] for tag in tags.named("a") if tag.get("rel") == "bookmark"] == [
        f"{stand.pages.page_origin}{article.path}" for article in content.load().front
    ]


def test_the_page_uses_the_two_line_snippet_and_no_other_script(stand: Stand) -> None:
    page = stand.get("/")
    assert Tags(page.body).named("script") == [{"type": "module", "src": f"{SERVICE}/embed.js"}]
    names = {name for _, attributes in Tags(page.body).found for name in attributes}
    assert not [name for name in names if name.startswith("on") or name == "style"]


def test_without_script_the_thread_is_a_link(stand: Stand) -> None:
    page_port = stand.pages.port
    slug = content.load().articles[0].slug
    wanted = f"{SERVICE}/thread?url=http%3A%2F%2F127.0.0.1%3A{page_port}%2Farticles%2F{slug}"
    assert wanted in [tag["href"] for tag in Tags(stand.get("/").body).named("a")]


def test_each_article_has_its_own_address(stand: Stand) -> None:
    for article in content.load().articles:
        tags = Tags(stand.get(article.path).body)
        assert len(tags.named("comment-thread")) == 1
        assert {"rel": "canonical", "href": f"{stand.pages.page_origin}{article.path}"} in (
            tags.named("link")
        )


@pytest.mark.parametrize("path", ["/articles/none", "/mail/1", "/mail/0", "/mail/1/html", "/x"])
def test_what_is_not_there_is_404(stand: Stand, path: str) -> None:
    assert stand.get(path).status == 404


@pytest.mark.parametrize("path", ["/", "/mail/", "/page.css", "/nothing"])
def test_nothing_is_cached_and_every_answer_has_a_policy(stand: Stand, path: str) -> None:
    headers = stand.get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_the_policy_admits_the_service_alone_and_wants_trusted_types(stand: Stand) -> None:
    policy = stand.get("/").headers["Content-Security-Policy"]
    assert "script-src http://127.0.0.1:8000;" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy


def test_head_answers_without_a_body(stand: Stand) -> None:
    answer = stand.get("/", method="HEAD")
    assert (answer.status, answer.body) == (200, "")


def test_other_methods_are_refused(stand: Stand) -> None:
    assert stand.get("/", method="POST").status == 501


def test_localhost_is_led_to_the_registered_origin(stand: Stand) -> None:
    answer = stand.get("/mail/", host=f"localhost:{stand.pages.port}")
    assert answer.status == 302
    assert answer.headers["Location"] == stand.pages.mail_url


def test_mails_are_listed_newest_first(stand: Stand) -> None:
    assert "No mail yet" in stand.get("/mail/").body
    stand.send("The older", text="a")
    stand.send("The newer", text="b")
    listed = stand.get("/mail/").body
    assert listed.index("The newer") < listed.index("The older")
    links = [str(tag["href"]) for tag in Tags(listed).named("a")]
    assert links.index("/mail/2") < links.index("/mail/1")


def test_a_mails_links_open_beside_it(stand: Stand) -> None:
    stand.send("Links", text="Confirm:\nhttp://127.0.0.1:8000/subscriptions/confirm/abc\n")
    links = Tags(stand.get("/mail/1").body).named("a")
    assert {
        "href": "http://127.0.0.1:8000/subscriptions/confirm/abc",
        "target": "_blank",
        "rel": "noopener",
    } in links


def test_whatever_a_mail_says_is_shown_and_never_run(stand: Stand) -> None:
    stand.send("<script>alert(1)</script>", text="<img src=x onerror=alert(2)>")
    for path in ("/mail/", "/mail/1"):
        body = stand.get(path).body
        assert "<script>alert" not in body
        assert "<img" not in body
    assert "&lt;script&gt;alert(1)" in stand.get("/mail/1").body


def test_the_html_part_is_sandboxed_twice_and_opens_links_in_new_tabs(stand: Stand) -> None:
    stand.send("Both", text="t", html="<html><head><title>T</title></head><p>Hello</p></html>")
    (frame,) = Tags(stand.get("/mail/1").body).named("iframe")
    assert frame["src"] == "/mail/1/html"
    assert "allow-scripts" not in (frame["sandbox"] or "")
    answer = stand.get("/mail/1/html")
    assert answer.body.startswith('<html><head><base target="_blank"><title>')
    assert answer.headers["Content-Security-Policy"].startswith("sandbox allow-popups ")


def test_a_mail_without_html_has_no_frame(stand: Stand) -> None:
    stand.send("Plain", text="Only text.")
    assert Tags(stand.get("/mail/1").body).named("iframe") == []
    assert stand.get("/mail/1/html").status == 404


def test_an_article_in_arabic_stands_from_right_to_left_on_its_page_and_in_its_look(
    stand: Stand,
) -> None:
    article = content.load().article_in("ar")
    whole = {"lang": "ar", "dir": "rtl"}
    [story] = Tags(stand.get(article.path).body).named("article")
    assert story == {"class": "story"} | whole
    look = Tags(stand.get("/theming/rtl").body)
    assert look.named("html") == [whole]
    [link] = look.named("link")[:1]
    assert link["href"] == stand.pages.page_origin + article.path


@pytest.mark.parametrize("look", [name for name, _title, _lang in LOOKS])
def test_each_look_is_the_thread_on_a_page_with_the_css_that_is_shown(
    stand: Stand, look: str
) -> None:
    shown = Tags(stand.get("/theming").body)
    assert f"/theming/{look}" in [frame["src"] for frame in shown.named("iframe")]
    page = stand.get(f"/theming/{look}")
    assert len(Tags(page.body).named("comment-thread")) == 1
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    css = stand.get(f"/theming/{look}.css").body
    assert css.splitlines()[0].split("{")[0] in stand.get("/theming").body
