"""The `comments` command. Each subcommand gets the application factory from `app.main()`."""

import importlib

import click

COMMANDS = {
    "db": "comments_service.cli.db:db",
    "demo": "comments_service.cli.demo:demo",
    "keys": "comments_service.cli.keys:keys",
    "moderators": "comments_service.cli.moderators:moderators",
    "openapi": "comments_service.cli.openapi:openapi",
    "serve": "comments_service.cli.serve:serve",
    "sites": "comments_service.cli.sites:sites",
    "worker": "comments_service.cli.worker:worker",
}


class LazyGroup(click.Group):
    """Imports a subcommand's module when it is asked for, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        return getattr(importlib.import_module(module), name)


@click.command(cls=LazyGroup)
@click.version_option(package_name="comments-service")
def cli() -> None:
    """Comments for any website, on your own server."""
