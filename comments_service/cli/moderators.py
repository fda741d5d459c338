"""`comments moderators`: the people who decide, and the links that sign them in."""

from collections.abc import Callable

import click
from flask import Flask

from comments_service.cli.instances import opened
from comments_service.operations import moderators as operations
from comments_service.queries import moderators as queries


class WrongUsage(click.ClickException):
    """Said in one line, where click's own would show the usage first."""

    exit_code = 2


@click.group()
def moderators() -> None:
    """The people who decide on comments."""


@moderators.command()
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice(operations.ROLES),
    help="admin serves every site, moderator those named by --site.",
)
@click.option("--site", "sites", multiple=True, metavar="NAME", help="A site to serve.")
@click.pass_obj
def add(
    create_app: Callable[[], Flask], email: str, role: str | None, sites: tuple[str, ...]
) -> None:
    """Add somebody (an admin, unless sites are named) and print a one-time sign-in link."""
    role = role or (operations.MODERATOR if sites else operations.ADMIN)
    if role == operations.MODERATOR and not sites:
        raise WrongUsage("A moderator needs at least one --site.")
    if role == operations.ADMIN and sites:
        raise WrongUsage("An admin serves every site; --site is for moderators.")
    with opened(create_app):
        operations.add(email, role=role, site_names=sites)
        click.echo(operations.make_link(email))


@moderators.command("list")
@click.pass_obj
def list_(create_app: Callable[[], Flask]) -> None:
    """List the moderators, one a line: e-mail, role, sites."""
    with opened(create_app):
        for someone in queries.everything():
            served = someone.site_names if someone.site_ids is not None else ("all sites",)
            click.echo("\t".join((someone.email, someone.role, *served)))


@moderators.command()
@click.argument("email")
@click.pass_obj
def remove(create_app: Callable[[], Flask], email: str) -> None:
    """Remove somebody; every session and link of his ends at once."""
    with opened(create_app):
        operations.remove(email)


@moderators.command()
@click.argument("email")
@click.pass_obj
def link(create_app: Callable[[], Flask], email: str) -> None:
    """Print a link that signs somebody in once."""
    with opened(create_app):
        click.echo(operations.make_link(email))
