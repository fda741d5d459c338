"""The API's own description is public, like what it describes, and needs no other host."""

import re

import pytest
from flask.testing import FlaskClient

from tests.thread import found

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])
DOCUMENTS = ("/api/openapi.json", "/api/v1/openapi.json")


@pytest.mark.parametrize("address", DOCUMENTS)
def test_any_page_may_read_the_document(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={"Origin": "https://anywhere.example"})
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_an_unchanged_document_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/api/openapi.json").headers["ETag"]
    again = client.get("/api/openapi.json", headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_the_page_tells_of_every_call_and_leads_nowhere_else(client: FlaskClient) -> None:
    page = client.get("/api/docs")
    assert page.status_code == 200
    document = found(client.get("/api/openapi.json"))
    for path in document["paths"]:
        assert f"<code>{path}</code>" in page.text
    for name in document["components"]["schemas"]:
        assert f'id="schema-{name}"' in page.text
    addresses = re.findall(r'(?:href|src)="([^"]*)"', page.text)
    assert addresses
    assert not [one for one in addresses if not one.startswith(("#", "/desk/", "/api/"))]


def test_what_is_quoted_as_code_is_shown_as_code(client: FlaskClient) -> None:
    page = client.get("/api/docs").text
    assert "<code>comments keys add</code>" in page
    assert "`" not in page
    assert "1 characters" not in page


def test_the_page_runs_no_script(client: FlaskClient) -> None:
    page = client.get("/api/docs")
    assert "<script" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
