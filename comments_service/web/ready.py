"""Ready answers: a page's comments and counts as bytes, packed, given out without asking Flask.

It knows nothing of what the answers say: Flask makes each, once for every version, and this keeps
it as long as what it was made of stands. What isn't plainly one of them goes to Flask as it came.
"""

import gzip
import itertools
import threading
from collections.abc import Iterable, Iterator
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING

import brotli
from flask import Flask
from werkzeug.http import parse_accept_header, parse_etags
from werkzeug.wrappers import Response

from comments_service import clock
from comments_service.domain.errors import Unavailable
from comments_service.queries.versions import Stamp, Watch, Watches
from comments_service.settings import Settings
from comments_service.web import questions
from comments_service.web.questions import Question
from comments_service.web.shelf import Shelf

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

QUIET_SECONDS = 2.0  # without a change, after which better packing pays
QUESTIONS_SHARE = 8  # an eighth of the bytes is for the ways to ask
AN_ANSWER = 3_000  # bytes of memory, about, beside its bodies
TURN_SECONDS = 1  # to wait for somebody who makes the same answer
LONGEST_ACCEPTED = 200  # header that is remembered
TURNS = 64
OF_UNCHANGED = (
    "etag",
    "cache-control",
    "vary",
    "access-control-allow-origin",
    "access-control-expose-headers",
)
UNUSUAL = ("CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "HTTP_CONTENT_ENCODING", "HTTP_IF_MATCH")


class _Answer:
    """A 200 in all its forms, packed in a hurry; `number` is no other answer's."""

    def __init__(self, number: int, stamp: Stamp, made: Response) -> None:
        self.number = number
        self.stamp = stamp
        self.etag = made.headers["ETag"]
        self.unchanged = [one for one in made.headers if one[0].lower() in OF_UNCHANGED]
        self._headers = [one for one in made.headers if one[0].lower() != "content-length"]
        self._made_at = clock.monotonic()
        self._is_quiet = False
        self._pack(made.data, gzip_level=4, brotli_quality=2)

    @property
    def size(self) -> int:
        return AN_ANSWER + sum(len(body) for _headers, body in self.bodies.values())

    @property
    def deserves_better(self) -> bool:
        return not self._is_quiet and clock.monotonic() - self._made_at > QUIET_SECONDS

    def pack_better(self) -> None:
        self._is_quiet = True
        self._pack(self.bodies[""][1], gzip_level=9, brotli_quality=5)

    def _pack(self, body: bytes, *, gzip_level: int, brotli_quality: int) -> None:
        """Every form of the body by its encoding, each with its headers; "" is plain."""
        forms = {
            "": body,
            "gzip": gzip.compress(body, gzip_level, mtime=0),
            "br": brotli.compress(body, quality=brotli_quality),
        }
        self.bodies = {
            encoding: ([*self._headers, *_of_form(encoding, form)], form)
            for encoding, form in forms.items()
        }


def init_app(app: Flask, settings: Settings) -> None:
    if settings.ready_bytes:
        app.wsgi_app = Ready(
            app.wsgi_app,
            Watches(settings.resolved_database_url),
            most_bytes=settings.ready_bytes,
        )


class Ready:
    def __init__(self, inner: "WSGIApplication", watches: Watches, *, most_bytes: int) -> None:
        self._inner = inner
        self._watches = watches
        self._answers = Shelf[tuple[object, ...], _Answer](most_bytes)
        self._questions = Shelf[tuple[str, str], Question](most_bytes // QUESTIONS_SHARE)
        self._turns = tuple(threading.Lock() for _ in range(TURNS))
        self._numbers = itertools.count()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path in questions.PARSERS and environ["REQUEST_METHOD"] == "GET":
            query = environ["QUERY_STRING"]
            question = self._question(path, query)
            if question is not None and not any(environ.get(name) for name in UNUSUAL):
                answer = self._find(question, environ)
                if isinstance(answer, _Answer):
                    return _give(answer, environ, start_response)
                if answer is not None:
                    return answer(environ, start_response)
        return self._inner(environ, start_response)

    def _question(self, path: str, query: str) -> Question | None:
        """What is asked, in whichever spelling: the usual ones are read only once."""
        known = self._questions.get((path, query))
        if known is not None:
            return known
        question = questions.parse(path, query)
        if question is not None and self._answers.get(question.key) is not None:
            self._questions.put((path, query), question, size=len(query) + question.size)
        return question

    def _find(self, question: Question, environ: "WSGIEnvironment") -> _Answer | Response | None:
        """The answer as it has to be now, or what Flask says instead; None where it has to say."""
        try:
            watch = self._watches.take()
            answer = self._standing(question, watch) or self._made(question, environ, watch)
        except Unavailable:
            return None
        self._watches.give_back(watch)
        if isinstance(answer, _Answer) and answer.deserves_better:
            self._pack_better(question, answer)
        return answer

    def _standing(self, question: Question, watch: Watch) -> _Answer | None:
        answer = self._answers.get(question.key)
        if answer is None:
            return None
        if not watch.knows(answer.number):
            if question.stamp(watch) != answer.stamp:
                return None
            watch.learn(answer.number)
        return answer

    def _made(
        self, question: Question, environ: "WSGIEnvironment", watch: Watch
    ) -> _Answer | Response | None:
        """Have Flask make it, for all who wait for it; of what went wrong nothing is kept.

        Nor is what may be newer than its stamp: the same stamp may come back when a change is
        taken back.
        """
        turn = self._turn(question)
        if not turn.acquire(timeout=TURN_SECONDS):
            return None
        try:
            if (answer := self._standing(question, watch)) is not None:
                return answer
            stamp = question.stamp(watch)
            if stamp is None:
                return None
            made = ask(self._inner, environ)
            if made.status_code != HTTPStatus.OK:
                return made
            answer = _Answer(next(self._numbers), stamp, made)
            if question.stamp(watch) == stamp:
                self._keep(question, answer)
            return answer
        finally:
            turn.release()

    def _pack_better(self, question: Question, answer: _Answer) -> None:
        """One caller does it; the others go on with what there is."""
        turn = self._turn(question)
        if not turn.acquire(blocking=False):
            return
        try:
            if answer.deserves_better:
                answer.pack_better()
                if self._answers.get(question.key) is answer:
                    self._keep(question, answer)
        finally:
            turn.release()

    def _keep(self, question: Question, answer: _Answer) -> None:
        self._answers.put(question.key, answer, size=answer.size + question.size)

    def _turn(self, question: Question) -> threading.Lock:
        return self._turns[hash(question.key) % TURNS]


def ask(inner: "WSGIApplication", environ: "WSGIEnvironment") -> Response:
    """What anybody gets, whoever asks and whatever he has already."""
    anybody = {
        name: value
        for name, value in environ.items()
        if not name.startswith("HTTP_") or name == "HTTP_HOST"
    }
    return Response.from_app(inner, anybody, buffered=True)


def _of_form(encoding: str, form: bytes) -> Iterator[tuple[str, str]]:
    if encoding:
        yield "Content-Encoding", encoding
    yield "Content-Length", str(len(form))


def _give(
    answer: _Answer, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and (known == answer.etag or _names(known, answer.etag)):
        start_response("304 Not Modified", list(answer.unchanged))
        return []
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    headers, body = answer.bodies[_encoding(accepted[:LONGEST_ACCEPTED])]
    start_response("200 OK", list(headers))  # a copy: it is the server's to change
    return [body]  # granian streams whatever is no list


def _names(known: str, etag: str) -> bool:
    return parse_etags(known).contains_raw(etag)


@lru_cache(maxsize=256)
def _encoding(accepted: str) -> str:
    """The smallest form that is as welcome as any other; plain when none is."""
    wanted = parse_accept_header(accepted)
    best = max(("br", "gzip"), key=wanted.quality)
    plain = wanted.quality("identity") if "identity" in accepted.lower() else 0
    return best if wanted.quality(best) and wanted.quality(best) >= plain else ""
