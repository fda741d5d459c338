"""The API's page tells of every call that there is, and of no other."""

import re

import pytest
from flask.testing import FlaskClient

from tests.contracts import repository
from tests.thread import found


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_page_tells_of_the_calls_there_are(client: FlaskClient) -> None:
    document = found(client.get("/api/openapi.json"))
    calls = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
        if method != "parameters"
    }
    told = re.findall(r"^\| `([A-Z]+ /api/[^`?]*)", repository.text("docs/api.md"), re.MULTILINE)
    assert sorted(told) == sorted(calls)
