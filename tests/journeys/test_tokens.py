"""Every kind of token opens its own door, on its own site, for its own object, and no other."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from comments_service import clock, settings
from comments_service.database import snapshot
from comments_service.domain.tokens import Purpose
from comments_service.models import Confirmation, Recipient, Subscription
from comments_service.operations import keys, moderators
from tests.conftest import MakeApp
from tests.rows import grow
from tests.thread import ARTICLE, Reader, add_site, approve, found

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])

OLD, NEW = "an old key, long enough to sign with it", "a new key, long enough to sign with it"
OTHER = "https://weather.example"


@dataclass
class Scene:
    """A comment of each of two sites, and one token of every kind."""

    app: Flask
    client: FlaskClient
    comment: str
    root: str
    tokens: dict[str, str]


@pytest.fixture
def make_scene(make_app: MakeApp) -> Callable[..., Scene]:
    def make(**chosen: Any) -> Scene:
        app = make_app(smtp_url="smtp://127.0.0.1:9", sign_in_limit="", **chosen)
        add_site(app)
        add_site(app, "Weather", OTHER)
        client = app.test_client()
        reader, stranger = Reader(client), Reader(client, url=f"{OTHER}/fog")
        wish: dict[str, Any] = {"author": {"email": "ruth@example.com"}, "notify_of": "thread"}
        first, other = found(reader.post("Late again.", **wish)), found(stranger.post("Fog."))
        root, *_ = grow(app, [None, *[0] * 5, None, None], url=f"{ARTICLE}-2")
        comment = first["comment"]["id"]
        approve(app, comment)
        with app.app_context():
            moderators.add("ines@example.com", role="admin")
            link = moderators.make_link("ines@example.com").rpartition("/")[2]
            session = moderators.sign_in(
                moderators.make_link("ines@example.com").rpartition("/")[2]
            )
            tokens = {
                "visitor": str(reader.visitor),
                "edit": first["edit_token"],
                "status": first["status_url"].rpartition("/")[2],
                "key": keys.add("everywhere"),
                "link": link,
                "session": _secret(session),
                "visitor of another site": str(stranger.visitor),
                "edit of another site": other["edit_token"],
            }
            tokens |= _of_mails()
        page = found(_list(client, f"{ARTICLE}-2", limit=1))
        tokens["cursor of roots"] = page["next_cursor"]
        tokens["cursor of replies"] = page["comments"][0]["replies_cursor"]
        return Scene(app, client, comment, root, tokens)

    return make


@pytest.fixture
def scene(make_scene: Callable[..., Scene]) -> Scene:
    return make_scene()


def _secret(session: Any) -> str:
    return session if isinstance(session, str) else session.secret


def _of_mails() -> dict[str, str]:
    keyring = settings.current().keyring
    with snapshot() as session:
        confirmation = session.scalars(select(Confirmation.id)).one()
        subscription = session.scalars(select(Subscription.id)).one()
        recipient = session.scalars(select(Recipient.id)).one()
    stop = Purpose.UNSUBSCRIBE
    return {
        "confirm": keyring.object_token(Purpose.CONFIRM, confirmation),
        "unsubscribe": keyring.object_token(stop, subscription, "subscription"),
        "suppress": keyring.object_token(stop, recipient, "recipient"),
    }


def _list(client: FlaskClient, url: str, **query: Any) -> Any:
    return client.get("/api/v1/comments", query_string={"url": url} | query)


Door = Callable[[Scene, str], int]


def _mine(scene: Scene, token: str) -> int:
    headers = {"Comments-Visitor": token}
    query = {"url": ARTICLE}
    return scene.client.get("/api/v1/mine", query_string=query, headers=headers).status_code


def _edit(scene: Scene, token: str) -> int:
    return scene.client.patch(
        f"/api/v1/comments/{scene.comment}",
        json={"body": "On time."},
        headers={"Authorization": f"Bearer {token}"},
    ).status_code


def _moderate(scene: Scene, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return scene.client.get("/api/v1/moderation/comments", headers=headers).status_code


def _desk(scene: Scene, token: str) -> int:
    client = scene.app.test_client()
    client.set_cookie("comments", token, path="/admin")
    return client.get("/admin/").status_code


def _roots(scene: Scene, token: str) -> int:
    return _list(scene.client, f"{ARTICLE}-2", cursor=token).status_code


def _replies(scene: Scene, token: str) -> int:
    address = f"/api/v1/comments/{scene.root}/replies"
    return scene.client.get(address, query_string={"cursor": token}).status_code


def _page(address: str) -> Door:
    return lambda scene, token: scene.client.get(address + token).status_code


def _sign_in(scene: Scene, token: str) -> int:
    return scene.app.test_client().post(f"/admin/sign-in/{token}").status_code


DOORS: dict[str, tuple[set[str], Door]] = {
    "one's own comments": ({"visitor"}, _mine),
    "editing": ({"edit"}, _edit),
    "moderating by key": ({"key"}, _moderate),
    "the desk": ({"session"}, _desk),
    "a list of roots": ({"cursor of roots"}, _roots),
    "a list of replies": ({"cursor of replies"}, _replies),
    "a status page": ({"status"}, _page("/status/")),
    "confirming": ({"confirm"}, _page("/subscriptions/confirm/")),
    "unsubscribing": ({"unsubscribe", "suppress"}, _page("/subscriptions/unsubscribe/")),
    "signing in": ({"link"}, _sign_in),
}
REFUSED = {303, 401, 403, 404, 410, 422}


@pytest.mark.parametrize("door", DOORS)
def test_a_token_opens_no_door_but_its_own(scene: Scene, door: str) -> None:
    own, knock = DOORS[door]
    answers = {kind: knock(scene, token) for kind, token in scene.tokens.items() if kind not in own}
    assert {kind: status for kind, status in answers.items() if status not in REFUSED} == {}
    opened = {kind: knock(scene, scene.tokens[kind]) for kind in own}
    assert set(opened.values()) == {303 if door == "signing in" else 200}


@pytest.mark.parametrize("door", DOORS)
def test_a_token_with_one_changed_letter_is_refused(scene: Scene, door: str) -> None:
    own, knock = DOORS[door]
    for kind in own:
        token = scene.tokens[kind]
        places = range(0, len(token), 5)
        for place in places:
            changed = "A" if token[place] != "A" else "B"
            forged = token[:place] + changed + token[place + 1 :]
            status = knock(scene, forged)
            assert status in REFUSED, (kind, place)
            assert door != "signing in" or status == 410
        for forged in (f"{token}A", token[:-1], f"{token}=", token.swapcase(), f"{token}.{token}"):
            assert knock(scene, forged) in REFUSED


def test_a_spent_or_old_token_is_refused(scene: Scene) -> None:
    assert _sign_in(scene, scene.tokens["link"]) == 303
    assert _sign_in(scene, scene.tokens["link"]) == 410
    chosen = scene.app.extensions["comments_settings"]
    now = clock.now()
    with time_machine.travel(now + timedelta(seconds=chosen.edit_seconds + 1), tick=False):
        assert _edit(scene, scene.tokens["edit"]) == 403
    with time_machine.travel(now + timedelta(seconds=chosen.confirm_seconds + 60), tick=False):
        assert _page("/subscriptions/confirm/")(scene, scene.tokens["confirm"]) == 410
    with time_machine.travel(now + timedelta(seconds=chosen.session_seconds + 1), tick=False):
        assert _desk(scene, scene.tokens["session"]) == 303


@pytest.mark.parametrize(
    "kind", ["visitor", "edit", "status", "confirm", "unsubscribe", "suppress"]
)
def test_a_token_of_the_key_before_is_good_until_that_key_is_dropped(
    make_scene: Callable[..., Scene], make_app: MakeApp, kind: str
) -> None:
    scene = make_scene(secret_key=OLD)
    [knock] = [knock for own, knock in DOORS.values() if kind in own]
    rotated = make_app(secret_key=f"{NEW},{OLD}", smtp_url="smtp://127.0.0.1:9")
    assert (
        knock(replace(scene, app=rotated, client=rotated.test_client()), scene.tokens[kind]) == 200
    )
    dropped = make_app(secret_key=NEW, smtp_url="smtp://127.0.0.1:9")
    late = replace(scene, app=dropped, client=dropped.test_client())
    assert knock(late, scene.tokens[kind]) in REFUSED
