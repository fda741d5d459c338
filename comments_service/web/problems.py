"""The one map from exception to RFC 9457 problem; nothing else answers an error of the API."""

import json
import logging
import uuid
from typing import Any, cast

from flask import Flask, Response, g, render_template, request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from comments_service.domain import errors

CONTENT_TYPE = "application/problem+json"
MACHINES = ("/api/", "/feed.", "/health/", "/embed.js", "/embed/", "/desk/")

STATUSES: tuple[tuple[type[errors.CommentsError], int], ...] = (
    (errors.Invalid, 422),
    (errors.Missing, 404),
    (errors.Unproven, 401),
    (errors.Refused, 403),
    (errors.LinkSpent, 410),
    (errors.Conflict, 409),
    (errors.LimitReached, 429),
    (errors.Unavailable, 503),
)

CODES = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "media-type",
    500: "internal",
    503: "busy",
}

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    app.before_request(_name_request)
    app.register_error_handler(errors.CommentsError, refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def problem(status: int, code: str, title: str, *, detail: str = "", **extra: Any) -> Response:
    """A problem+json answer; `code` is a heading in docs/problems.md."""
    body: dict[str, Any] = {
        "type": code,
        "title": title,
        "status": status,
        "detail": detail or title,
    }
    body |= {"request_id": g.get("request_id", "")} | extra
    if is_page():
        answer = Response(render_template("admin/problem.html", **body), status)
    else:
        answer = Response(json.dumps(body), status, content_type=CONTENT_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def refused(error: errors.CommentsError) -> Response:
    status = next(status for kind, status in STATUSES if isinstance(error, kind))
    if isinstance(error, errors.Invalid):
        fields = [{"pointer": one.pointer, "detail": one.detail} for one in error.errors]
        return problem(status, error.code, error.title, errors=fields)
    if isinstance(error, errors.Unavailable):
        log.warning("busy: %s (request %s)", error.cause, g.get("request_id"))
    answer = problem(status, error.code, error.title, detail=str(error))
    if isinstance(error, errors.LimitReached | errors.Unavailable):
        answer.headers["Retry-After"] = str(error.retry_after)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="comments"'
    return answer


def described(error: errors.CommentsError) -> dict[str, Any]:
    """A problem inside an answer, about one of several things that were asked for."""
    status = next(status for kind, status in STATUSES if isinstance(error, kind))
    return {"type": error.code, "title": error.title, "status": status, "detail": str(error)}


def from_validation(error: ValidationError) -> errors.Invalid:
    """Marshmallow's nested messages as pointers."""
    found: list[errors.FieldError] = []
    stack: list[tuple[str, object]] = [("", error.normalized_messages())]
    while stack:
        pointer, messages = stack.pop()
        if isinstance(messages, dict):
            for name, inner in cast("dict[object, object]", messages).items():
                whole = name == "_schema"
                stack.append((pointer if whole else f"{pointer}/{_escaped(name)}", inner))
        elif isinstance(messages, list):
            texts = cast("list[object]", messages)
            found += [errors.FieldError(pointer, str(text)) for text in texts]
    return errors.Invalid(*sorted(found, key=lambda one: one.pointer))


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _name_request() -> None:
    g.request_id = uuid.uuid4().hex[:16]


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    code = CODES.get(status, "bad-request" if status < 500 else "internal")
    answer = problem(status, code, error.name, detail=error.description or "")
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def _unexpected(error: Exception) -> Response:
    log.error("unexpected error in request %s", g.get("request_id"), exc_info=error)
    detail = f"Tell the operator this number: {g.get('request_id')}"
    return problem(500, "internal", "Something went wrong here.", detail=detail)


def is_page() -> bool:
    """Whether a person is looking: pages answer errors as pages."""
    return not request.path.startswith(MACHINES)
