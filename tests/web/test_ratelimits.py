"""How often a machine may post: exact, per site, and never open because nobody can count."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import time_machine
from flask import Flask

from comments_service import clock
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


def test_reading_needs_no_store(make_app: MakeApp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    app = make_app(redis_url=f"redis://127.0.0.1:{port}/0")
    add_site(app)
    assert read(app.test_client())["comments"] == []
