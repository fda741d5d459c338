import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from comments_service import migrations
from comments_service.cli import locks
from tests.conftest import SECRET_KEY, StartService
from tests.services import processes
from tests.services.pids import children, is_alive
from tests.services.service import COMMAND, Service

ORPHAN_SECONDS = 1.0

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def seconds_until(condition: Callable[[], bool], *, at_most: float = 20) -> float:
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < at_most, "it never happened"
        time.sleep(0.01)
    return time.monotonic() - started


def pid_of(service: Service) -> int:
    assert service.process
    return service.process.pid


def code_of(service: Service) -> int:
    assert service.process
    return service.process.wait(timeout=20)


def said(service: Service) -> list[str]:
    """Its lines, once it has said that it listens."""
    seconds_until(lambda: "listening on" in service.log.read_text())
    return service.log.read_text().splitlines()


def serve(service: Service, *options: str) -> "subprocess.CompletedProcess[str]":
    """Start it once more and wait for its end."""
    return subprocess.run(
        [COMMAND, "serve", "--port", str(service.port), *options],
        env=service.env,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_it_says_where_it_listens_and_ends_in_order(service: Service) -> None:
    assert said(service) == [f"listening on {service.url}"]
    running = children(pid_of(service))
    assert len(running) == 2
    service.stop()
    assert not any(map(is_alive, running))
    assert said(service) == [f"listening on {service.url}"]


def test_it_serves_with_several_web_workers(tmp_path: Path) -> None:
    service = Service(tmp_path, {"data_dir": tmp_path, "secret_key": SECRET_KEY})
    try:
        service.start("--workers", "2")
        assert len(children(pid_of(service))) == 3
        service.stop()
    finally:
        service.close()


@on_sqlite
def test_its_lock_names_it_and_refuses_a_second_one(service: Service, tmp_path: Path) -> None:
    pid = pid_of(service)
    assert (tmp_path / locks.FILE).read_text() == f"{pid}\n"
    started = time.monotonic()
    second = serve(service, "--port", str(processes.free_port()))
    assert time.monotonic() - started >= 3
    assert second.returncode == 1
    assert second.stderr == f"Error: {tmp_path} is in use by process {pid}\n"


@on_sqlite
def test_a_second_one_takes_over_when_the_first_ends_in_time(service: Service) -> None:
    first = service.process
    assert first
    first.send_signal(signal.SIGTERM)
    service.start()
    assert first.wait(timeout=20) == 0
    service.wait()  # until then it may have been the first that answered


@on_sqlite
def test_a_taken_port_is_refused_in_one_line(service: Service, tmp_path: Path) -> None:
    service.env["COMMENTS_DATA_DIR"] = str(tmp_path / "another")
    second = serve(service)
    assert second.returncode == 1
    assert second.stderr == f"Error: {service.url} is taken: choose another port\n"


@on_sqlite
def test_a_killed_supervisor_leaves_no_orphan(service: Service) -> None:
    orphans = children(pid_of(service))
    service.kill()
    assert seconds_until(lambda: not any(map(is_alive, orphans))) <= ORPHAN_SECONDS
    service.start()


@on_sqlite
@pytest.mark.parametrize("which", ["background", "web"])
def test_a_dead_child_ends_the_service_with_an_error(service: Service, which: str) -> None:
    background, web = children(pid_of(service))
    os.kill(background if which == "background" else web, signal.SIGKILL)
    assert code_of(service) == 1
    assert not is_alive(background)
    assert not is_alive(web)
    assert "worker" in service.log.read_text().splitlines()[-1]


@on_sqlite
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_whole_group_ends_it_in_order(
    service: Service, number: signal.Signals
) -> None:
    lines = said(service)
    os.killpg(pid_of(service), number)
    assert code_of(service) == 0
    assert said(service) == lines


@on_sqlite
def test_a_request_in_flight_is_finished(service: Service) -> None:
    body = json.dumps({"url": "https://nobody.example/", "author": {}, "body": "Hello"}).encode()
    head = (
        f"POST /api/v1/comments HTTP/1.1\r\nHost: {service.url[7:]}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as client:
        client.sendall(head.encode() + body[:5])
        _, web = children(pid_of(service))
        seconds_until(lambda: _has_read(service.port))
        os.kill(pid_of(service), signal.SIGTERM)
        seconds_until(lambda: not _accepts(service.port))
        assert is_alive(web)
        client.sendall(body[5:])
        answer = client.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 4")
    assert code_of(service) == 0


def _has_read(port: int) -> bool:
    """Whether the server has taken all that was sent to it so far."""
    local = f"0100007F:{port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    connected = [row for row in rows if row[1] == local and row[3] == "01"]
    return bool(connected) and all(row[4].endswith(":00000000") for row in connected)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


@on_sqlite
def test_an_idle_connection_does_not_delay_the_end(service: Service) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as client:
        client.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.recv(12) == b"HTTP/1.1 200"
        os.kill(pid_of(service), signal.SIGTERM)
        assert seconds_until(lambda: not is_alive(pid_of(service))) < 5
    assert code_of(service) == 0


@on_sqlite
def test_an_older_database_is_kept_upgraded_and_served(
    database_url: str, start_service: StartService, tmp_path: Path
) -> None:
    migrations.downgrade(database_url, "base")
    service = start_service()
    (copy,) = (tmp_path / "backups").iterdir()
    assert said(service) == [
        f"kept the database as it was in {copy}",
        f"brought the database from base to {migrations.head()}",
        f"listening on {service.url}",
    ]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_an_empty_postgresql_is_refused(empty_database_url: str, tmp_path: Path) -> None:
    service = Service(tmp_path, {"data_dir": tmp_path, "database_url": empty_database_url})
    refused = serve(service)
    assert refused.returncode == 1
    assert refused.stderr == "Error: the database is empty: run `comments db upgrade` first\n"


def test_a_database_that_is_away_is_one_line(tmp_path: Path) -> None:
    away = "postgresql://comments:not-to-be-told@127.0.0.1:1/comments"
    refused = serve(Service(tmp_path, {"data_dir": tmp_path, "database_url": away}))
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: the database: ")
    assert refused.stderr.count("\n") == 1
    assert "not-to-be-told" not in refused.stderr
