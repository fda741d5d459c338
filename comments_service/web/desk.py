"""Serves the stylesheets, script and icon of our own pages: kept for long under their hash."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request, url_for

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

FOLDER = Path(__file__).parent / "static"
TYPES = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "desk.svg": "image/svg+xml",
    "pages.css": "text/css; charset=utf-8",
}
FOR_EVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.add_template_global(_address, "desk_file")


def file(name: str) -> Response:
    content, tag = _file(name)
    answer = Response(content, content_type=TYPES[name])
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = FOR_EVER if request.args.get("v") == tag else "no-cache"
    answer.make_conditional(request)
    return answer


for known in TYPES:
    blueprint.add_url_rule(f"/{known}", view_func=file, defaults={"name": known})


def _address(name: str) -> str:
    """With the hash, so that a new version of the service never meets an old file."""
    return url_for("desk.file", name=name, v=_file(name)[1])


@cache
def _file(name: str) -> tuple[bytes, str]:
    content = (FOLDER / name).read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:16]
