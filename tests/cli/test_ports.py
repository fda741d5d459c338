import socket

import pytest

from comments_service.cli import ports
from tests.services import processes

HOST = "127.0.0.1"


def test_a_port_that_somebody_listens_on_is_taken() -> None:
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ports.Unavailable, match=f"^http://{HOST}:{port} is taken"):
            ports.check(HOST, port)


def test_a_port_that_somebody_would_share_is_taken_too() -> None:
    with (
        socket.create_server((HOST, 0), reuse_port=True) as other,
        pytest.raises(ports.Unavailable),
    ):
        ports.check(HOST, other.getsockname()[1])


def test_a_free_port_can_be_had() -> None:
    ports.check(HOST, processes.free_port())


def test_an_address_of_another_machine_is_refused_at_once() -> None:
    with pytest.raises(ports.Unavailable, match="can't listen on"):
        ports.check("192.0.2.1", processes.free_port(), wait=60)


def test_addresses_of_both_families_are_written_as_origins() -> None:
    assert ports.origin("127.0.0.1", 80) == "http://127.0.0.1:80"
    assert ports.origin("::1", 80) == "http://[::1]:80"


def test_nobody_there_is_no_answer() -> None:
    assert not ports.answers(HOST, processes.free_port(), "/")
