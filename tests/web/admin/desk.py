"""Somebody at the desk, as a browser without script: links are followed, forms are sent."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from comments_service.app import create_app
from comments_service.database import db
from comments_service.operations import moderators, passwords
from comments_service.queries import sessions
from comments_service.settings import Settings

OWN = {"Sec-Fetch-Site": "same-origin"}
INES, PIET = "ines@desk.example", "piet@desk.example"
GOOD = "night-ferry soup, 1987"


@contextmanager
def serving(settings: Settings) -> Generator[Flask]:
    """One more application, with settings of its own."""
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


class _Form(HTMLParser):
    """The hidden fields and the decisions of the form of a class."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted, self.inside = wanted, False
        self.fields: dict[str, str] = {}
        self.decisions: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("class") == self.wanted
        if not self.inside:
            return
        if tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"]] = given["value"]
        if tag == "button" and given.get("name") == "decision":
            self.decisions.append(given["value"])


@dataclass
class Desk:
    client: FlaskClient
    shown: str = field(default="", init=False)

    def open(self, address: str = "/admin/") -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        self.shown = answer.text
        return self.shown

    def decide(self, decision: str, **changed: str) -> str:
        """Press a button of the card that is shown; the page that follows."""
        answer = self.send(decision, **changed)
        assert answer.status_code == 303, answer.text
        return self.open(answer.location)

    def send(self, decision: str, **changed: str) -> TestResponse:
        data = self.form.fields | {"decision": decision} | changed
        return self.client.post("/admin/decisions", data=data, headers=OWN)

    def undo(self) -> str:
        """Press the button of the toast; the page that follows."""
        form = self._form("undo")
        assert form.decisions == ["undo"], self.shown
        data = form.fields | {"decision": "undo"}
        answer = self.client.post("/admin/decisions", data=data, headers=OWN)
        assert answer.status_code == 303, answer.text
        return self.open(answer.location)

    @property
    def form(self) -> _Form:
        return self._form("decide")

    def _form(self, wanted: str) -> _Form:
        form = _Form(wanted)
        form.feed(self.shown)
        return form

    @property
    def card(self) -> str | None:
        """The id of the comment that is shown whole."""
        found = re.search(r'<article class="card" id="c-(\d+)"', self.shown)
        return found[1] if found else None

    @property
    def rows(self) -> list[str]:
        return re.findall(r'<a class="go" href="[^"]*from=(\d+)"', self.shown)


def signed_in(app: Flask, email: str = "ines@desk.example", *sites: str) -> Desk:
    """A browser of its own, signed in by a one-time link."""
    with app.app_context():
        moderators.add(email, role="moderator" if sites else "admin", site_names=sites)
        link = moderators.make_link(email)
    client = app.test_client()
    answer = client.post(link.partition("8000")[2], headers=OWN)
    assert answer.status_code == 303, answer.text
    return Desk(client)


def set_password(app: Flask, email: str = INES, password: str = GOOD) -> None:
    """Somebody who moderates and signs in with this password."""
    with app.app_context():
        moderators.add(email, role="admin")
        secret = moderators.sign_in(moderators.make_link(email).rpartition("/")[2]).secret
        one = sessions.of_secret(secret)
        assert one is not None
        passwords.replace(one, old="", new=password)


def send_password(client: FlaskClient, password: str = GOOD, *, email: str = INES) -> TestResponse:
    return client.post("/admin/sign-in", data={"email": email, "password": password}, headers=OWN)
