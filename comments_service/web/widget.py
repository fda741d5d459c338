"""Serves the widget: one file, revalidated by its hash, compressed once."""

import gzip
import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, request

from comments_service.web import cors

blueprint = Blueprint("widget", __name__)
cors.public(blueprint, "embed")

BUNDLE = Path(__file__).parent.parent / "widget" / "embed.js"


@blueprint.get("/embed.js")
def embed() -> Response:
    content, packed, tag = _bundle()
    answer = Response(content, content_type="text/javascript; charset=utf-8")
    if request.accept_encodings.quality("gzip") > 0:
        answer.data, tag = packed, f"{tag}-gzip"
        answer.content_encoding = "gzip"
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "public, max-age=300, stale-while-revalidate=86400"
    answer.vary.add("Accept-Encoding")
    answer.make_conditional(request)
    return answer


@cache
def _bundle() -> tuple[bytes, bytes, str]:
    """The file, the same compressed, and its hash."""
    content = BUNDLE.read_bytes()
    return content, gzip.compress(content, mtime=0), hashlib.sha256(content).hexdigest()[:32]
