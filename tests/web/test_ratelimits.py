"""How often a machine may post: exact, per site, and never open because nobody can count."""

import shutil
import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from comments_service import clock
from comments_service.domain.errors import LimitReached, Unavailable
from comments_service.web import hits, ratelimits
from tests.conftest import MakeApp
from tests.thread import Reader, add_site, found, problem, read

KEY = {"Idempotency-Key": "0123456789abcdef"}


def statuses(app: Flask, count: int, *, threads: int = 1, address: str = "192.0.2.1") -> list[int]:
    """The statuses of so many posts from one address, each by a browser that knows no token."""

    def send(number: int) -> int:
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        name = f"Reader {id(app)} {address} {number}"
        return Reader(client, name=name).post(f"Number {number}.").status_code

    with ThreadPoolExecutor(threads) as pool:
        return sorted(pool.map(send, range(count)))


def test_five_a_minute_exactly_also_when_all_come_at_once(make_app: MakeApp) -> None:
    app = make_app()
    add_site(app)
    assert statuses(app, 40, threads=20) == [202] * 5 + [429] * 35
    assert len(read(app.test_client())["comments"]) == 0


def test_a_refusal_says_when_to_come_back_and_it_is_true(make_app: MakeApp) -> None:
    app = make_app()
    add_site(app)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        reader = Reader(app.test_client())
        for number in range(5):
            found(reader.post(f"Number {number}."))
        answer = reader.post("One more.")
        assert problem(answer, 429)["type"] == "limit-reached"
        seconds = int(answer.headers["Retry-After"])
        assert 1 <= seconds <= 60
        traveller.shift(timedelta(seconds=seconds + 1))
        assert reader.post("One more.").status_code == 202


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture(params=["its own file", "Valkey"])
def counting(request: pytest.FixtureRequest, make_app: MakeApp) -> Iterator[Flask]:
    """The application inside a request, over each store."""
    own = request.param == "its own file"
    app = make_app(redis_url="" if own else request.getfixturevalue("valkey_url"))
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        yield app


