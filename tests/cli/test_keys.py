from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from comments_service.cli import cli
from tests import thread

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    thread.add_site(app)
    return lambda *words: CliRunner().invoke(cli, ["keys", *words], obj=lambda: app)


def test_add_prints_the_key_alone_and_list_never_does(run: Run) -> None:
    done = run("add", "sweeper")
    [key] = done.stdout.splitlines()
    assert key.startswith("ck_")
    assert not done.stderr
    run("add", "tide bot", "--site", "The Tide Table")
    first, second = run("list").stdout.splitlines()
    assert first.startswith("sweeper\t")
    assert first.endswith("\tall sites")
    assert second.endswith("\tThe Tide Table")
    assert key not in first


def test_revoke_ends_a_key(run: Run) -> None:
    run("add", "sweeper")
    assert run("revoke", "sweeper").exit_code == 0
    assert run("list").stdout == ""


def test_a_failure_is_one_line_on_stderr(run: Run) -> None:
    for words in (["revoke", "nobody"], ["add", "x", "--site", "Nobody's"], ["add", " "]):
        done = run(*words)
        assert done.exit_code == 1
        assert len(done.stderr.splitlines()) == 1
        assert not done.stdout
