"""The API's own description: the OpenAPI document, and a page to read it on. No foreign host."""

from typing import Any, cast

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template

from comments_service.web import cors
from comments_service.web.api import caching, documented

blueprint = Blueprint("reference", __name__, url_prefix="/api")
cors.public(blueprint, "openapi", "docs")

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_KEPT = "comments_openapi"


@blueprint.get("/openapi.json")
@blueprint.get("/v1/openapi.json")
@caching.revalidated
def openapi() -> Response:
    return jsonify(document())


@blueprint.get("/docs")
@caching.revalidated
def docs() -> Response:
    answer = make_response(render_template("api/docs.html", document=document()))
    answer.headers["Content-Security-Policy"] = PAGE_POLICY
    return answer


def document() -> dict[str, Any]:
    """Made when first asked for: most processes never need it."""
    if _KEPT not in current_app.extensions:
        api = cast("documented.Blueprint", current_app.blueprints["api"])
        current_app.extensions[_KEPT] = documented.document(current_app, api)
    return current_app.extensions[_KEPT]
