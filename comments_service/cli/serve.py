"""`comments serve`: the whole service in one command."""

import sys
from collections.abc import Callable

import click

from comments_service import settings
from comments_service.cli import locks, ports
from comments_service.cli.children import AppFactory
from comments_service.cli.refusals import in_one_line
from comments_service.cli.supervisor import Supervisor
from comments_service.operations import upgrades
from comments_service.settings import Settings

LOCK_SECONDS = 3  # a service that is told to restart may start before the old one has ended
PORT_SECONDS = 1.5  # the children of a killed service leave the port within one


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65_535), help="The port."
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="How many web worker processes; one for each core is enough.",
)
@click.pass_obj
def serve(create_app: AppFactory, host: str, port: int, workers: int) -> None:
    """Serve readers and moderators, and send the mail, until told to stop."""
    chosen = settings.load()
    code = run(create_app, chosen, host=host, port=port, workers=workers, say=click.echo)
    sys.exit(code)


def run(
    create_app: AppFactory,
    chosen: Settings,
    *,
    host: str,
    port: int,
    workers: int,
    say: Callable[[str], None],
) -> int:
    """Lock the data folder, bring the schema up to date, serve; the exit code."""
    with in_one_line(), locks.held(chosen.data_path, wait=LOCK_SECONDS):
        ports.check(host, port, wait=PORT_SECONDS)
        for line in upgrades.make_current(chosen):
            say(line)
        return Supervisor(
            create_app,
            chosen,
            host=host,
            port=port,
            workers=workers,
            say=say,
            complain=complain,
        ).run()


def complain(line: str) -> None:
    click.echo(line, err=True)
