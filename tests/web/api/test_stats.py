from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from comments_service import clock
from comments_service.operations import keys
from tests import thread
from tests.thread import Reader, found, posted, problem

STATS = "/api/v1/moderation/stats"
OTHER = "https://kiln.example"


@pytest.fixture(autouse=True)
def _sites(app: Flask) -> None:
    thread.add_site(app)
    thread.add_site(app, "Kiln & Clay", OTHER)


def _stats(app: Flask, client: FlaskClient, *sites: str, **query: Any) -> dict[str, Any]:
    with app.app_context():
        key = keys.add(f"key {clock.new_id()}", sites)
    headers = {"Authorization": f"Bearer {key}"}
    answer = client.get(STATS, query_string=query, headers=headers)
    return found(answer) if answer.status_code < 400 else problem(answer, 404)


def test_figures_of_the_keys_sites_alone(app: Flask, client: FlaskClient) -> None:
    posted(Reader(client).post("One"))
    posted(Reader(client, url=f"{OTHER}/glaze").post("Two"))
    whole = _stats(app, client)
    assert whole["states"] == {
        "pending": 2,
        "approved": 0,
        "rejected": 0,
        "spam": 0,
        "deleted": 0,
    }
    assert (whole["threads"], whole["held_edits"], whole["reported"]) == (2, 0, 0)
    assert whole["oldest_pending"].endswith("Z")
    assert len(whole["days"]) == 30
    assert whole["days"][-1] == {
        "day": str(clock.now().date()),
        "posted": 2,
        "approved": 0,
        "rejected": 0,
        "spam": 0,
    }
    assert _stats(app, client, "Kiln & Clay")["states"]["pending"] == 1
    assert _stats(app, client, site="Kiln & Clay")["threads"] == 1
    assert _stats(app, client, "Kiln & Clay", site="The Tide Table")["type"] == "not-found"


def test_without_a_key_there_are_no_figures(client: FlaskClient) -> None:
    problem(client.get(STATS), 401)
