"""What an author is told of his comment, and what he isn't."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from comments_service import settings
from comments_service.database import unit_of_work
from comments_service.domain.states import Decision, State
from comments_service.domain.tokens import Purpose
from comments_service.models import Comment
from comments_service.operations import comments, moderation
from comments_service.queries import sites
from tests.scene import PAGE, Scene


@pytest.fixture
def browser(scene: Scene) -> FlaskClient:
    return scene.app.test_client()


def _path(comment_id: int, site_id: int | None = None) -> str:
    site = sites.everything()[0].id if site_id is None else site_id
    token = settings.current().keyring.object_token(Purpose.STATUS, comment_id, site)
    return f"/status/{token}"


def test_a_comment_waits_until_somebody_decided(scene: Scene, browser: FlaskClient) -> None:
    comment = scene.post(body="Who is it for?", approve=False)
    page = browser.get(_path(comment))
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Waiting for a moderator." in page.text
    assert "Who is it for?" in page.text


@pytest.mark.parametrize("state", [State.SPAM, State.REJECTED])
def test_what_screening_put_aside_waits_too(
    scene: Scene, browser: FlaskClient, state: State
) -> None:
    comment = scene.post(approve=False)
    with unit_of_work() as session:
        session.execute(update(Comment).where(Comment.id == comment).values(state=state))
    assert "Waiting for a moderator." in browser.get(_path(comment)).text


@pytest.mark.parametrize("decision", [Decision.REJECT, Decision.SPAM])
def test_what_a_moderator_refused_is_not_published(
    scene: Scene, browser: FlaskClient, decision: Decision
) -> None:
    comment = scene.post(approve=False)
    scene.decide(comment, decision)
    page = browser.get(_path(comment)).text
    assert "Not published." in page
    assert "spam" not in page.lower()


def test_what_is_published_is_linked(scene: Scene, browser: FlaskClient) -> None:
    comment = scene.post()
    page = browser.get(_path(comment)).text
    assert "Published" in page
    assert f'href="{PAGE}#comment-{comment}"' in page


def test_what_was_deleted_shows_no_text(scene: Scene, browser: FlaskClient) -> None:
    comment = scene.post(body="Gone with it")
    scene.decide(comment, Decision.DELETE)
    page = browser.get(_path(comment)).text
    assert "Deleted." in page
    assert "Gone with it" not in page


REASON = "No <b>names</b> of neighbours, please."


def _refuse(comment: int, decision: Decision, *, tell_author: bool, reason: str = REASON) -> None:
    [done] = moderation.decide(
        [comment],
        decision,
        actor="maren@example.com",
        site_ids=None,
        reason=reason,
        tell_author=tell_author,
    )
    assert done.error is None


@pytest.mark.parametrize("decision", [Decision.REJECT, Decision.SPAM, Decision.DELETE])
def test_a_reason_the_author_may_know_is_told_in_its_own_words(
    scene: Scene, browser: FlaskClient, decision: Decision
) -> None:
    comment = scene.post(approve=False)
    _refuse(comment, decision, tell_author=True)
    page = browser.get(_path(comment)).text
    assert "No &lt;b&gt;names&lt;/b&gt; of neighbours, please." in page
    assert ("You wrote:" in page) is (decision is not Decision.DELETE)
    assert "maren" not in page


def test_a_reason_that_is_not_for_him_stays_in_the_log(scene: Scene, browser: FlaskClient) -> None:
    comment = scene.post(approve=False)
    _refuse(comment, Decision.REJECT, tell_author=False)
    page = browser.get(_path(comment)).text
    assert "Not published." in page
    assert "neighbours" not in page


def test_only_the_last_decisions_reason_is_told(scene: Scene, browser: FlaskClient) -> None:
    comment = scene.post(approve=False)
    _refuse(comment, Decision.REJECT, tell_author=True)
    scene.decide(comment, Decision.APPROVE)
    assert "neighbours" not in browser.get(_path(comment)).text
    scene.decide(comment, Decision.REJECT)
    assert "neighbours" not in browser.get(_path(comment)).text


def test_a_dropped_edits_reason_is_told_beside_the_text_that_stands(
    scene: Scene, browser: FlaskClient
) -> None:
    comment = scene.post(body="The old text.")
    [site] = sites.everything()
    assert comments.edit(comment, "The new text.", site=site).held
    assert "Your edit waits for a moderator." in browser.get(_path(comment)).text
    _refuse(comment, Decision.REJECT, tell_author=True)
    page = browser.get(_path(comment)).text
    assert "The old text." in page
    assert "Your edit was not published." in page
    assert "neighbours" in page


def test_no_token_stands_for_another_comment_or_site(scene: Scene, browser: FlaskClient) -> None:
    comment = scene.post()
    keyring = settings.current().keyring
    bad = [
        _path(comment, site_id=5),
        _path(comment + 1),
        f"/status/{keyring.object_token(Purpose.EDIT, comment, sites.everything()[0].id)}",
        f"/status/{keyring.object_token(Purpose.STATUS, 2**64 - 1, 1)}",
        "/status/x",
    ]
    for path in bad:
        page = browser.get(path)
        assert page.status_code == 404, path
        assert "Copy the whole address from where you found it." in page.text
