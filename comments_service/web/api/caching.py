"""What may be kept of an answer, and by whom: decorators over views that are already dumped."""

import functools
from collections.abc import Callable
from typing import Any

from flask import Response, make_response, request

from comments_service import settings
from comments_service.web import visitor

View = Callable[..., Any]


def revalidated(view: View) -> Callable[..., Response]:
    """Anybody may keep it and must ask about it: weak ETag, 304. A CDN may lag as the settings
    say.
    """

    @functools.wraps(view)
    def answer(*given: Any, **path: Any) -> Response:
        whole = make_response(view(*given, **path))
        lag = settings.current().cdn_seconds
        shared = f", s-maxage={lag}" if lag else ""
        whole.add_etag(weak=True)
        whole.headers["Cache-Control"] = f"public, max-age=0{shared}, must-revalidate"
        whole.vary.add("Accept-Encoding")
        whole.make_conditional(request)
        whole.headers.pop("Date", None)  # the server says so itself, also when this is kept
        return whole

    return answer


def private(view: View) -> Callable[..., Response]:
    """Nobody keeps it: it is about who asks."""

    @functools.wraps(view)
    def answer(*given: Any, **path: Any) -> Response:
        whole = make_response(view(*given, **path))
        whole.headers["Cache-Control"] = "private, no-store"
        if request.method == "GET":
            whole.vary.add(visitor.HEADER)
        return whole

    return answer


def fresh(view: View) -> Callable[..., Response]:
    """Nobody keeps it, though it is the same for everybody."""

    @functools.wraps(view)
    def answer(*given: Any, **path: Any) -> Response:
        whole = make_response(view(*given, **path))
        whole.headers["Cache-Control"] = "no-store"
        return whole

    return answer
