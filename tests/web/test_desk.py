import re

from flask.testing import FlaskClient


def test_a_file_asked_for_by_its_hash_may_be_kept(client: FlaskClient) -> None:
    shown = client.get("/admin/sign-in").text
    address = re.search(r'href="(/desk/desk.css\?v=\w+)"', shown)
    assert address is not None
    answer = client.get(address[1])
    assert answer.status_code == 200
    assert answer.content_type == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_file_asked_for_by_name_is_revalidated(client: FlaskClient) -> None:
    for name in ("desk.css", "desk.js", "desk.svg"):
        answer = client.get(f"/desk/{name}?v=old")
        assert answer.headers["Cache-Control"] == "no-cache"
        again = client.get(f"/desk/{name}", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_no_other_file_is_served(client: FlaskClient) -> None:
    for name in ("desk.py", "../desk.py", "%2e%2e/desk.py", ""):
        assert client.get(f"/desk/{name}").status_code == 404
