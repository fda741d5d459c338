# What we use of flask-smorest, typed; the library itself isn't.
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import flask
from apispec import APISpec
from marshmallow import Schema

class ArgumentsParser(Protocol):
    DEFAULT_VALIDATION_STATUS: int
    def use_args(
        self, schema: type[Schema], *, location: str
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]: ...

class Blueprint(flask.Blueprint):
    ARGUMENTS_PARSER: ArgumentsParser
    def arguments(
        self, schema: type[Schema], *, location: str = ...
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]: ...
    def response(
        self,
        status_code: int,
        schema: type[Schema] | None = ...,
        *,
        content_type: str | None = ...,
        description: str | None = ...,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]: ...
    def alt_response(
        self,
        status_code: int,
        response: str | None = ...,
        *,
        schema: type[Schema] | None = ...,
        description: str | None = ...,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]: ...
    @staticmethod
    def doc(**kwargs: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]: ...
    def register_views_in_doc(
        self,
        api: Api,
        app: flask.Flask,
        spec: APISpec,
        *,
        name: str,
        parameters: list[Mapping[str, Any]] | None,
    ) -> None: ...

class Api:
    DEFAULT_ERROR_RESPONSE_NAME: str | None
    spec: APISpec
    def __init__(self, *, spec_kwargs: Mapping[str, Any] | None = ...) -> None: ...
    def init_app(self, app: flask.Flask) -> None: ...
    def register_field(self, field: type[Any], *args: Any) -> None: ...
