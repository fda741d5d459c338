"""The document says what the calls do: it is valid, whole, and made of the schemas that check."""

from collections.abc import Iterator
from typing import Any

import openapi_spec_validator
import pytest
from flask import Flask

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])

Call = tuple[str, str, dict[str, Any]]


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    found = app.test_client().get("/api/openapi.json").json
    assert isinstance(found, dict)
    return found  # pyright: ignore[reportUnknownVariableType]


def calls(document: dict[str, Any]) -> Iterator[Call]:
    for path, found in document["paths"].items():
        for method, call in found.items():
            if method != "parameters":
                yield method.upper(), path, call


def test_it_is_a_valid_document_of_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    openapi_spec_validator.validate(document)


def test_every_route_of_the_api_is_in_it(app: Flask, document: dict[str, Any]) -> None:
    reference = {"reference.openapi", "reference.docs"}
    served = {
        (method, rule.rule.replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and rule.endpoint not in reference
    }
    assert {(method, path) for method, path, _ in calls(document)} == served


def test_every_call_has_a_summary_for_people(document: dict[str, Any]) -> None:
    assert not [(method, path) for method, path, call in calls(document) if not call["summary"]]


def test_every_refusal_is_a_problem(document: dict[str, Any]) -> None:
    problem = {"$ref": "#/components/schemas/Problem"}
    for name, answer in document["components"]["responses"].items():
        assert answer["content"]["application/problem+json"]["schema"] == problem, name
    for _method, path, call in calls(document):
        assert "default" not in call["responses"], path
        for status, answer in call["responses"].items():
            assert int(status) < 400 or "$ref" in answer, (path, status)


def test_moderators_calls_name_the_key_they_need(document: dict[str, Any]) -> None:
    for method, path, call in calls(document):
        if "/moderation/" in path:
            assert call["security"] == [{"api_key": []}], (method, path)


def test_what_comes_in_takes_no_unknown_field(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for method, path, call in calls(document):
        for content in call.get("requestBody", {}).get("content", {}).values():
            name = content["schema"]["$ref"].rpartition("/")[2]
            assert schemas[name]["additionalProperties"] is False, (method, path)


def test_an_answer_says_which_fields_always_stand_in_it(document: dict[str, Any]) -> None:
    posted = document["components"]["schemas"]["Posted"]
    sometimes = set(posted["properties"]) - set(posted["required"])
    assert sometimes == {"visitor", "held_because"}


def test_a_comment_holds_comments(document: dict[str, Any]) -> None:
    replies = document["components"]["schemas"]["Comment"]["properties"]["replies"]
    assert replies["items"] == {"$ref": "#/components/schemas/Comment"}
