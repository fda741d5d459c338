"""How the widget's one file is served."""

import gzip

import pytest
from flask.testing import FlaskClient

from comments_service.web.widget import BUNDLE

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


def test_it_is_a_script_for_every_origin(client: FlaskClient) -> None:
    answer = client.get("/embed.js")
    assert answer.data == BUNDLE.read_bytes()
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"].startswith("public")
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_it_is_compressed_for_who_takes_that(client: FlaskClient) -> None:
    answer = client.get("/embed.js", headers={"Accept-Encoding": "br;q=1, gzip;q=0.8"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == BUNDLE.read_bytes()
    assert int(answer.headers["Content-Length"]) == len(answer.data) < BUNDLE.stat().st_size
    for refusing in ("identity", "gzip;q=0", "br"):
        answer = client.get("/embed.js", headers={"Accept-Encoding": refusing})
        assert "Content-Encoding" not in answer.headers
        assert answer.headers["Vary"] == "Accept-Encoding"


def test_each_form_has_a_tag_and_is_asked_for_by_it(client: FlaskClient) -> None:
    tags: list[str] = []
    for accepted in ("identity", "gzip"):
        first = client.get("/embed.js", headers={"Accept-Encoding": accepted})
        tags.append(first.headers["ETag"])
        headers = {"Accept-Encoding": accepted, "If-None-Match": tags[-1]}
        again = client.get("/embed.js", headers=headers)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tags[-1]
    assert len(set(tags)) == 2


def test_head_tells_the_same_without_the_file(client: FlaskClient) -> None:
    answer = client.head("/embed.js")
    assert answer.data == b""
    assert int(answer.headers["Content-Length"]) == BUNDLE.stat().st_size
