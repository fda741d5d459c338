"""The HTTP door: parse → one operation or one query → dump. It knows no database and no network."""

from flask import Flask

from comments_service.domain import limits
from comments_service.settings import Settings
from comments_service.web import (
    admin,
    api,
    cors,
    desk,
    feeds,
    headers,
    health,
    pages,
    prefix,
    problems,
    ratelimits,
    ready,
    transport,
    widget,
)


def init_app(app: Flask, settings: Settings) -> None:
    """Put every door on the application."""
    app.config["MAX_CONTENT_LENGTH"] = limits.BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = limits.BODY_BYTES
    app.config["MAX_FORM_PARTS"] = limits.FORM_PARTS
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # its redirects would name the host a header claims
    ready.init_app(app, settings)
    prefix.init_app(app, settings)
    problems.init_app(app)
    cors.init_app(app)
    headers.init_app(app, settings)
    transport.init_app(app)
    ratelimits.init_app(app, settings)
    desk.init_app(app)
    for area in (api, api.reference, admin, feeds, pages, health, widget):
        app.register_blueprint(area.blueprint)
