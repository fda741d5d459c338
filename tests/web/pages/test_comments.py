"""Writing by plain forms: made once, told honestly, and no typed text is lost."""

import html
import re
from collections.abc import Iterator
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from comments_service.database import snapshot, unit_of_work
from comments_service.domain.states import Decision
from comments_service.models import Comment, Subscription, Thread
from comments_service.queries import threads
from comments_service.settings import Settings
from tests.conftest import MakeApp, MakeSettings
from tests.forms import Form, every, opened
from tests.scene import START
from tests.thread import ARTICLE, ORIGIN, Reader, add_site, approve, decide, posted

TEXT = "My grandmother cooked on that ship."
TYPED = {"body": TEXT, "name": "Ruth Amberley"}
NOT_SENT = "Not sent. Your text is safe here."
EMPTY = "Write something first."
TOO_LONG = "A comment has at most 10000 characters."
NAMELESS = "Your name is needed."
TEAM_NAME = "That name belongs to the team. Please choose another."
INCOMPLETE = "This address isn’t complete."
GONE = "The comment you answer isn’t there any more. You can post it as a comment of its own."
WAITS = "Waiting for a moderator. Only you can see this."
WAITS_FOR_LINKS = "Waiting for a moderator, because of its links. Only you can see this."
SOMEBODY_ELSES = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": ORIGIN},
    {"Origin": "null"},
]


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(moderation="none", smtp_url="smtp://127.0.0.1:9")


@pytest.fixture
def at() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def site(app: Flask, at: time_machine.Traveller) -> int:
    return add_site(app)


def _form(client: FlaskClient, at: time_machine.Traveller, **query: str) -> Form:
    """Opened, and then looked at for as long as somebody types."""
    form = opened(client, "/thread", url=ARTICLE, **query)
    at.shift(10)
    return form


def _comments(app: Flask) -> list[Comment]:
    with app.app_context(), snapshot() as session:
        return list(session.scalars(select(Comment).order_by(Comment.id)))


def _landed(client: FlaskClient, answer: TestResponse) -> str:
    """The page that a sent form leads to."""
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location)
    assert page.status_code == 200
    return page.text


def _alert(page: str) -> str:
    [alert] = re.findall(r'role="alert"[^>]*>([^<]*)<', page)
    return html.unescape(alert)


def test_a_comment_that_stands_is_shown_in_its_place(
    app: Flask, client: FlaskClient, at: time_machine.Traveller
) -> None:
    answer = _form(client, at).send(client, **TYPED)
    [comment] = _comments(app)
    parts = urlsplit(answer.location)
    assert parts.fragment == f"comment-{comment.id}"
    assert parse_qs(parts.query) == {"url": [ARTICLE]}
    page = _landed(client, answer)
    assert f'id="comment-{comment.id}"' in page
    assert TEXT in page
    assert "noindex" not in page


def test_nobody_is_named_who_could_not_be_recognised(
    app: Flask, client: FlaskClient, at: time_machine.Traveller
) -> None:
    """No cookie, and no visitor id that nobody could keep."""
    answer = _form(client, at).send(client, **TYPED)
    assert "Set-Cookie" not in answer.headers
    [comment] = _comments(app)
    assert comment.visitor is None


def test_what_waits_is_shown_to_its_author_alone_with_the_page_of_its_state(
    make_app: MakeApp, at: time_machine.Traveller
) -> None:
    app = make_app(moderation="all")
    client = app.test_client()
    answer = _form(client, at).send(client, **TYPED)
    assert urlsplit(answer.location).fragment == "posted"
    page = _landed(client, answer)
    assert WAITS in page
    assert TEXT in page
    assert "<title>Waiting for a moderator" in page
    assert "noindex" in page
    [status] = re.findall(r'href="(/status/[^"]+)"', page)
    assert TEXT in client.get(status).text
    others = client.get("/thread", query_string={"url": ARTICLE}).text
    assert TEXT not in others
    assert WAITS not in others
    [comment] = _comments(app)
    approve(app, comment.id)
    later = client.get(answer.location).text
    assert WAITS not in later
    assert f'#comment-{comment.id}">Read your comment' in later


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("https://a.example https://b.example https://c.example", WAITS_FOR_LINKS),
        ("https://a.example https://b.example", WAITS),
    ],
)
def test_what_waits_for_its_links_says_so(
    make_app: MakeApp, at: time_machine.Traveller, body: str, told: str
) -> None:
    client = make_app(moderation="all", max_links=2).test_client()
    page = _landed(client, _form(client, at).send(client, **TYPED | {"body": body}))
    assert told in page
    [status] = re.findall(r'href="(/status/[^"]+)"', page)
    heading = told.removesuffix(" Only you can see this.")
    assert f"<h1>{heading}</h1>" in client.get(status).text


