"""The composition root: settings → database → web, and the command line. No rules of its own."""

import sys

from flask import Flask

from comments_service import database, settings, web
from comments_service.cli import cli
from comments_service.settings import BadSetting, Settings


def create_app(given: Settings | None = None) -> Flask:
    """The WSGI application; without `given`, settings come from the file and the environment."""
    chosen = given or settings.load()
    app = Flask("comments_service")
    settings.install(app, chosen)
    database.init_app(app, chosen)
    web.init_app(app, chosen)
    return app


def main() -> None:
    """The `comments` command."""
    try:
        cli(obj=create_app)
    except BadSetting as error:
        print(error, file=sys.stderr)  # noqa: T201 - the one line the operator needs
        sys.exit(1)
