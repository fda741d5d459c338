"""Forms as a browser without script sends them: where to, and what stands in each field."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

OURS = {"Sec-Fetch-Site": "same-origin"}
UNCHECKED = frozenset({"radio", "checkbox"})


@dataclass
class Form:
    """`described`: the sentence by a field's name that it is described by."""

    action: str
    fields: dict[str, str] = field(default_factory=dict[str, str])
    described: dict[str, str] = field(default_factory=dict[str, str])

    def send(self, client: FlaskClient, **typed: str) -> TestResponse:
        return client.post(self.action, data=self.fields | typed, headers=OURS)


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.texts: dict[str, str] = {}
        self._descriptions: list[tuple[Form, str, str]] = []
        self._area: str | None = None
        self._id: str | None = None
        self.feed(page)
        for form, name, described_by in self._descriptions:
            form.described[name] = self.texts[described_by]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given["action"]))
        elif tag in {"input", "textarea"} and self.found and "name" in given:
            self._field(tag, given)
        elif tag == "p" and "id" in given:
            self._id = given["id"]

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form, name = self.found[-1], given["name"]
        if "aria-describedby" in given:
            self._descriptions.append((form, name, given["aria-describedby"]))
        if tag == "textarea":
            self._area, form.fields[name] = name, ""
        elif given.get("type") not in UNCHECKED or "checked" in given:
            form.fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            fields = self.found[-1].fields
            fields[self._area] = fields[self._area].removeprefix("\n")  # as browsers read it
            self._area = None
        elif tag == "p":
            self._id = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[-1].fields[self._area] += data
        elif self._id:
            self.texts[self._id] = self.texts.get(self._id, "") + data


def every(page: str) -> list[Form]:
    return _Reader(page).found


def opened(client: FlaskClient, path: str, *, leads: str = "/thread", **query: Any) -> Form:
    """The first form of a page that is sent to an address which begins so."""
    answer = client.get(path, query_string=query)
    assert answer.status_code == 200, answer.text
    return next(form for form in every(answer.text) if form.action.startswith(leads))
