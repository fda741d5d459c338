"""Whose machine a request comes from: forged headers change nothing, real proxies are believed."""

import pytest
from flask import Flask

from comments_service import settings as settings_module
from comments_service.domain import people
from comments_service.settings import Settings
from comments_service.web import addresses
from tests.conftest import MakeSettings

PROXIES = "10.0.0.0/8, 192.0.2.7/32, 2001:db8:ff::/48"
FORGED = (
    "Forwarded",
    "X-Forwarded",
    "X-Real-IP",
    "Client-IP",
    "X-Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
    "X-Cluster-Client-IP",
    "X-Original-Forwarded-For",
    "Via",
)


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


def believed(
    settings: Settings, peer: str | None, *forwarded: str, name: str = "X-Forwarded-For"
) -> str:
    app = Flask(__name__)
    settings_module.install(app, settings)
    headers = [(name, one) for one in forwarded]
    base = {"REMOTE_ADDR": peer} if peer is not None else {}
    with app.test_request_context("/", headers=headers, environ_base=base):
        return addresses.address()


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
        ("10.1.2.3", ["198.51.100.1, <script>, 192.0.2.7"], "192.0.2.7"),
        ("10.1.2.3", ["198.51.100.1, 192.0.2.7, , "], "10.1.2.3"),
        ("10.1.2.3", ["198.51.100.1,,"], "10.1.2.3"),
        ("10.1.2.3", ["198.51.100.1:4711"], "10.1.2.3"),
        ("10.1.2.3", ["[2001:db8:1::5]"], "10.1.2.3"),
        ("10.1.2.3", ["0198.51.100.1"], "10.1.2.3"),
        ("10.1.2.3", ["for=198.51.100.1"], "10.1.2.3"),
        ("10.1.2.3", ["198.51.100.1/32"], "10.1.2.3"),
        ("10.1.2.3", ["1"], "10.1.2.3"),
        ("10.1.2.3", ["6.6.6.6," * 5_000 + "198.51.100.1"], "198.51.100.1"),
        ("10.1.2.3", ["10.0.0.1," * 5_000 + "10.0.0.2"], "10.0.0.1"),
        ("::ffff:10.1.2.3", ["198.51.100.1"], "198.51.100.1"),
        ("10.1.2.3", ["198.51.100.1, ::ffff:192.0.2.7"], "198.51.100.1"),
        ("2001:db8:ff::1", ["2001:db8:1::5"], "2001:db8:1::5"),
        ("2001:db8:ff::1", ["2001:db8:1::5, 2001:DB8:FF:0::9"], "2001:db8:1::5"),
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


def test_by_default_nobody_is_believed(make_settings: MakeSettings) -> None:
    for peer in ("203.0.113.5", "10.1.2.3", "127.0.0.1", "::1"):
        assert believed(make_settings(), peer, "198.51.100.1") == peer


@pytest.mark.parametrize("name", FORGED)
def test_no_other_header_says_who_asks(make_settings: MakeSettings, name: str) -> None:
    for peer in ("203.0.113.5", "10.1.2.3"):
        chosen = make_settings(trusted_proxies=PROXIES)
        assert believed(chosen, peer, "198.51.100.1", name=name) == peer
        assert believed(chosen, peer, "for=198.51.100.1", name=name) == peer


def test_whatever_is_believed_can_be_counted(make_settings: MakeSettings) -> None:
    """Limits and networks take every address that comes out of here, with a zone, too."""
    chosen = make_settings(trusted_proxies=PROXIES)
    for hop in ("fe80::1%eth0", "::", "::1", "::ffff:192.0.2.9", "0.0.0.0", "ff02::1"):
        address = believed(chosen, "10.1.2.3", hop)
        assert address == hop
        assert people.limit_key(address)
        assert people.network(chosen.keyring, address)


def test_a_mapped_address_is_the_ipv4_one_to_the_limits(make_settings: MakeSettings) -> None:
    chosen = make_settings(trusted_proxies=PROXIES)
    mapped = believed(chosen, "10.1.2.3", "::ffff:198.51.100.1")
    assert people.limit_key(mapped) == "198.51.100.1"