@pytest.mark.parametrize("decision", [Decision.REJECT, Decision.DELETE])
def test_what_is_not_published_isnt_told_as_waiting(
    make_app: MakeApp, at: time_machine.Traveller, decision: Decision
) -> None:
    app = make_app(moderation="all")
    client = app.test_client()
    answer = _form(client, at).send(client, **TYPED)
    decide(app, _comments(app)[0].id, decision)
    page = client.get(answer.location).text
    assert WAITS not in page
    assert TEXT not in page
    assert "What became of your comment" in page


def test_the_token_of_another_thread_shows_nothing(
    make_app: MakeApp, at: time_machine.Traveller
) -> None:
    client = make_app(moderation="all").test_client()
    answer = _form(client, at).send(client, **TYPED)
    token = parse_qs(urlsplit(answer.location).query)["posted"][0]
    for query in ({"url": f"{ARTICLE}/other", "posted": token}, {"url": ARTICLE, "posted": "x"}):
        page = client.get("/thread", query_string=query)
        assert page.status_code == 200
        assert TEXT not in page.text


def test_a_form_sent_twice_makes_one_comment(
    app: Flask, client: FlaskClient, at: time_machine.Traveller
) -> None:
    form = _form(client, at)
    answers = [form.send(client, **TYPED).location for _ in range(3)]
    at.shift(3600)
    answers.append(form.send(client, **TYPED).location)
    assert len(set(answers)) == 1
    assert len(_comments(app)) == 1


def test_a_form_sent_twice_is_answered_when_no_post_is_left(
    make_app: MakeApp, at: time_machine.Traveller
) -> None:
    client = make_app(post_limit="1 per hour").test_client()
    form = _form(client, at)
    assert form.send(client, **TYPED).location == form.send(client, **TYPED).location
    assert form.send(client, **TYPED, email="ruth@example.com").status_code == 429


def test_who_goes_back_and_writes_something_else_writes_another_comment(
    app: Flask, client: FlaskClient, at: time_machine.Traveller
) -> None:
    form = _form(client, at)
    form.send(client, **TYPED)
    _landed(client, form.send(client, **TYPED | {"body": "And one thing more."}))
    assert len(_comments(app)) == 2


def test_a_reply_stands_below_what_it_answers(
    app: Flask, client: FlaskClient, at: time_machine.Traveller
) -> None:
    parent = posted(Reader(client, "Tobias Wren").post("A bus would be faster."))
    page = client.get("/thread", query_string={"url": ARTICLE}).text
    [link] = re.findall(r'href="([^"]+)" rel="nofollow" aria-label="Reply: Tobias Wren"', page)
    asked = client.get(html.unescape(link).partition("#")[0])
    assert link.endswith("#reply")
    assert "Reply to <bdi>Tobias Wren</bdi>" in asked.text
    assert "A bus would be faster." in asked.text
    assert 'id="reply"' in asked.text
    assert "noindex" in asked.text
    [form] = every(asked.text)
    at.shift(10)
    answer = form.send(client, **TYPED)
    _root, reply = _comments(app)
    assert reply.parent_id == int(parent)
    assert "in reply to <bdi>Tobias Wren</bdi>" in _landed(client, answer)


