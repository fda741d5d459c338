"""How the widget's script and its parts are served."""

import gzip
import hashlib
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from comments_service.web.widget import FOLDER

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])
BUNDLE, FORMS = FOLDER / "embed.js", FOLDER / "forms.js"
EACH = pytest.mark.parametrize(
    ("path", "file"), [("/embed.js", BUNDLE), ("/embed/forms.js", FORMS)], ids=["whole", "part"]
)


def parts_digest() -> str:
    parts = sorted(file for file in FOLDER.glob("*.js") if file != BUNDLE)
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:12]


@EACH
def test_it_is_a_script_for_every_origin(client: FlaskClient, path: str, file: Path) -> None:
    answer = client.get(path)
    assert answer.data == file.read_bytes()
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"].startswith("public")
    assert answer.headers["Vary"] == "Accept-Encoding"


@EACH
def test_it_is_compressed_for_who_takes_that(client: FlaskClient, path: str, file: Path) -> None:
    answer = client.get(path, headers={"Accept-Encoding": "br;q=1, gzip;q=0.8"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == file.read_bytes()
    assert int(answer.headers["Content-Length"]) == len(answer.data) < file.stat().st_size
    for refusing in ("identity", "gzip;q=0", "br"):
        answer = client.get(path, headers={"Accept-Encoding": refusing})
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


def test_a_part_is_kept_for_good_where_its_address_says_which_it_is(client: FlaskClient) -> None:
    digest = parts_digest()
    assert digest in BUNDLE.read_text()
    for query in (digest, f"{digest}&1"):
        kept = client.get(f"/embed/forms.js?{query}").headers["Cache-Control"]
        assert "immutable" in kept
    for query in ("", "000000000000"):
        assert "immutable" not in client.get(f"/embed/forms.js?{query}").headers["Cache-Control"]


def test_a_language_of_another_build_is_none(client: FlaskClient) -> None:
    assert client.get(f"/embed/de.js?{parts_digest()}").status_code == 200
    for query in ("", "000000000000"):
        assert client.get(f"/embed/de.js?{query}").status_code == 404


@pytest.mark.parametrize("name", ["nothing.js", "embed.js", "forms", "..%2fbuild.mjs"])
def test_there_are_no_other_parts(client: FlaskClient, name: str) -> None:
    assert client.get(f"/embed/{name}").status_code == 404


def test_the_types_are_served_as_text(client: FlaskClient) -> None:
    answer = client.get("/embed.d.ts")
    assert answer.data == (FOLDER / "embed.d.ts").read_bytes()
    assert answer.content_type == "text/plain; charset=utf-8"
