"""Calls made up from the document meet only what the document says: no 5xx, no other status."""

import os
from typing import Any

import pytest
from flask import Flask

from comments_service.operations import keys
from tests.conftest import MakeApp
from tests.fuzz import Asker, Known, fuzz
from tests.thread import ARTICLE, Reader, add_site, approve, posted

CALLS = int(os.environ.get("FUZZ_CALLS", "500"))  # `make soak` makes thousands
OTHER = "https://weather.example"
REAL: tuple[tuple[Any, ...], ...] = (
    ("site", "The Tide Table", "Weather"),
    ("email", "ruth@example.com", "ines@example.org", ""),
    ("website", "https://ruth.example/", ""),
    ("lang", "en", "ar-EG", ""),
    ("name", "Ruth Amberley", "يوسف", "Weather"),
    ("body", "Good evening.", "[a](https://a.example) [b](https://b.example)", "<b>", "> 1\n\n2"),
    ("author", {"name": "Ruth Amberley", "email": "ruth@example.com"}),
    ("form", {}, {"trap": "x"}, {"elapsed": 1}),
)


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """Without limits, which would soon refuse everything."""
    limits = ("post", "edit", "vote", "report", "preview", "subscribe", "visitor")
    unlimited = {f"{name}_limit": "" for name in limits}
    return make_app(**unlimited, votes="both", smtp_url="smtp://127.0.0.1:9")


@pytest.mark.timeout(120 + CALLS)
def test_made_up_calls_meet_only_what_the_document_says(app: Flask) -> None:
    tally = fuzz(app, *populate(app), calls=CALLS)
    print(tally)  # noqa: T201 - shown when it fails
    assert tally.failures == []
    assert tally.calls >= CALLS


def populate(app: Flask) -> tuple[list[Asker], Known]:
    """Two sites with a comment and an answer each, and everybody who may ask."""
    add_site(app)
    add_site(app, "Weather", OTHER)
    readers = [Reader(app.test_client(), url=url) for url in (ARTICLE, f"{OTHER}/fog")]
    known = Known()
    for reader in readers:
        known.note("url", reader.url)
        root = posted(reader.post("The ferry was late again."))
        approve(app, root)
        posted(reader.post("And the day after.", parent_id=root))
        known.note("comment_id", root)
    with app.app_context():
        here, everywhere = keys.add("here", ["The Tide Table"]), keys.add("everywhere")
    for name, *values in REAL:
        for value in values:
            known.note(name, value)
    askers = [
        Asker("anybody", {}),
        Asker("visitor", readers[0].headers()),
        Asker("other site's visitor", readers[1].headers()),
        Asker("key of one site", {"Authorization": f"Bearer {here}"}),
        Asker("key of all sites", {"Authorization": f"Bearer {everywhere}"}),
    ]
    return askers, known
