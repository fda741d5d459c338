"""`comments worker`: the background worker alone, without `serve`."""

from collections.abc import Callable

import click
from flask import Flask

from comments_service.cli import children
from comments_service.cli.instances import opened
from comments_service.worker import loop


@click.group()
def worker() -> None:
    """The background worker: it sends what the web workers left to send."""


@worker.command()
@click.pass_obj
def run(create_app: Callable[[], Flask]) -> None:
    """Work until told to stop; `comments serve` has one of its own."""
    with opened(create_app) as app:
        children.work(app)


@worker.command()
@click.pass_obj
def drain(create_app: Callable[[], Flask]) -> None:
    """Do what is due now, say how much it was, and end."""
    with opened(create_app) as app:
        click.echo(loop.drain(app))
