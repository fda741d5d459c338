"""How often one machine address may post, subscribe and sign in. Counts; knows nothing else."""

import logging
import math
import time
from collections.abc import Callable

import flask_limiter
import limits
from flask import Flask, current_app
from limits.errors import StorageError
from limits.strategies import RateLimiter
from werkzeug.exceptions import ServiceUnavailable

from comments_service import settings
from comments_service.domain import people
from comments_service.domain.errors import LimitReached
from comments_service.domain.tokens import Purpose
from comments_service.settings import Settings
from comments_service.web import visitor

RETRY_SECONDS = 2

log = logging.getLogger(__name__)


def init_app(app: Flask, chosen: Settings) -> None:
    limiter = flask_limiter.Limiter(
        _key,
        app=app,
        storage_uri=chosen.redis_url or "memory://",
        strategy="moving-window",
        storage_options=_storage(chosen),
    )
    app.extensions["comments_limiter"] = limiter


def _storage(chosen: Settings) -> dict[str, str | int]:
    """A store that is away must not hold up a request for long, and is a StorageError."""
    if not chosen.redis_url:
        return {}
    return {"socket_timeout": 1, "socket_connect_timeout": 1, "wrap_exceptions": True}


def _key() -> str:
    """A keyed hash: no store ever holds an address."""
    key = people.limit_key(visitor.address())
    return settings.current().keyring.mac(Purpose.NETWORK, "limit", key).hex()


def count(what: str, notation: Callable[[Settings], str], *, site_id: int = 0) -> None:
    """Count one use against every limit of `notation`; LimitReached when one is used up.

    Without the store nothing passes uncounted: 503.

    The shortest window is counted first: what it refuses leaves the longer ones untouched.
    """
    text = notation(settings.current())
    rules = sorted(limits.parse_many(text)) if text else []
    strategy: RateLimiter = current_app.extensions["comments_limiter"].limiter
    identity = (what, str(site_id), _key())
    try:
        for rule in rules:
            if not strategy.hit(rule, *identity):
                raise LimitReached(_seconds_left(strategy, rule, identity))
    except StorageError as error:
        log.warning("the store of the limits is away: %s", error)
        raise ServiceUnavailable(
            "Nobody can count just now. Try again in a moment.", retry_after=RETRY_SECONDS
        ) from error


def _seconds_left(
    strategy: RateLimiter, rule: limits.RateLimitItem, identity: tuple[str, str, str]
) -> int:
    window = strategy.get_window_stats(rule, *identity)
    return max(1, math.ceil(window.reset_time - time.time()))
