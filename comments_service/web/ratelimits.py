"""How often one machine address may post, subscribe and sign in. Counts; knows nothing else."""

import math
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache

import flask_limiter
import limits
from flask import Flask, current_app, g
from limits.errors import StorageError
from limits.strategies import RateLimiter

from comments_service import settings
from comments_service.domain import people
from comments_service.domain.errors import LimitReached, Unavailable
from comments_service.domain.tokens import Purpose
from comments_service.settings import Settings
from comments_service.web import addresses, hits

Notation = Callable[[Settings], str]


def init_app(app: Flask, chosen: Settings) -> None:
    """Calls count themselves. What the extension would do before and after each of them, too,
    stays with an application that answers none.
    """
    uri, options = _storage(chosen)
    app.extensions["comments_limiter"] = flask_limiter.Limiter(
        _machine,
        app=Flask(__name__),
        storage_uri=uri,
        strategy="moving-window",
        storage_options=options,
    )


def _storage(chosen: Settings) -> tuple[str, dict[str, str | int]]:
    """A store that is away must not hold up a request for long, and is a StorageError."""
    if chosen.redis_url:
        waits = {"socket_timeout": 1, "socket_connect_timeout": 1}
        return chosen.redis_url, {"wrap_exceptions": True, **waits}
    path = str(chosen.data_path / hits.FILE)
    return f"{hits.SCHEME}://", {"wrap_exceptions": True, "path": path}


def count(what: str, notation: Notation, *, site_id: int = 0, whom: str | None = None) -> None:
    """Count one use against every limit of `notation`; LimitReached when one is used up.

    Uses are counted per machine address, or per `whom`. Without the store nothing passes
    uncounted: Unavailable.
    """
    wait = _wait(what, notation, site_id=site_id, whom=whom)
    if wait:
        raise LimitReached(wait)


def allows(what: str, notation: Notation, *, site_id: int = 0, whom: str | None = None) -> bool:
    """Count one use as `count` does, and tell whether it was within the limits."""
    return not _wait(what, notation, site_id=site_id, whom=whom)


def has_room(what: str, notation: Notation, *, site_id: int = 0) -> bool:
    """Whether one use more would be within the limits; counts none."""
    rules = _rules(notation)
    identity = (what, str(site_id), _machine() if rules else "")
    with _counting() as strategy:
        return all(strategy.test(rule, *identity) for rule in rules)


def _machine() -> str:
    """A keyed hash: no store ever holds an address."""
    if "machine" not in g:
        g.machine = _keyed("limit", people.limit_key(addresses.address()))
    return g.machine


def _whom(whom: str) -> str:
    return _keyed("whom", whom)


def _keyed(kind: str, value: str) -> str:
    return settings.current().keyring.mac(Purpose.NETWORK, kind, value).hex()


def _wait(what: str, notation: Notation, *, site_id: int, whom: str | None) -> int:
    """0 when the use was counted; else the seconds until every limit has room again."""
    rules = _rules(notation)
    if not rules:
        return 0
    identity = (what, str(site_id), _machine() if whom is None else _whom(whom))
    with _counting() as strategy:
        if all(strategy.hit(rule, *identity) for rule in rules):
            return 0
        return max(_seconds_left(strategy, rule, identity) for rule in rules)


@contextmanager
def together() -> Generator[None]:
    """What is counted meanwhile is counted at once where the store is a file, for a fraction of the
    time; when something raises, none of it.
    """
    with _counting():
        yield


@contextmanager
def _counting() -> Generator[RateLimiter]:
    strategy: RateLimiter = current_app.extensions["comments_limiter"].limiter
    store = strategy.storage
    try:
        with store.together() if isinstance(store, hits.FileStorage) else nullcontext():
            yield strategy
    except StorageError as error:
        raise Unavailable(f"the store of the limits: {error}") from error


def _rules(notation: Notation) -> Sequence[limits.RateLimitItem]:
    return _parsed(notation(settings.current()))


@lru_cache(maxsize=64)
def _parsed(text: str) -> Sequence[limits.RateLimitItem]:
    """The shortest window is counted first: what it refuses leaves the longer ones untouched."""
    return tuple(sorted(limits.parse_many(text), key=_seconds)) if text else ()


def _seconds(rule: limits.RateLimitItem) -> int:
    return rule.get_expiry()


def _seconds_left(
    strategy: RateLimiter, rule: limits.RateLimitItem, identity: tuple[str, str, str]
) -> int:
    """Until the oldest use leaves the window of a limit that is used up; else the least."""
    window = strategy.get_window_stats(rule, *identity)
    left = math.ceil(window.reset_time - time.time()) if window.remaining <= 0 else 1
    return max(1, left)
