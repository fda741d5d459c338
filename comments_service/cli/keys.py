"""`comments keys`: the API keys of programs that moderate."""

from collections.abc import Callable

import click
from flask import Flask

from comments_service.domain.errors import CommentsError
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
    with create_app().app_context():
        try:
            click.echo(operations.add(label, sites))
        except CommentsError as error:
            raise click.ClickException(str(error)) from error


@keys.command("list")
@click.pass_obj
def list_(create_app: Callable[[], Flask]) -> None:
    """List the keys that work, one a line: label, when made, sites."""
    with create_app().app_context():
        for key in queries.everything():
            seen = key.site_names if key.site_ids is not None else ("all sites",)
            click.echo("\t".join((key.label, f"{key.created_at:%Y-%m-%d}", *seen)))


@keys.command()
@click.argument("label")
@click.pass_obj
def revoke(create_app: Callable[[], Flask], label: str) -> None:
    """End a key at once."""
    with create_app().app_context():
        try:
            operations.revoke(label)
        except CommentsError as error:
            raise click.ClickException(str(error)) from error