def test_a_comment_leads_to_the_page_that_shows_it(
    app: Flask, client: FlaskClient, at: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "page", partial(threads.page, limit=2))
    roots = [posted(Reader(client, f"Reader {n}").post(f"Number {n}.")) for n in range(3)]
    at.shift(60)
    for n in range(4):
        posted(Reader(client, f"Reader {n}").post(f"Reply {n}.", parent_id=roots[0]))
    at.shift(60)
    for query, body in (({}, "A root."), ({"reply_to": roots[0]}, "A late reply.")):
        answer = _form(client, at, **query).send(client, **TYPED | {"body": body})
        comment = _comments(app)[-1]
        assert urlsplit(answer.location).fragment == f"comment-{comment.id}"
        assert "cursor=" in answer.location
        assert f'id="comment-{comment.id}"' in _landed(client, answer)


def test_the_chosen_order_is_kept(
    app: Flask, client: FlaskClient, at: time_machine.Traveller
) -> None:
    answer = _form(client, at, sort="newest").send(client, **TYPED)
    assert parse_qs(urlsplit(answer.location).query)["sort"] == ["newest"]


def test_an_email_and_a_wish_for_mails_are_kept_and_never_shown(
    app: Flask, client: FlaskClient, at: time_machine.Traveller
) -> None:
    answer = _form(client, at).send(client, **TYPED, email="ruth@example.com", notify_of="replies")
    assert "ruth@example.com" not in _landed(client, answer)
    assert _comments(app)[0].author_email == "ruth@example.com"
    with app.app_context(), snapshot() as session:
        assert [one.scope for one in session.scalars(select(Subscription))] == ["replies"]


def test_without_mail_no_mails_are_offered(make_app: MakeApp) -> None:
    page = make_app(smtp_url="").test_client().get("/thread", query_string={"url": ARTICLE}).text
    assert [form.action for form in every(page)] == [f"/thread?url={ARTICLE}"]
    assert "notify_of" not in page


@pytest.mark.parametrize(
    ("typed", "described"),
    [
        ({"body": " \r\n"}, {"body": EMPTY}),
        ({"body": "x" * 10_001}, {"body": TOO_LONG}),
        ({"name": " "}, {"name": NAMELESS}),
        ({"name": "The Tide Table"}, {"name": TEAM_NAME}),
        ({"email": "ruth@"}, {"email": INCOMPLETE}),
        ({"email": "", "notify_of": "thread"}, {"email": "Your e-mail is needed for that."}),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_all_that_was_typed_is_kept(
    app: Flask,
    client: FlaskClient,
    at: time_machine.Traveller,
    typed: dict[str, str],
    described: dict[str, str],
) -> None:
    form = _form(client, at)
    whole = TYPED | {"email": "ruth@example.com", "notify_of": "replies"} | typed
    answer = form.send(client, **whole)
    assert answer.status_code == 422
    assert answer.mimetype == "text/html"
    [again] = every(answer.text)
    assert again.described == described
    assert again.fields == form.fields | whole
    assert _alert(answer.text) == NOT_SENT
    assert not _comments(app)
    mended = again.send(client, **TYPED, email="ruth@example.com")
    assert TEXT in _landed(client, mended)


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ({"body": "", "name": ""}, {"body": EMPTY, "name": NAMELESS}),
        ({"name": "", "email": "ruth@"}, {"name": NAMELESS, "email": INCOMPLETE}),
        (
            {"name": " ", "email": "", "notify_of": "thread"},
            {"name": NAMELESS, "email": "Your e-mail is needed for that."},
        ),
        (
            {"name": "x" * 81, "email": "ruth@", "notify_of": "thread"},
            {"name": "A name has at most 80 characters.", "email": INCOMPLETE},
        ),
        (
            {"body": "x" * 10_001, "name": "The Tide Table", "email": "ruth@"},
            {"body": TOO_LONG, "name": TEAM_NAME, "email": INCOMPLETE},
        ),
        (
            {"body": "x" * 10_001, "name": "The Tide Table"},
            {"body": TOO_LONG, "name": TEAM_NAME},
        ),
    ],
)
def test_every_fault_is_told_at_once_and_the_first_is_gone_to(
    client: FlaskClient,
    at: time_machine.Traveller,
    typed: dict[str, str],
    faults: dict[str, str],
) -> None:
    answer = _form(client, at).send(client, **TYPED | typed)
    [again] = every(answer.text)
    assert again.described == faults
    assert _alert(answer.text) == NOT_SENT
    [focused] = re.findall(r'name="(\w+)"[^>]* autofocus', answer.text)
    assert focused == next(iter(faults))
    assert answer.text.count(" autofocus") == 1


