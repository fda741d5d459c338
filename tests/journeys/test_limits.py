"""The limits as the outside meets them: exact across processes, and about the right machine."""

import resource
from collections import Counter
from itertools import count

import pytest

from tests.conftest import StartService
from tests.journeys.tally import stored
from tests.services import pids, wire
from tests.services.service import Service

ORIGIN = "https://news.example"
PAGE = f"{ORIGIN}/night-ferry"
PROXY, INNER, STRANGER = "127.0.9.1", "127.0.9.2", "127.0.8.1"
FORGED = (
    "X-Forwarded-For",
    "X_Forwarded_For",
    "x-forwarded_for",
    "Forwarded",
    "X-Real-IP",
    "X-Client-IP",
    "Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
    "REMOTE_ADDR",
    "Remote-Addr",
)

_numbers = count(1)


def post(*headers: tuple[str, str]) -> bytes:
    """A post that is no repetition of another."""
    number = next(_numbers)
    comment = {"url": PAGE, "author": {"name": f"Reader {number}"}, "body": f"Number {number}."}
    return wire.request("/api/v1/comments", comment, headers=headers)


def served(start_service: StartService, *options: str, **settings: object) -> Service:
    service = start_service(*options, **settings)
    service.cli("sites", "add", "The Tide Table", "--origin", ORIGIN)
    return service


def test_of_200_posts_at_once_to_four_processes_exactly_five_stand(
    start_service: StartService, database_url: str
) -> None:
    service = served(start_service, "--workers", "4")
    answers = wire.ask_at_once(service.port, [post() for _ in range(200)])
    assert Counter(answer.status for answer in answers) == {202: 5, 429: 195}
    refused = [answer for answer in answers if answer.status == 429]
    assert all(1 <= int(answer.headers["retry-after"]) <= 60 for answer in refused)
    assert {answer.json["type"] for answer in refused} == {"limit-reached"}
    assert len(stored(database_url)) == 5


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_no_header_makes_another_machine_of_a_client(start_service: StartService) -> None:
    service = served(start_service, "--workers", "2", post_limit="1 per hour")
    assert wire.ask(service.port, post(), source=STRANGER).status == 202
    for name in FORGED:
        for forged in ("198.51.100.1", "for=198.51.100.1", "198.51.100.1, 198.51.100.2"):
            answer = wire.ask(service.port, post((name, forged)), source=STRANGER)
            assert answer.status == 429, name
    assert wire.ask(service.port, post(), source="127.0.8.2").status == 202


@pytest.fixture
def proxied(start_service: StartService) -> Service:
    """Each machine may post once; two proxies are trusted."""
    networks = f"{PROXY}/32, {INNER}/32"
    return served(start_service, post_limit="1 per hour", trusted_proxies=networks)


def through(service: Service, *chain: str, source: str = PROXY) -> int:
    """The status of a post that comes with such headers from the outermost trusted peer."""
    headers = [("X-Forwarded-For", one) for one in chain]
    return wire.ask(service.port, post(*headers), source=source).status


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_behind_trusted_proxies_the_right_client_counts(proxied: Service) -> None:
    once = ((), ("198.51.100.1",), (f"198.51.100.2, {INNER}",), ("198.51.100.3", INNER))
    for chain in once:
        assert through(proxied, *chain) == 202, chain
        assert through(proxied, *chain) == 429, chain
    again = (
        ("6.6.6.1, 198.51.100.1",),
        ("6.6.6.2", "198.51.100.1"),
        (f"198.51.100.1, {INNER}",),
        (f"6.6.6.3, 198.51.100.2, {INNER}",),
        (f"{INNER}, {PROXY}, 198.51.100.2, {INNER}",),
        ("::ffff:198.51.100.3",),
    )
    for chain in again:
        assert through(proxied, *chain) == 429, chain


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_who_is_no_proxy_is_counted_whatever_chain_he_sends(proxied: Service) -> None:
    assert through(proxied, "198.51.100.1", source=STRANGER) == 202
    for chain in ("198.51.100.2", f"198.51.100.3, {INNER}", f"{PROXY}, {INNER}"):
        assert through(proxied, chain, source=STRANGER) == 429
    assert through(proxied, f"6.6.6.6, {STRANGER}") == 429
    assert through(proxied, "198.51.100.1") == 202


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_ipv6_counts_by_64_and_garbage_ends_the_walk(proxied: Service) -> None:
    assert through(proxied, "2001:db8:0:1::1") == 202
    assert through(proxied, "2001:db8:0:1:ffff:ffff:ffff:ffff") == 429
    assert through(proxied, "2001:db8:0:2::1") == 202
    assert through(proxied, f"198.51.100.1, unknown, {INNER}") == 202
    assert through(proxied, "198.51.100.2, <script>", INNER) == 429
    assert through(proxied, source=INNER) == 429
    assert through(proxied, "198.51.100.1") == 202


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_full_disk_refuses_what_writes_until_there_is_room(start_service: StartService) -> None:
    service = served(start_service)
    read = wire.request(f"/api/v1/comments?url={PAGE}")
    assert wire.ask(service.port, post()).status == 202
    _allow_files_of(service, 1)
    for _ in range(3):
        answer = wire.ask(service.port, post())
        assert answer.status == 503, answer
        assert answer.json["type"] == "busy"
        assert int(answer.headers["retry-after"]) > 0
        assert wire.ask(service.port, read).status == 200
    _allow_files_of(service, resource.RLIM_INFINITY)
    assert wire.ask(service.port, post()).status == 202


def _allow_files_of(service: Service, size: int) -> None:
    """To a process, no file may grow beyond this: as on a disk that is full."""
    assert service.process
    for pid in pids.children(service.process.pid):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
