"""Every command of `comments` is told to the people who type it."""

from collections.abc import Iterator

import click

from comments_service.cli import cli
from tests.contracts import repository

DOCUMENTS = ("README.md", "docs/operating.md")


def _commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """`comments sites add` and its like: the leaves, with the words that call them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command, name
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def test_every_command_is_documented() -> None:
    told = "\n".join(repository.text(document) for document in DOCUMENTS)
    assert not [words for words, _ in _commands(cli, "comments") if words not in told]


def test_every_command_and_option_explains_itself() -> None:
    for words, command in _commands(cli, "comments"):
        assert command.help, words
        options = [option for option in command.params if isinstance(option, click.Option)]
        assert not [option.name for option in options if not option.help], words