def test_a_text_that_begins_with_an_empty_line_keeps_it(
    client: FlaskClient, at: time_machine.Traveller
) -> None:
    answer = _form(client, at).send(client, body="\n\nLate.", name="")
    [again] = every(answer.text)
    assert again.fields["body"] == "\n\nLate."


def test_the_same_text_again_says_so_and_is_kept(
    app: Flask, client: FlaskClient, at: time_machine.Traveller
) -> None:
    _form(client, at).send(client, **TYPED)
    answer = _form(client, at).send(client, **TYPED)
    assert answer.status_code == 409
    assert _alert(answer.text) == "You just posted this."
    assert every(answer.text)[0].fields["body"] == TEXT
    assert len(_comments(app)) == 1


def test_who_is_too_quick_is_told_how_long_to_wait_and_loses_nothing(
    make_app: MakeApp, at: time_machine.Traveller
) -> None:
    client = make_app(post_limit="1 per minute").test_client()
    _form(client, at).send(client, **TYPED | {"body": "First."})
    at.shift(10)
    answer = _form(client, at).send(client, **TYPED)
    assert answer.status_code == 429
    seconds = int(answer.headers["Retry-After"])
    assert 30 < seconds <= 40
    assert _alert(answer.text) == f"That was quick. You can post again in {seconds} seconds."
    [again] = every(answer.text)
    assert again.fields["body"] == TEXT
    at.shift(seconds)
    assert TEXT in _landed(client, again.send(client))


def test_longer_waits_are_told_in_minutes(make_app: MakeApp, at: time_machine.Traveller) -> None:
    client = make_app(post_limit="1 per hour").test_client()
    _form(client, at).send(client, **TYPED | {"body": "First."})
    answer = _form(client, at).send(client, **TYPED)
    assert _alert(answer.text) == "That was quick. You can post again in 60 minutes."


def test_a_thread_that_closed_meanwhile_gives_the_text_back_to_keep(
    app: Flask, client: FlaskClient, at: time_machine.Traveller
) -> None:
    posted(Reader(client).post("Before."))
    form = _form(client, at)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Thread).values(state="closed"))
    answer = form.send(client, **TYPED)
    assert answer.status_code == 409
    assert _alert(answer.text) == "Closed. You can still read."
    assert re.search(rf"<textarea [^>]*readonly[^>]*>\s*{TEXT}</textarea>", answer.text)
    assert not every(answer.text)
    closed = client.get("/thread", query_string={"url": ARTICLE}).text
    assert "Closed. You can still read." in closed
    assert "Before." in closed
    assert not every(closed)
    assert "reply_to" not in closed


def test_an_answer_to_what_is_gone_can_be_posted_by_itself(
    app: Flask, client: FlaskClient, at: time_machine.Traveller
) -> None:
    parent = posted(Reader(client).post("Soon gone."))
    form = _form(client, at, reply_to=parent)
    decide(app, parent, Decision.REJECT)
    answer = form.send(client, **TYPED)
    assert answer.status_code == 422
    assert _alert(answer.text) == f"{NOT_SENT} {GONE}"
    assert "Soon gone." not in answer.text
    [again] = every(answer.text)
    assert "parent_id" not in again.fields
    assert TEXT in _landed(client, again.send(client))


def test_that_the_answered_comment_is_gone_is_told_beside_other_faults(
    app: Flask, client: FlaskClient, at: time_machine.Traveller
) -> None:
    parent = posted(Reader(client).post("Soon gone."))
    form = _form(client, at, reply_to=parent)
    decide(app, parent, Decision.REJECT)
    answer = form.send(client, body=TEXT, name="")
    assert _alert(answer.text) == f"{NOT_SENT} {GONE}"
    assert every(answer.text)[0].described == {"name": NAMELESS}


@pytest.mark.parametrize("parent", ["x", "1", "9" * 30])
def test_what_was_never_there_is_answered_alike(
    client: FlaskClient, at: time_machine.Traveller, parent: str
) -> None:
    answer = _form(client, at).send(client, **TYPED, parent_id=parent)
    assert answer.status_code == 422
    assert every(answer.text)[0].fields["body"] == TEXT