def waits(notation: str, *, whom: str | None = None) -> int:
    """0 when it was counted, else what Retry-After would say."""
    try:
        ratelimits.count("test", lambda _: notation, whom=whom)
    except LimitReached as refused:
        return refused.retry_after
    return 0


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_wait_ends_when_the_oldest_use_leaves_the_window(
    counting: Flask, traveller: time_machine.Traveller
) -> None:
    """Valkey counts the very moment at which it leaves as within."""
    rule = "3 per 10 minutes"
    for _ in range(3):
        assert waits(rule) == 0
        traveller.shift(timedelta(seconds=100))
    wait = waits(rule)
    assert wait in {300, 301}
    traveller.shift(timedelta(seconds=299))
    assert waits(rule) == wait - 299
    traveller.shift(timedelta(seconds=wait - 299, milliseconds=1))
    assert waits(rule) == 0
    assert waits(rule) in {99, 100}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_wait_lasts_until_every_limit_has_room(
    counting: Flask, traveller: time_machine.Traveller
) -> None:
    rules = "3 per hour; 2 per minute"
    *first, wait = [waits(rules) for _ in range(3)]
    assert first == [0, 0]
    traveller.shift(timedelta(seconds=wait, milliseconds=1))
    counted, wait = [waits(rules) for _ in range(2)]
    assert counted == 0
    assert 3530 < wait < 3560
    traveller.shift(timedelta(seconds=wait, milliseconds=1))
    assert [waits(rules) for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_shortest_window_refuses_first_however_it_is_written(
    counting: Flask, traveller: time_machine.Traveller
) -> None:
    rules = "4 per 15 minutes; 2 per minute"
    assert [waits(rules) for _ in range(9)].count(0) == 2
    traveller.shift(timedelta(seconds=61))
    assert [waits(rules) for _ in range(9)].count(0) == 2


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_who_is_named_counts_instead_of_the_machine(counting: Flask) -> None:
    rule = "1 per minute"
    assert waits(rule) == 0
    assert waits(rule) > 0
    assert waits(rule, whom="ines") == 0
    assert waits(rule, whom="ines") > 0
    assert waits(rule, whom="jo") == 0
    assert waits(rule, whom="192.0.2.1") == 0


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_asking_whether_it_is_allowed_counts_too(counting: Flask) -> None:
    def allowed(site_id: int) -> bool:
        return ratelimits.allows("test", lambda _: "2 per hour", site_id=site_id)

    assert [allowed(1) for _ in range(3)] == [True, True, False]
    assert allowed(2)
    assert ratelimits.allows("test", lambda _: "")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_file_holds_neither_addresses_nor_names(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.77"}):
        waits("5 per minute")
        waits("5 per minute", whom="ines@example.com")
    content = b"".join(file.read_bytes() for file in tmp_path.glob(f"{hits.FILE}*"))
    assert b"test" in content
    assert b"192.0.2" not in content
    assert b"ines" not in content


def test_an_address_is_an_ipv4_or_an_ipv6_network_of_64(make_app: MakeApp) -> None:
    app = make_app(post_limit="1 per minute")
    add_site(app)
    sent = [
        ("192.0.2.1", 202),
        ("192.0.2.2", 202),
        ("192.0.2.1", 429),
        ("::ffff:192.0.2.1", 429),
        ("2001:db8:0:1::1", 202),
        ("2001:db8:0:1:ffff::2", 429),
        ("2001:db8:0:2::1", 202),
    ]
    for number, (address, status) in enumerate(sent):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        answer = Reader(client, name=f"Reader {number}").post(f"From {number}.")
        assert answer.status_code == status, address


def test_another_site_counts_for_itself(make_app: MakeApp) -> None:
    app = make_app(post_limit="1 per minute")
    add_site(app)
    add_site(app, "Another", "https://another.example")
    client = app.test_client()
    assert Reader(client).post("One.").status_code == 202
    assert Reader(client).post("Two.").status_code == 429
    there = Reader(client, url="https://another.example/page")
    assert there.post("One.").status_code == 202


def test_a_repeated_request_costs_nothing(make_app: MakeApp) -> None:
    app = make_app(post_limit="2 per minute")
    add_site(app)
    client = app.test_client()
    first = Reader(client).post("Once.", headers=KEY)
    for _again in range(5):
        assert Reader(client).post("Once.", headers=KEY).json == first.json
    assert Reader(client, name="Jo").post("Twice.").status_code == 202
    assert Reader(client, name="Ann").post("Thrice.").status_code == 429
    assert Reader(client).post("Once.", headers=KEY).json == first.json


def test_who_is_overtaken_by_his_own_repetition_gets_its_answer(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the last post there is right after the first try is known to be the first."""
    app = make_app(post_limit="1 per hour")
    add_site(app)
    overtaking, allows = list[Any](), ratelimits.allows

    def overtaken(what: str, *given: Any, **more: Any) -> bool:
        allowed = allows(what, *given, **more)
        if what == "key" and allowed:
            overtaking.append(Reader(app.test_client()).post("Once.", headers=KEY).json)
        return allowed

    monkeypatch.setattr(ratelimits, "allows", overtaken)
    first = found(Reader(app.test_client()).post("Once.", headers=KEY))
    assert overtaking == [first]


def test_a_post_that_cannot_be_read_costs_nothing(make_app: MakeApp) -> None:
    app = make_app(post_limit="1 per minute")
    add_site(app)
    reader = Reader(app.test_client())
    for _again in range(3):
        assert reader.post("", parent_id="x").status_code == 422
    assert reader.post("Hello.").status_code == 202


def test_an_empty_limit_is_none(make_app: MakeApp) -> None:
    app = make_app(post_limit="")
    add_site(app)
    assert statuses(app, 12) == [202] * 12


def test_two_services_over_one_store_count_together(make_app: MakeApp, valkey_url: str) -> None:
    one, other = make_app(redis_url=valkey_url), make_app(redis_url=valkey_url)
    add_site(one)
    assert statuses(one, 3) == [202] * 3
    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(statuses, app, 10, threads=5, address="192.0.2.9") for app in (one, other)
        ]
    codes = sorted(code for future in both for code in future.result())
    assert codes.count(202) == 5, codes


def test_a_store_that_is_away_refuses(make_app: MakeApp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    app = make_app(redis_url=f"redis://127.0.0.1:{port}/0")
    add_site(app)
    answer = Reader(app.test_client()).post("Hello.")
    assert problem(answer, 503)["type"] == "busy"
    assert int(answer.headers["Retry-After"]) > 0
    assert read(app.test_client())["comments"] == []


def test_a_file_that_cannot_be_opened_refuses_and_reading_goes_on(
    make_app: MakeApp, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app()
    add_site(app)
    (tmp_path / hits.FILE).mkdir()
    answer = Reader(app.test_client()).post("Hello.")
    assert problem(answer, 503)["type"] == "busy"
    assert int(answer.headers["Retry-After"]) > 0
    assert str(tmp_path) not in answer.text
    assert "the store of the limits" in caplog.text
    assert read(app.test_client())["comments"] == []
    with app.test_request_context(), pytest.raises(Unavailable):
        ratelimits.allows("test", lambda _: "1 per day")
    (tmp_path / hits.FILE).rmdir()
    assert Reader(app.test_client()).post("Hello.").status_code == 202


def test_the_file_has_what_every_start_counted(make_app: MakeApp, tmp_path: Path) -> None:
    one = make_app()
    add_site(one)
    assert statuses(one, 3) == [202] * 3
    assert statuses(make_app(), 3) == [202] * 2 + [429]
    with closing(sqlite3.connect(tmp_path / hits.FILE)) as connection:
        query = "SELECT count(*) FROM hits WHERE key LIKE '%/post/%'"
        (count,) = connection.execute(query).fetchone()
    assert count == 2 * 5  # of each of its two limits


def test_without_a_data_folder_one_is_made(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(data_dir=str(tmp_path / "data"))
    add_site(app)
    shutil.rmtree(tmp_path / "data", ignore_errors=True)
    assert statuses(app, 1) == [202]
    assert (tmp_path / "data" / hits.FILE).stat().st_mode & 0o777 == 0o600


def test_reading_needs_no_store(make_app: MakeApp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    app = make_app(redis_url=f"redis://127.0.0.1:{port}/0")
    add_site(app)
    assert read(app.test_client())["comments"] == []
