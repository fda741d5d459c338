"""`comments keys`: the API keys of programs that moderate."""

from collections.abc import Callable

import click
from flask import Flask

from comments_service.cli.instances import opened
from comments_service.operations import keys as operations
from comments_service.queries import keys as queries


@click.group()
def keys() -> None:
    """The API keys of programs that moderate."""


@keys.command()
@click.argument("label")
@click.option(
    "--site", "sites", multiple=True, metavar="NAME", help="A site it may see; none: all."
)
@click.pass_obj
def add(create_app: Callable[[], Flask], label: str, sites: tuple[str, ...]) -> None:
    """Make a key and print it; it can't be shown again."""
    with opened(create_app):
        click.echo(operations.add(label, sites))


@keys.command("list")
@click.pass_obj
def list_(create_app: Callable[[], Flask]) -> None:
    """List the keys that work, one a line: label, when made, sites."""
    with opened(create_app):
        for key in queries.everything():
            seen = key.site_names if key.site_ids is not None else ("all sites",)
            click.echo("\t".join((key.label, f"{key.created_at:%Y-%m-%d}", *seen)))


@keys.command()
@click.argument("label")
@click.pass_obj
def revoke(create_app: Callable[[], Flask], label: str) -> None:
    """End a key at once."""
    with opened(create_app):
        operations.revoke(label)
