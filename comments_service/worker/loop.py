"""The background worker: one message after the other, until it is told to stop.

No single message ends it, and neither does a database that is busy or away.
"""

import logging
import math
import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from threading import Event

from flask import Flask

from comments_service import clock, settings
from comments_service.domain.errors import Unavailable
from comments_service.domain.events import Kind
from comments_service.operations import housekeeping, outbox, renderings
from comments_service.operations.outbox import Claimed
from comments_service.queries import outbox as queries
from comments_service.worker import handlers
from comments_service.worker.handlers import Ending

LONGEST_SLEEP = 1.0
PAUSE = 1.0
TRIES_OF_DRAIN = 3
RECORD_SECONDS = 8.0  # to record what was done after a stop; the supervisor waits for ten
TIDY_EVERY = timedelta(minutes=1)

log = logging.getLogger(__name__)


def run(app: Flask, stop: Event) -> None:
    """Work until `stop` is set; what is in hand then is brought to its end."""
    tidy_at = clock.now()
    with app.app_context():
        _calmly(_tell_unknown)
        while not stop.is_set():
            if clock.now() >= tidy_at:
                tidy_at = clock.now() + TIDY_EVERY
                _calmly(housekeeping.tidy)
                _calmly(renderings.refresh)
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
    except Unavailable as error:
        log.warning("the database is busy or away: %s", error.cause)
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
        ending = handlers.handle(message, stop or Event())
    except Unavailable:
        _record(partial(outbox.release, message), stop, after_stop=0)
        raise
    except Exception as error:
        log.exception("message %s (%s) failed", message.id, message.kind)
        ending = partial(outbox.retry_later, message, f"{type(error).__name__}: {error}")
    _record(ending, stop)


def _record(ending: Ending, stop: Event | None, *, after_stop: float | None = None) -> None:
    """A mail that was sent must be known as sent: try again until the database takes it, and
    after a stop for a while. Given up, it is done again when its lease is over.
    """
    until = math.inf
    for tries in count(1):
        try:
            ending()
        except Unavailable as error:
            if stop and stop.is_set():
                seconds = RECORD_SECONDS if after_stop is None else after_stop
                until = min(until, time.monotonic() + seconds)
            if time.monotonic() >= until or (stop is None and tries >= TRIES_OF_DRAIN):
                log.error("not recorded, it will be done again: %s", error.cause)  # noqa: TRY400
                raise
            log.warning("not recorded yet, the database is busy or away: %s", error.cause)
        else:
            return
        time.sleep(PAUSE)


def _calmly(job: Callable[[], object]) -> None:
    """What isn't about one message; that it failed ends nothing."""
    try:
        job()
    except Unavailable as error:
        log.warning("not now, the database is busy or away: %s", error.cause)
    except Exception:
        log.exception("the worker met something unexpected and goes on")


def _tell_unknown() -> None:
    for kind, waiting in queries.unknown_kinds().items():
        log.warning("%d messages of kind %r wait for a version that knows them", waiting, kind)
