"""Errors of these pages, in words for people instead of a problem for programs."""

from flask import Blueprint, Response, make_response, render_template

from comments_service.domain import errors
from comments_service.domain.errors import CommentsError
from comments_service.web import problems

WORDS: tuple[tuple[type[CommentsError], str, str], ...] = (
    (errors.LinkSpent, "This link is too old", "Subscribe once more, and a new mail comes."),
    (errors.UnknownSite, "There are no comments here", "No site of this service has that page."),
    (
        errors.Missing,
        "This link leads nowhere",
        "Perhaps a part of it was lost. Copy the whole address from where you found it.",
    ),
    (
        errors.Refused,
        "Nothing was done",
        "This was sent from another page. Open its address by itself and press the button there.",
    ),
    (errors.Unavailable, "The service is busy", "Try again in a moment."),
)


def init_blueprint(blueprint: Blueprint) -> None:
    blueprint.register_error_handler(CommentsError, _refused)


def answer(error: CommentsError, page: str) -> Response:
    """The status and headers of the problem that this error is, over a page for people."""
    problem = problems.refused(error)
    whole = make_response(page)
    whole.status_code = problem.status_code
    for name, value in problem.headers:
        if not name.startswith("Content-"):
            whole.headers[name] = value
    return whole


def _refused(error: CommentsError) -> Response:
    title, words = next(
        ((title, words) for kind, title, words in WORDS if isinstance(error, kind)),
        (error.title, _details(error)),
    )
    return answer(error, render_template("pages/refusal.html", title=title, words=words))


def _details(error: CommentsError) -> str:
    if isinstance(error, errors.Invalid):
        return " ".join(one.detail for one in error.errors)
    return str(error)
