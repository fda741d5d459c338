from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from comments_service.cli import cli
from comments_service.settings import Settings
from tests import thread

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    thread.add_site(app)
    return lambda *words: CliRunner().invoke(cli, ["moderators", *words], obj=lambda: app)


def test_add_and_link_print_a_link_alone_on_stdout(run: Run, settings: Settings) -> None:
    for words in (("add", "ines@desk.example"), ("link", "ines@desk.example")):
        done = run(*words)
        assert done.exit_code == 0
        [line] = done.stdout.splitlines()
        assert line.startswith(f"{settings.public_url}/admin/sign-in/")
        assert not done.stderr


def test_without_sites_somebody_is_an_admin_and_with_sites_a_moderator(run: Run) -> None:
    run("add", "ines@desk.example")
    run("add", "piet@desk.example", "--site", "The Tide Table")
    assert run("list").stdout.splitlines() == [
        "ines@desk.example\tadmin\tall sites",
        "piet@desk.example\tmoderator\tThe Tide Table",
    ]


def test_remove_removes(run: Run) -> None:
    run("add", "ines@desk.example")
    assert run("remove", "ines@desk.example").exit_code == 0
    assert run("list").stdout == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["add", "piet@desk.example", "--role", "moderator"], 2),
        (["add", "piet@desk.example", "--role", "admin", "--site", "The Tide Table"], 2),
        (["add", "no address"], 1),
        (["add", "piet@desk.example", "--site", "Nobody's"], 1),
        (["remove", "piet@desk.example"], 1),
        (["link", "piet@desk.example"], 1),
    ],
)
def test_a_failure_is_one_line_on_stderr_and_a_code(run: Run, words: list[str], code: int) -> None:
    done = run(*words)
    assert done.exit_code == code
    assert len(done.stderr.splitlines()) == 1
    assert not done.stdout
    assert run("list").stdout == ""
