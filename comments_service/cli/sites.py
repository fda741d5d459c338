"""`comments sites`: the tenants and their origins."""

from collections.abc import Callable

import click
from flask import Flask

from comments_service.cli.instances import opened
from comments_service.operations import sites as operations
from comments_service.queries import sites as queries
from comments_service.settings import MODERATION


@click.group()
def sites() -> None:
    """The sites (tenants) of this service."""


@sites.command()
@click.argument("name")
@click.option(
    "--origin",
    "origins",
    multiple=True,
    required=True,
    help="As https://example.com; may be repeated.",
)
@click.pass_obj
def add(create_app: Callable[[], Flask], name: str, origins: tuple[str, ...]) -> None:
    """Add a site with the origins its pages have."""
    with opened(create_app):
        operations.add(name, origins)


@sites.command("list")
@click.pass_obj
def list_(create_app: Callable[[], Flask]) -> None:
    """List the sites, one a line: name, moderation, origins."""
    with opened(create_app):
        for site in queries.everything():
            click.echo("\t".join((site.name, site.moderation or "default", *sorted(site.origins))))


@sites.command("set")
@click.argument("name")
@click.option(
    "--moderation",
    type=click.Choice([*MODERATION, "default"]),
    help="Who waits for a moderator; default follows the service.",
)
@click.option("--origin", "origins", multiple=True, help="Replaces all origins.")
@click.pass_obj
def set_(
    create_app: Callable[[], Flask], name: str, moderation: str | None, origins: tuple[str, ...]
) -> None:
    """Change a site's moderation or its origins."""
    with opened(create_app):
        operations.change(name, moderation=moderation, origins=origins)
