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
from comments_service.operations import moderators
from comments_service.settings import Settings

OWN = {"Sec-Fetch-Site": "same-origin"}


@contextmanager
def serving(settings: Settings) -> Generator[Flask]:
    """One more application, with settings of its own."""
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


class _Form(HTMLParser):
    """The hidden fields and the decisions of the decision bar."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.decisions: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
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

    @property
    def form(self) -> _Form:
        form = _Form()
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
