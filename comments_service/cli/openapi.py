"""`comments openapi`: the API's document on stdout, as the service itself serves it."""

from collections.abc import Callable

import click
from flask import Flask

from comments_service.cli import refusals


@click.command()
@click.pass_obj
def openapi(create_app: Callable[[], Flask]) -> None:
    """Print the OpenAPI document."""
    with refusals.in_one_line():
        click.echo(create_app().test_client().get("/api/openapi.json").text, nl=False)
