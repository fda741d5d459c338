"""The background worker: one message after the other, until it is told to stop.

No single message ends it, and neither does a database that is busy or away.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from threading import Event

from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from comments_service import clock, settings
from comments_service.domain.events import Kind
from comments_service.operations import housekeeping, outbox
from comments_service.operations.outbox import Claimed
from comments_service.queries import outbox as queries
from comments_service.worker import handlers
from comments_service.worker.handlers import Ending

AWAY = (OperationalError, InterfaceError, PoolTimeout)
LONGEST_SLEEP = 1.0
PAUSE = 1.0
TRIES_OF_DRAIN = 3
TIDY_EVERY = timedelta(minutes=1)

log = logging.getLogger(__name__)


def run(app: Flask, stop: Event) -> None:
    """Work until `stop` is set; what is in hand then is brought to its end."""
    tidy_at = clock.now()
    with app.app_context():
        while not stop.is_set():
            if clock.now() >= tidy_at:
                tidy_at = clock.now() + TIDY_EVERY
                _tidy()
            stop.wait(_turn(stop))


def drain(app: Flask) -> int:
    """Do what is due now; how many messages that was. Raises when the database stays away."""
    done = 0
    with app.app_context():
        while message := outbox.claim(_possible()):
            _work(message, None)
            done += 1
    return done


def _turn(stop: Event) -> float:
    """Handle one message if one is due; how long to sleep then."""
    try:
        kinds = _possible()
        due = queries.next_due(kinds)
        if due is None or due > clock.now():
            return _sleep(due)
        message = outbox.claim(kinds)
        if message is None:
            return PAUSE  # somebody else was quicker
        _work(message, stop)
    except AWAY as error:
        log.warning("the database is busy or away: %s", _cause(error))
        return PAUSE
    except Exception:
        log.exception("the worker met something unexpected and goes on")
        return PAUSE
    return 0


def _possible() -> Collection[Kind]:
    """Without a mail server that may be used, mails are kept; events go on making them."""
    return tuple(Kind) if settings.current().mails_readers else (Kind.COMMENT_APPROVED,)


def _sleep(due: datetime | None) -> float:
    left = (due - clock.now()).total_seconds() if due else LONGEST_SLEEP
    return min(max(left, 0.0), LONGEST_SLEEP)


def _work(message: Claimed, stop: Event | None) -> None:
    try:
        ending = handlers.handle(message)
    except AWAY:
        _record(partial(outbox.release, message), stop)
        raise
    except Exception as error:
        log.exception("message %s (%s) failed", message.id, message.kind)
        ending = partial(outbox.retry_later, message, f"{type(error).__name__}: {error}")
    _record(ending, stop)


def _record(ending: Ending, stop: Event | None) -> None:
    """A mail that was sent must be known as sent: try again until the database takes it."""
    tries = 0
    while True:
        try:
            return ending()
        except AWAY as error:
            tries += 1
            if stop.is_set() if stop else tries >= TRIES_OF_DRAIN:
                raise
            log.warning("not recorded yet, the database is busy or away: %s", _cause(error))
        (stop or Event()).wait(PAUSE)


def _tidy() -> None:
    try:
        housekeeping.tidy()
    except AWAY as error:
        log.warning("not tidied, the database is busy or away: %s", _cause(error))
    except Exception:
        log.exception("housekeeping failed; it is tried again")


def _cause(error: SQLAlchemyError) -> object:
    """What the driver says; the error itself would log what people wrote."""
    return getattr(error, "orig", error)
