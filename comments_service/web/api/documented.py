"""Blueprints whose calls say what they take and give, and the OpenAPI document made of that.

The schemas that check and dump are the ones described: nothing is written twice.
"""

import functools
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, cast

import flask_smorest
from flask import Flask
from marshmallow import Schema

from comments_service import __version__
from comments_service.schemas.fields import OPTIONAL
from comments_service.schemas.problems import ProblemSchema
from comments_service.web import problems
from comments_service.web.api import parsing

View = Callable[..., Any]
Decorator = Callable[[View], View]
Security = list[dict[str, list[str]]]
AUTHOR: Security = [{"edit_token": []}, {"visitor": []}]
MODERATOR: Security = [{"api_key": []}]
VISITOR: Security = [{"visitor": []}]
VISITOR_OR_NONE: Security = [{}, *VISITOR]
_SECURITY = {
    "visitor": {
        "type": "apiKey",
        "in": "header",
        "name": "Comments-Visitor",
        "description": "Given with a browser's first write; proves what that browser wrote.",
    },
    "edit_token": {
        "type": "http",
        "scheme": "bearer",
        "description": "Given with a comment that was posted; proves that one comment.",
    },
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A moderating program's key: `comments keys add`.",
    },
}
_ALWAYS = (400, 503)
_WITH_BODY = (413, 415)


class _Arguments:
    """Hands what flask-smorest describes to our own door for input."""

    DEFAULT_VALIDATION_STATUS: int = 422

    def use_args(self, schema: type[Schema], *, location: str) -> Decorator:
        load = functools.partial(parsing.DOORS[location], schema())

        def decorate(view: View) -> View:
            @functools.wraps(view)
            def loaded(*given: Any, **path: Any) -> Any:
                return view(*given, load(), **path)

            return loaded

        return decorate


class Blueprint(flask_smorest.Blueprint):
    """Calls of the API: what `takes` loaded is passed to the view, `gives` dumps its value."""

    ARGUMENTS_PARSER = _Arguments()

    def takes(self, schema: type[Schema], *, location: str = "json") -> Decorator:
        """A body (`json`), a query string (`query`) or headers (`headers`), checked."""
        checked = self.arguments(schema, location=location)
        return _all(checked, self.refuses(*_WITH_BODY)) if location == "json" else checked

    def gives(self, schema: type[Schema] | None, *statuses: int) -> Decorator:
        """The first status is a bare value's (200 if none); a view may return (value, status)."""
        first, *others = statuses or (200,)
        also = [
            self.alt_response(status, schema=None if status == HTTPStatus.NOT_MODIFIED else schema)
            for status in others
        ]
        return _all(self.response(first, schema), *also, self.refuses(*_ALWAYS))

    def refuses(self, *statuses: int) -> Decorator:
        """The problems that may be answered, beside 400, 503 and those of the input."""
        return _all(*(self.alt_response(status, HTTPStatus(status).name) for status in statuses))

    def admits(self, security: Security) -> Decorator:
        """Who may call, as the document says it; the view or the guard sees to it."""
        return self.doc(security=security)


class _Api(flask_smorest.Api):
    """Only writes: it serves no page and handles no error of the application."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        pass

    def _register_responses(self) -> None:
        content = {problems.CONTENT_TYPE: {"schema": ProblemSchema}}
        components: Any = self.spec.components
        for status in HTTPStatus:
            response = {"description": status.phrase, "content": content}
            components.response(status.name, response, lazy=True)


def document(app: Flask, blueprint: Blueprint) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the blueprint's calls."""
    api = _Api(
        spec_kwargs={
            "title": "comments-service",
            "version": __version__,
            "openapi_version": "3.1.0",
            "info": {"description": "Comments for any website. docs/api.md tells the rest."},
            "components": {"securitySchemes": _SECURITY},
        }
    )
    api.init_app(app)
    blueprint.register_views_in_doc(api, app, api.spec, name=blueprint.name, parameters=None)
    return _finished(api.spec.to_dict())


def _finished(whole: dict[str, Any]) -> dict[str, Any]:
    """Tags by noun, and answers that say what always stands in them: all but `OPTIONAL`."""
    asked, answered = set[str](), set[str]()
    schemas: dict[str, Any] = whole["components"]["schemas"]
    for path, calls in whole["paths"].items():
        for call in (one for name, one in calls.items() if name != "parameters"):
            call["tags"] = ["moderation" if "/moderation/" in path else "readers"]
            _collect(call.get("requestBody"), schemas, into=asked)
            _collect(call["responses"], schemas, into=answered)
            call["responses"] = dict(sorted(call["responses"].items()))
    _collect(whole["components"]["responses"], schemas, into=answered)
    for name in answered - asked:
        fields: dict[str, Any] = schemas[name]["properties"]
        schemas[name]["required"] = sorted(
            field for field, one in fields.items() if not one.pop(OPTIONAL, False)
        )
    whole["paths"] = dict(sorted(whole["paths"].items()))
    whole["components"]["schemas"] = {
        name: schemas[name] for name in sorted(schemas) if name in asked | answered
    }
    return whole


def _collect(part: Any, schemas: Mapping[str, Any], *, into: set[str]) -> None:
    """The names of all schemas that a part of the document leads to."""
    stack = [part]
    while stack:
        one = stack.pop()
        if isinstance(one, Mapping):
            reference = cast("Mapping[str, Any]", one).get("$ref", "")
            name = str(reference).removeprefix("#/components/schemas/")
            if name in schemas and name not in into:
                into.add(name)
                stack.append(schemas[name])
            stack.extend(cast("Mapping[str, Any]", one).values())
        elif isinstance(one, list):
            stack.extend(cast("list[Any]", one))


def _all(*decorators: Decorator) -> Decorator:
    def decorate(view: View) -> View:
        return functools.reduce(lambda inner, one: one(inner), decorators, view)

    return decorate
