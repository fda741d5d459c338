"""The pages behind the links of mails: looking does nothing, the button acts, twice is once."""

import re
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from comments_service.database import snapshot
from comments_service.domain.events import Scope
from comments_service.domain.tokens import Purpose
from comments_service.models import Recipient, Subscription
from comments_service.operations import subscriptions
from comments_service.settings import Settings
from tests.conftest import MakeApp
from tests.forms import Form, every, opened
from tests.scene import PAGE, TITLE, Scene, links

RUTH = "ruth@example.com"
CHECK_INBOX = "Check your inbox: one click and you’re in."
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
SOMEBODY_ELSES = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
]


@pytest.fixture
def browser(scene: Scene) -> FlaskClient:
    return scene.app.test_client()


def _links(scene: Scene) -> list[str]:
    """The links of the newest mail, as paths."""
    return [urlsplit(link).path for link in links(scene.mailbox.messages[-1].parsed)]


@pytest.fixture
def asked(scene: Scene) -> str:
    """The link of a question for both scopes."""
    scene.post()
    scene.subscribe(RUTH, Scope.THREAD)
    scene.subscribe(RUTH, Scope.REPLIES)
    scene.work()
    return _links(scene)[0]


@pytest.fixture
def told(scene: Scene) -> str:
    """The unsubscribe link of a mail about a comment."""
    scene.follow(RUTH)
    scene.post()
    scene.settle()
    return _links(scene)[1]


def _states() -> set[str]:
    with snapshot() as session:
        return {row.state for row in session.scalars(select(Subscription))}


def _scopes() -> list[str]:
    with snapshot() as session:
        return [row.scope for row in session.scalars(select(Subscription))]


def _suppressed() -> bool:
    with snapshot() as session:
        return session.scalars(select(Recipient)).one().suppressed_at is not None


def test_looking_at_a_question_lists_it_and_does_nothing(browser: FlaskClient, asked: str) -> None:
    for _ in range(2):
        page = browser.get(asked)
        assert page.status_code == 200
        assert page.text.count("<button") == 1
        assert re.search(
            "new follow-up comments.*new replies to your comments", page.text, re.DOTALL
        )
        assert TITLE in page.text
        assert RUTH not in page.text
    browser.head(asked)
    assert _states() == {"unconfirmed"}


def test_the_button_says_yes_and_again_the_same(browser: FlaskClient, asked: str) -> None:
    for _ in range(2):
        page = browser.post(asked)
        assert page.status_code == 200
        assert "new replies to your comments" in page.text
        assert _states() == {"active"}
    page = browser.get(asked)
    assert page.status_code == 200
    assert "You’re in" in page.text
    assert not re.search("<button|Shall we mail you|Not you", page.text)


def test_a_question_that_is_too_old_is_gone(scene: Scene, browser: FlaskClient, asked: str) -> None:
    scene.at.shift(604_800)
    for page in (browser.get(asked), browser.post(asked)):
        assert page.status_code == 410
        assert page.mimetype == "text/html"
        assert "too old" in page.text
    assert _states() == {"unconfirmed"}


def test_an_old_yes_stays_a_yes(scene: Scene, browser: FlaskClient, asked: str) -> None:
    browser.post(asked)
    scene.at.shift(604_800)
    assert browser.get(asked).status_code == browser.post(asked).status_code == 200
    assert _states() == {"active"}


def test_a_yes_after_the_end_says_that_it_ended(browser: FlaskClient, asked: str) -> None:
    browser.post(asked)
    with snapshot() as session:
        first = session.scalars(select(Subscription)).first()
    assert first
    subscriptions.end(first.id)
    page = browser.post(asked)
    assert page.status_code == 200
    assert "You have ended the mails" in page.text
    looked_at = browser.get(asked).text
    assert "Nothing waits" in looked_at
    assert "<button" not in looked_at
    assert _states() == {"ended"}


def test_looking_at_an_unsubscribe_link_does_nothing(browser: FlaskClient, told: str) -> None:
    page = browser.get(told)
    assert page.status_code == 200
    assert page.text.count("<button") == 1
    assert TITLE in page.text
    assert _states() == {"active"}


@pytest.mark.parametrize("form", [{}, ONE_CLICK], ids=["button", "one click"])
def test_unsubscribing_acts_and_again_the_same(
    scene: Scene, browser: FlaskClient, told: str, form: dict[str, str]
) -> None:
    for _ in range(2):
        assert browser.post(told, data=form).status_code == 200
        assert _states() == {"ended"}
    assert browser.get(told).status_code == 200
    scene.post()
    scene.settle()
    assert len(scene.mails(RUTH)) == 1


def test_the_header_of_a_mail_unsubscribes_with_one_click(
    scene: Scene, browser: FlaskClient, told: str
) -> None:
    [mail] = scene.mails(RUTH)
    path = urlsplit(str(mail["List-Unsubscribe"]).strip("<>")).path
    multipart = {"data": ONE_CLICK, "content_type": "multipart/form-data"}
    assert browser.post(path, **multipart).status_code == 200
    assert _states() == {"ended"}


def test_an_address_that_says_never_is_never_mailed_again(
    scene: Scene, browser: FlaskClient, asked: str
) -> None:
    never = _links(scene)[1]
    page = browser.get(never)
    assert page.status_code == 200
    assert page.text.count("<button") == 1
    assert RUTH not in page.text
    assert not _suppressed()
    for _ in range(2):
        assert browser.post(never, data=ONE_CLICK).status_code == 200
        assert _suppressed()
    assert browser.post(asked).status_code == 200
    assert _states() == {"ended"}


