"""Whose machine a request comes from: forged headers change nothing, real proxies are believed."""

import pytest
from flask import Flask

from comments_service import settings as settings_module
from comments_service.settings import Settings
from comments_service.web import visitor
from tests.conftest import MakeSettings

PROXIES = "10.0.0.0/8, 192.0.2.7/32, 2001:db8:ff::/48"


def believed(settings: Settings, peer: str | None, *forwarded: str) -> str:
    app = Flask(__name__)
    settings_module.install(app, settings)
    headers = [("X-Forwarded-For", one) for one in forwarded]
    base = {"REMOTE_ADDR": peer} if peer is not None else {}
    with app.test_request_context("/", headers=headers, environ_base=base):
        return visitor.address()


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.5", [], "203.0.113.5"),
        ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),
        ("10.1.2.3", [], "10.1.2.3"),
        ("10.1.2.3", ["198.51.100.1"], "198.51.100.1"),
        ("10.1.2.3", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        ("10.1.2.3", ["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
        ("10.1.2.3", ["6.6.6.6, 198.51.100.1, 192.0.2.7"], "198.51.100.1"),
        ("10.1.2.3", ["6.6.6.6, 198.51.100.1, 192.0.2.8"], "192.0.2.8"),
        ("10.1.2.3", ["10.9.9.9, 10.8.8.8"], "10.9.9.9"),
        ("10.1.2.3", [""], "10.1.2.3"),
        ("10.1.2.3", ["unknown"], "10.1.2.3"),
        ("10.1.2.3", ["198.51.100.1, <script>"], "10.1.2.3"),
        ("10.1.2.3", ["198.51.100.1, 192.0.2.7, , "], "10.1.2.3"),
        ("10.1.2.3", ["198.51.100.1,,"], "10.1.2.3"),
        ("::ffff:10.1.2.3", ["198.51.100.1"], "198.51.100.1"),
        ("2001:db8:ff::1", ["2001:db8:1::5"], "2001:db8:1::5"),
        ("2001:db8:fe::1", ["2001:db8:1::5"], "2001:db8:fe::1"),
        ("10.1.2.3", ["2001:db8:1::5"], "2001:db8:1::5"),
        (None, ["198.51.100.1"], "127.0.0.1"),
        ("", ["198.51.100.1"], "127.0.0.1"),
    ],
)
def test_only_trusted_proxies_are_believed_from_the_right(
    make_settings: MakeSettings, peer: str | None, forwarded: list[str], address: str
) -> None:
    assert believed(make_settings(trusted_proxies=PROXIES), peer, *forwarded) == address


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_by_default_nobody_is_believed(make_settings: MakeSettings) -> None:
    for peer in ("203.0.113.5", "10.1.2.3", "127.0.0.1", "::1"):
        assert believed(make_settings(), peer, "198.51.100.1") == peer


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_our_own_origin_is_written_as_browsers_write_it(make_settings: MakeSettings) -> None:
    for public_url, origin in (
        ("https://comments.example.com", "https://comments.example.com"),
        ("HTTPS://Comments.Example.com:443/sub/path/", "https://comments.example.com"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ):
        app = Flask(__name__)
        settings_module.install(app, make_settings(public_url=public_url))
        with app.app_context():
            assert visitor.own_origin() == origin
