"""Every problem that the API can answer has a heading that its `type` leads to."""

import inspect

from comments_service.domain import errors
from comments_service.web import problems
from tests.contracts import repository


def _codes() -> set[str]:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    refusals = {kind for kind in kinds if issubclass(kind, errors.CommentsError)}
    return {kind.code for kind in refusals if "code" in vars(kind)} | set(problems.CODES.values())


def test_every_problem_has_a_heading() -> None:
    assert _codes() <= repository.headings("docs/problems.md")


def test_every_refusal_has_a_status() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    for kind in kinds:
        if issubclass(kind, errors.CommentsError) and kind is not errors.CommentsError:
            assert any(issubclass(kind, known) for known, _ in problems.STATUSES), kind
