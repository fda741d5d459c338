"""Serves the widget: the file that pages load, revalidated by its hash, and the parts that it
fetches when they are wanted, which have the hash of them all in their address. All are compressed
once. Also the types, for those who write pages in TypeScript.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, request

from comments_service.domain.errors import Missing
from comments_service.web import cors

blueprint = Blueprint("widget", __name__)
cors.public(blueprint, "embed", "part")

FOLDER = Path(__file__).parent.parent / "widget"
EMBED = "embed"
LANGUAGE = re.compile("[a-z]{2}")
DIGEST = 12  # so many of its characters stand in an address, as the build puts them there
SHORT = "public, max-age=300, stale-while-revalidate=86400"
FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class _Script:
    content: bytes
    packed: bytes
    digest: str


@blueprint.get("/embed.js")
def embed() -> Response:
    return _give(EMBED, SHORT)


@blueprint.get("/embed/<name>.js")
def part(name: str) -> Response:
    """For good where its address says which one is meant; newer ones have another address."""
    if name == EMBED or name not in _scripts():
        raise Missing
    asked = request.query_string.decode("latin-1").partition("&")[0]
    fits = asked == _parts_digest()
    if LANGUAGE.fullmatch(name) and not fits:
        raise Missing  # its lines would be mistaken for others; the words are English then
    return _give(name, FOR_GOOD if fits else SHORT)


@blueprint.get("/embed.d.ts")
def types() -> Response:
    return Response((FOLDER / "embed.d.ts").read_bytes(), content_type="text/plain; charset=utf-8")


def _give(name: str, kept: str) -> Response:
    script = _scripts()[name]
    answer = Response(script.content, content_type="text/javascript; charset=utf-8")
    tag = script.digest[:32]
    if request.accept_encodings.quality("gzip") > 0:
        answer.data, tag = script.packed, f"{tag}-gzip"
        answer.content_encoding = "gzip"
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = kept
    answer.vary.add("Accept-Encoding")
    answer.make_conditional(request)
    return answer


@cache
def _scripts() -> dict[str, _Script]:
    """What was built, by name."""
    found: dict[str, _Script] = {}
    for file in sorted(FOLDER.glob("*.js")):
        content = file.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        found[file.stem] = _Script(content, gzip.compress(content, mtime=0), digest)
    return found


@cache
def _parts_digest() -> str:
    """Changes with any of them, as build.mjs counts it."""
    parts = [script.content for name, script in sorted(_scripts().items()) if name != EMBED]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:DIGEST]
