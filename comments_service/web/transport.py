"""How a request's body comes in: plain, whole, and not so slowly that readers have to wait. And how
an answer's goes out.
"""

import threading
from collections.abc import Generator, Iterable
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge

from comments_service.domain.errors import Unavailable
from comments_service.domain.limits import BODY_BYTES
from comments_service.web import problems

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FEW_THREADS = "COMMENTS_FEW_THREADS"  # in the config, by the server that has four of them
BODIES_AT_ONCE = 3  # of those, which wait while their clients send: one is left for readers
TURN_SECONDS = 2


class Whole(Response):
    """Given out as a list where all of it is there: granian sends that at once, and streams
    whatever else it gets, which takes longer than most answers.
    """

    def get_app_iter(self, environ: "WSGIEnvironment") -> Iterable[bytes]:
        parts = super().get_app_iter(environ)
        if not self.is_sequence or self.direct_passthrough:
            return parts
        whole = list(parts)
        self.close()
        return whole


def init_app(app: Flask) -> None:
    app.response_class = Whole
    turns = _Turns()

    def take_in() -> Response | None:
        scarce = FEW_THREADS in current_app.config
        return _refuse_coded() or _read(turns.one() if scarce else nullcontext())

    app.before_request(take_in)


class _Turns:
    """Whole bodies take no time, so a turn comes at once; or all wait for clients that drip."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(BODIES_AT_ONCE)
        self._stuck = False

    @contextmanager
    def one(self) -> Generator[None]:
        if not self._free.acquire(timeout=0 if self._stuck else TURN_SECONDS):
            self._stuck = True  # the next one needn't wait to learn the same
            raise Unavailable(f"{BODIES_AT_ONCE} clients are slow to send what they announced")
        try:
            yield
        finally:
            self._stuck = False
            self._free.release()


def _refuse_coded() -> Response | None:
    """A packed body may be a thousand times its size: none is unpacked here."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        answer = problems.problem(415, "media-type", "Send the body as it is, not compressed.")
        answer.headers["Accept-Encoding"] = "identity"
        return answer
    if request.headers.get("Transfer-Encoding", "chunked").strip().lower() != "chunked":
        return problems.problem(400, "bad-request", "Send the body plain or chunked.")
    return None


def _read(turn: AbstractContextManager[None]) -> None:
    """Keep the body for whoever asks; 413 when it is too large, Unavailable while others drip."""
    if request.content_length is None:
        if "Transfer-Encoding" not in request.headers:
            return
        request.max_content_length = BODY_BYTES + 1  # chunks are cut there without a word
    try:
        with turn:
            body = request.get_data()
    except (HTTPException, Unavailable):
        raise
    except Exception as error:  # of the server's own kind, as for chunks that aren't any
        raise BadRequest("The body can't be read.") from error
    if len(body) > BODY_BYTES:
        raise RequestEntityTooLarge
