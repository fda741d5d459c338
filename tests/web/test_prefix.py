"""The service below a sub-path: the same behind a proxy that strips it and one that doesn't."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from comments_service.settings import OWN_PATHS, Settings
from tests.conftest import MakeSettings
from tests.thread import ARTICLE, ORIGIN, Reader, add_site, found

PUBLIC = "https://news.example/talk/"


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(public_url=PUBLIC)


@pytest.fixture(autouse=True)
def site(app: Flask) -> int:
    return add_site(app)


@pytest.mark.parametrize("before", ["", "/talk"], ids=["stripped", "kept"])
def test_everything_is_found(client: FlaskClient, before: str) -> None:
    for path in (f"/api/v1/comments?url={ARTICLE}", "/embed.js", "/health/live", "/admin/sign-in"):
        assert client.get(before + path).status_code == 200, path
    answer = client.get(f"{before}/api/v1/comments?url={ARTICLE}", headers={"Origin": "null"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"{before}/api/v1/nothing").content_type == "application/problem+json"


@pytest.mark.parametrize("before", ["", "/talk"], ids=["stripped", "kept"])
def test_links_and_redirects_keep_the_sub_path(client: FlaskClient, before: str) -> None:
    answer = client.get(f"{before}/admin/", headers={"Host": "evil.example"})
    assert answer.status_code == 303
    assert "/talk/admin/sign-in" in answer.headers["Location"]
    assert "evil" not in answer.headers["Location"]
    page = client.get(f"{before}/admin/sign-in").text
    assert 'href="/desk' not in page
    assert 'action="/admin' not in page


@pytest.mark.parametrize("path", ["/admin//x", "/api//v1/comments", "//api/v1/comments"])
def test_a_doubled_slash_leads_to_no_host_of_a_header(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Host": "evil.example"})
    assert answer.status_code in {303, 404}
    assert "evil" not in answer.headers.get("Location", "")


def test_addresses_in_answers_follow_the_public_one(client: FlaskClient) -> None:
    posted = found(Reader(client).post("Hello.", headers={"Origin": ORIGIN}))
    assert posted["status_url"].startswith("https://news.example/talk/status/")


def test_another_path_that_begins_alike_is_not_ours(client: FlaskClient) -> None:
    assert client.get("/talking/health/live").status_code == 404


def test_no_sub_path_can_be_taken_for_an_address_of_ours(app: Flask) -> None:
    firsts = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {""}
    assert firsts == OWN_PATHS
