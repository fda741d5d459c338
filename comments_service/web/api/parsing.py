"""The one way into the API: a JSON body or a query string through a schema, or a problem."""

import json
from typing import Any, cast

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from comments_service.domain.errors import FieldError, Invalid
from comments_service.domain.limits import IDEMPOTENCY_KEY
from comments_service.web.problems import from_validation


def body() -> dict[str, Any]:
    """The JSON object of the request. 415 for another media type, 422 for what is no object."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send JSON as application/json.")
    try:
        data = json.loads(request.get_data(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Invalid(FieldError("", "The body is no JSON.")) from None
    if not isinstance(data, dict):
        raise Invalid(FieldError("", "The body is no JSON object."))
    return cast("dict[str, Any]", data)


def load(schema: Schema, data: dict[str, Any]) -> Any:
    """The frozen value the schema makes of `data`."""
    try:
        return cast("Any", schema.load(data))
    except ValidationError as error:
        raise from_validation(error) from error
    except (OverflowError, ValueError):
        raise Invalid(FieldError("", "A number is out of all bounds.")) from None


def query(schema: Schema, *, repeatable: frozenset[str] = frozenset()) -> Any:
    """The query string through a schema; unknown names are ignored, repeated ones refused."""
    values: dict[str, Any] = {}
    known = cast("dict[str, object]", schema.fields)  # pyright: ignore[reportUnknownMemberType] - fields of any type
    for name, found in request.args.lists():
        if name not in known:
            continue
        if name in repeatable:
            values[name] = found
        elif len(found) > 1:
            raise Invalid(FieldError(f"/{name}", "This is given more than once."))
        else:
            values[name] = found[0]
    try:
        return cast("Any", schema.load(values, unknown=EXCLUDE))
    except ValidationError as error:
        raise from_validation(error) from error


def idempotency_key() -> str | None:
    """The Idempotency-Key header: 16 to 255 visible ASCII characters, or none."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    shortest, longest = IDEMPOTENCY_KEY
    if not shortest <= len(key) <= longest or not all("!" <= letter <= "~" for letter in key):
        detail = f"An Idempotency-Key has {shortest} to {longest} visible ASCII characters."
        raise Invalid(FieldError("/Idempotency-Key", detail))
    return key


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
