"""The one way into the API: a body, a query string or headers through a schema, or a problem."""

import json
from collections.abc import Callable
from typing import Any, Literal, cast

from flask import request
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields
from werkzeug.exceptions import UnsupportedMediaType

from comments_service.domain.errors import FieldError, Invalid
from comments_service.web.problems import from_validation

_KEPT = "comments.body"


def body() -> dict[str, Any]:
    """The JSON object of the request. 415 for another media type, 422 for what is no object."""
    if _KEPT not in request.environ:  # a view may ask again for what its schema has seen
        request.environ[_KEPT] = _read()
    return cast("dict[str, Any]", request.environ[_KEPT])


def of_body(schema: Schema) -> Any:
    return _load(schema, body())


def of_query(schema: Schema) -> Any:
    """Unknown names are ignored, repeated ones refused where no list is meant."""
    values: dict[str, Any] = {}
    known = cast("dict[str, object]", schema.fields)  # pyright: ignore[reportUnknownMemberType] - fields of any type
    for name, found in request.args.lists():
        if isinstance(known.get(name), fields.List):
            values[name] = found
        elif name in known and len(found) > 1:
            raise Invalid(FieldError(f"/{name}", "This is given more than once."))
        elif name in known:
            values[name] = found[0]
    return _load(schema, values, unknown=EXCLUDE)


def of_headers(schema: Schema) -> Any:
    """Each field by the name its `data_key` gives the header."""
    known = cast("dict[str, fields.Field[Any]]", schema.fields)  # pyright: ignore[reportUnknownMemberType] - fields of any type
    names = [one.data_key for one in known.values() if one.data_key]
    return _load(schema, {name: request.headers[name] for name in names if name in request.headers})


DOORS: dict[str, Callable[[Schema], Any]] = {
    "json": of_body,
    "query": of_query,
    "headers": of_headers,
}


def _read() -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send JSON as application/json.")
    try:
        data = json.loads(
            request.get_data().decode(),
            parse_constant=_refuse_constant,
            object_pairs_hook=_refuse_doubled,
        )
    except (ValueError, RecursionError):
        raise Invalid(FieldError("", "The body is no JSON.")) from None
    if not isinstance(data, dict):
        raise Invalid(FieldError("", "The body is no JSON object."))
    return cast("dict[str, Any]", data)


def _load(
    schema: Schema, data: dict[str, Any], *, unknown: Literal["raise", "exclude"] = RAISE
) -> Any:
    """The frozen value the schema makes of `data`."""
    try:
        return cast("Any", schema.load(data, unknown=unknown))
    except ValidationError as error:
        raise from_validation(error) from error
    except (OverflowError, ValueError):
        raise Invalid(FieldError("", "A number is out of all bounds.")) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _refuse_doubled(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values of one name each reader would take another: neither is taken."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found