def test_a_text_is_kept_while_the_database_is_away(
    make_app: MakeApp, database_kind: str, client: FlaskClient, at: time_machine.Traveller
) -> None:
    nowhere = {"sqlite": "sqlite:////nowhere/x.sqlite3", "postgresql": "postgresql://@/x?host=/no"}
    parent = posted(Reader(client).post("There."))
    form = _form(client, at, reply_to=parent)
    away = make_app(database_url=nowhere[database_kind]).test_client()
    answer = form.send(away, **TYPED, email="ruth@example.com", notify_of="thread")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert _alert(answer.text) == "Not sent. Your text is safe here. Try again in a moment."
    [again] = every(answer.text)
    assert TEXT in _landed(client, again.send(client))
    assert again.fields["parent_id"] == parent
    assert again.fields["notify_of"] == "thread"


@pytest.mark.parametrize("headers", SOMEBODY_ELSES)
def test_no_other_page_posts_in_a_readers_name(
    app: Flask, client: FlaskClient, headers: dict[str, str]
) -> None:
    answer = client.post("/thread", data=TYPED | {"url": ARTICLE}, headers=headers)
    assert answer.status_code == 403
    assert "another page" in answer.text
    assert not _comments(app)


def test_a_client_that_tells_nothing_may_post_and_needs_no_key(
    app: Flask, client: FlaskClient
) -> None:
    answer = client.post("/thread", data=TYPED | {"url": ARTICLE})
    assert TEXT in _landed(client, answer)
    assert len(_comments(app)) == 1


def test_a_made_up_key_binds_nobody(app: Flask, client: FlaskClient) -> None:
    """Else whoever guesses the key of somebody gets the link to his comment."""
    for name in ("Ruth Amberley", "Tobias Wren"):
        data = TYPED | {"url": ARTICLE, "name": name, "key": "A" * 54}
        _landed(client, client.post("/thread", data=data))
    again = client.post("/thread", data=TYPED | {"url": ARTICLE, "key": "A" * 54})
    assert again.status_code == 409
    assert len(_comments(app)) == 2


def test_a_filled_trap_and_a_form_sent_at_once_wait_for_a_moderator(
    app: Flask, client: FlaskClient, at: time_machine.Traveller
) -> None:
    quick = opened(client, "/thread", url=ARTICLE).send(client, **TYPED)
    trapped = _form(client, at).send(client, body="Buy this.", name="Bot", subject="x")
    for answer in (quick, trapped):
        assert WAITS in _landed(client, answer)
    codes = [one.reasons[0]["code"] for one in _comments(app)]
    assert codes == ["too_fast", "honeypot"]


def test_forms_and_what_follows_them_keep_the_sub_path(make_app: MakeApp) -> None:
    client = make_app(
        public_url="https://news.example/talk/", smtp_url="smtp://mail.example"
    ).test_client()
    page = client.get("/thread", query_string={"url": ARTICLE})
    first, second = every(page.text)
    assert first.action.startswith("/talk/thread?")
    assert second.action.startswith("/talk/subscriptions?")
    answer = client.post(first.action, data=TYPED, headers={"Origin": "https://news.example"})
    assert answer.location.startswith("/talk/thread?")


def test_a_page_of_no_site_takes_nothing(client: FlaskClient) -> None:
    answer = client.post("/thread", data=TYPED | {"url": "https://other.example/"})
    assert answer.status_code == 404
    assert "There are no comments here" in answer.text


def test_a_form_without_a_page_says_what_is_missing(client: FlaskClient) -> None:
    answer = client.post("/thread", data=TYPED)
    assert answer.status_code == 422
    assert "it ends in ?url=" in answer.text


def test_nothing_typed_becomes_markup_in_its_form(
    client: FlaskClient, at: time_machine.Traveller
) -> None:
    bad = "\"'></textarea><script>alert(1)</script>"
    typed = {"body": bad, "name": bad, "email": bad, "notify_of": bad, "subject": bad}
    answer = _form(client, at).send(client, **typed, parent_id=bad, key=bad)
    assert answer.status_code == 422
    assert "<script>" not in answer.text
    assert every(answer.text)[0].fields["body"] == bad
