"""The calls that readers, authors and moderators make: to the service, and the same to Isso."""

import json
import zlib
from collections.abc import Sequence
from urllib.parse import quote, urlencode

import seeding
from load import GZIP, Call, ask

API = "/api/v1"
JSON = {"Content-Type": "application/json"}
BODY = "The tide table says otherwise, and the ferry waits for no one. " * 4 + "No @N@."


def thread(name: str, **more: str | int) -> Call:
    """The first page a widget asks for."""
    asked = urlencode({"url": seeding.url(name), **more})
    return Call(f"{API}/comments?{asked}", headers=GZIP | {"Origin": seeding.SITE})


def unchanged(port: int, call: Call) -> Call:
    """The same call by somebody who has the answer."""
    found = ask(port, call)
    again = Call(call.path, headers=dict(call.headers) | {"If-None-Match": found.header("etag")})
    if ask(port, again).status != 304:
        raise RuntimeError("the answer isn't known again")
    return again


def counts(names: Sequence[str]) -> Call:
    asked = urlencode([("url", seeding.url(name)) for name in names])
    return Call(f"{API}/counts?{asked}", headers=GZIP | {"Origin": seeding.SITE})


def post(name: str, *, number: str = "@N@") -> Call:
    """As the widget sends it, with a key that makes the request safe to repeat."""
    body = {
        "url": seeding.url(name),
        "author": {"name": "A reader"},
        "body": BODY.replace("@N@", number),
    }
    headers = JSON | {
        "Origin": seeding.SITE,
        "Idempotency-Key": f"measured-request-{number}",
        "X-Forwarded-For": _machine(number),
    }
    return Call(f"{API}/comments", "POST", headers, json.dumps(body))


def _machine(number: str) -> str:
    """An address that no other post of the run comes from."""
    if number == "@N@":
        return "@A@"
    high, low = divmod(zlib.crc32(number.encode()), 65_536)
    return f"2001:db8:{high:x}:{low:x}::1"


def moderated(key: str, **asked: str) -> Call:
    headers = {"Authorization": f"Bearer {key}"}
    return Call(f"{API}/moderation/comments?{urlencode(asked)}", headers=headers)


def isso_thread(name: str) -> Call:
    """As its own widget asks: all roots, five replies each."""
    path = f"/?uri={quote(f'/{name}', '')}&nested_limit=5&sort=oldest&offset=0"
    return Call(path, headers=GZIP)


def isso_counts(names: Sequence[str]) -> Call:
    return Call("/count", "POST", JSON, json.dumps([f"/{name}" for name in names]))


def isso_post(name: str) -> Call:
    body = {
        "author": "A reader",
        "email": None,
        "website": None,
        "text": BODY,
        "parent": None,
        "title": name,
        "notification": 0,
    }
    return Call(f"/new?uri={quote(f'/{name}', '')}", "POST", JSON, json.dumps(body))