@pytest.mark.parametrize("headers", SOMEBODY_ELSES)
def test_a_form_of_another_page_does_nothing(
    browser: FlaskClient, asked: str, headers: dict[str, str]
) -> None:
    page = browser.post(asked, headers=headers)
    assert page.status_code == 403
    assert page.mimetype == "text/html"
    assert _states() == {"unconfirmed"}


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://127.0.0.1:8000"}]
)
def test_our_own_form_and_silent_clients_act(
    browser: FlaskClient, told: str, headers: dict[str, str]
) -> None:
    assert browser.post(told, headers=headers).status_code == 200
    assert _states() == {"ended"}


def test_no_token_stands_for_another(
    scene: Scene, browser: FlaskClient, asked: str, settings: Settings
) -> None:
    token = asked.rpartition("/")[2]
    other = settings.keyring.object_token(Purpose.CONFIRM, 2**64 - 1)
    forged = [
        f"/subscriptions/unsubscribe/{token}",
        f"/subscriptions/confirm/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}",
        f"/subscriptions/confirm/{other}",
        f"/subscriptions/confirm/{settings.keyring.object_token(Purpose.CONFIRM, 12345)}",
        f"/subscriptions/confirm/{_links(scene)[1].rpartition('/')[2]}",
        "/subscriptions/confirm/x",
        "/subscriptions/unsubscribe/%00",
    ]
    for path in forged:
        for page in (browser.get(path), browser.post(path)):
            assert page.status_code == 404, path
            assert page.mimetype == "text/html"
    assert _states() == {"unconfirmed"}


def test_these_pages_are_kept_by_nobody_and_run_nothing(browser: FlaskClient, asked: str) -> None:
    page = browser.get(asked)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in page.text
    assert not re.search(r"<script|\bstyle=", page.text)
    [stylesheet] = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page.text)
    assert browser.get(stylesheet).mimetype == "text/css"


def _subscribing(browser: FlaskClient) -> Form:
    return opened(browser, "/thread", leads="/subscriptions", url=PAGE)


def test_a_plain_form_asks_the_mailbox(scene: Scene, browser: FlaskClient) -> None:
    answer = _subscribing(browser).send(browser, email=RUTH)
    assert answer.status_code == 303
    page = browser.get(answer.location)
    assert CHECK_INBOX in page.text
    assert RUTH not in page.text
    assert "noindex" in page.text
    scene.work()
    [mail] = scene.mailbox.messages
    assert mail.recipients == (RUTH,)
    assert _scopes() == ["thread"]


def test_replies_can_be_chosen(scene: Scene, browser: FlaskClient) -> None:
    _subscribing(browser).send(browser, email=RUTH, scope="replies")
    assert _scopes() == ["replies"]


def test_the_plain_form_answers_alike_whoever_asks(scene: Scene, browser: FlaskClient) -> None:
    scene.follow(RUTH)
    form = _subscribing(browser)
    answers = [form.send(browser, email=email) for email in (RUTH, "nobody@example.com", RUTH)]
    assert {(one.status_code, one.location, one.data) for one in answers} == {
        (303, answers[0].location, answers[0].data)
    }


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Your e-mail is needed here. It is never shown."),
        ("ruth@", "This address isn’t complete."),
    ],
)
def test_an_address_that_is_none_is_told_beside_its_field(
    scene: Scene, browser: FlaskClient, email: str, sentence: str
) -> None:
    answer = _subscribing(browser).send(browser, email=email, scope="replies")
    assert answer.status_code == 422
    [form] = every(answer.text)
    assert form.described == {"email": sentence}
    assert (form.fields["email"], form.fields["scope"]) == (email, "replies")
    assert form.send(browser, email=RUTH).status_code == 303
    assert _scopes() == ["replies"]


def test_who_asks_too_often_is_told_when_he_can_again(scene: Scene, make_app: MakeApp) -> None:
    app = make_app(smtp_url=scene.mailbox.url, subscribe_limit="1 per minute")
    client = app.test_client()
    _subscribing(client).send(client, email=RUTH)
    answer = _subscribing(client).send(client, email="maren@example.com")
    assert answer.status_code == 429
    assert "That was quick. You can try again in 60 seconds." in answer.text
    assert every(answer.text)[0].fields["email"] == "maren@example.com"


def test_a_service_without_mail_takes_no_wish(scene: Scene, make_app: MakeApp) -> None:
    client = make_app().test_client()
    answer = client.post("/subscriptions", data={"url": PAGE, "email": RUTH, "scope": "thread"})
    assert answer.status_code == 409
    assert "This service doesn’t send e-mail." in answer.text


def test_a_program_that_fills_the_trap_is_told_nothing(scene: Scene, browser: FlaskClient) -> None:
    answer = _subscribing(browser).send(browser, email=RUTH, subject="x")
    assert CHECK_INBOX in browser.get(answer.location).text
    assert _scopes() == []


@pytest.mark.parametrize("headers", SOMEBODY_ELSES)
def test_no_other_page_subscribes_anybody(
    scene: Scene, browser: FlaskClient, headers: dict[str, str]
) -> None:
    wish = {"url": PAGE, "email": RUTH, "scope": "thread"}
    assert browser.post("/subscriptions", data=wish, headers=headers).status_code == 403
    assert _scopes() == []


def test_the_address_of_the_form_leads_to_its_page(scene: Scene, browser: FlaskClient) -> None:
    answer = browser.get("/subscriptions", query_string={"url": PAGE})
    assert answer.status_code == 303
    assert 'id="subscribe"' in browser.get(answer.location).text
