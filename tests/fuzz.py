"""Calls made up from the OpenAPI document, sent to the application, and what it answered.

Made-up values are mostly refused at the door; so some are exchanged for real ones: pages of the
sites, ids, cursors and tokens that the answers so far have shown, of one's own and of others.
"""

import importlib
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import hypothesis
from flask import Flask
from hypothesis import strategies as st

# Its types are too partial for a strict checker.
schemathesis: Any = importlib.import_module("schemathesis")
checks: Any = importlib.import_module("schemathesis.checks")
failures: Any = importlib.import_module("schemathesis.core.failures")

checks.load_all_checks()
CHECKED = [
    checks.CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
ALIKE = {"parent_id": "comment_id"}
REMEMBERED = 50  # values of a kind that may come again


@dataclass
class Asker:
    """Who calls: the headers that prove it."""

    name: str
    headers: Mapping[str, str]


@dataclass
class Known:
    """Values that were seen in answers, by the name they have in requests."""

    values: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])

    def note(self, name: str, value: Any) -> None:
        kept = self.values.setdefault(name, [])
        if value is not None and value not in kept:
            kept.append(value)
            del kept[:-REMEMBERED]

    def read(self, answer: Any) -> None:
        stack: list[Any] = [answer]
        while stack:
            one = stack.pop()
            if isinstance(one, list):
                stack += cast("list[Any]", one)
            elif isinstance(one, dict):
                one = cast("dict[str, Any]", one)
                stack += one.values()
                self.note("cursor", one.get("next_cursor") or one.get("replies_cursor"))
                self.note("edit_token", one.get("edit_token"))
                if "root_id" in one:
                    self.note("comment_id", one["id"])


@dataclass
class Tally:
    """How many calls were made and how they were answered, by call and by status."""

    calls: int = 0
    answered: dict[str, Counter[int]] = field(default_factory=dict[str, Counter[int]])
    failures: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        lines = [f"{self.calls} calls, {len(self.failures)} failures"]
        for label, statuses in sorted(self.answered.items()):
            told = ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
            lines.append(f"  {label}: {told}")
        return "\n".join(lines + self.failures[:20])


def fuzz(app: Flask, askers: list[Asker], known: Known, *, calls: int, seed: int = 0) -> Tally:
    """About so many calls, spread evenly over the operations, askers and kinds of values."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    operations = sorted((found.ok() for found in schema.get_all_operations()), key=_lateness)
    tally = Tally()
    turns = list(itertools.product(operations, askers, MODES))
    for number, (operation, asker, mode) in enumerate(turns):
        share = (calls - tally.calls) / (len(turns) - number)
        if round(share) > 0:
            _try(
                operation,
                asker,
                mode,
                known=known,
                tally=tally,
                calls=round(share),
                seed=seed + number,
            )
    return tally


def _lateness(operation: Any) -> int:
    """What makes comments comes first, what ends them last."""
    if operation.path.endswith("/decisions"):
        return 3
    return {"POST": 0, "GET": 1, "DELETE": 4}.get(operation.method.upper(), 2)


def _try(
    operation: Any,
    asker: Asker,
    mode: Any,
    *,
    known: Known,
    tally: Tally,
    calls: int,
    seed: int,
) -> None:
    label = f"{operation.method.upper()} {operation.path}"
    answered = tally.answered.setdefault(label, Counter())
    left = iter(range(calls))
    # What is drawn may not depend on what the calls of this turn have shown meanwhile.
    real = Known({name: list(values) for name, values in known.values.items()})

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=calls,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=[*hypothesis.HealthCheck],  # pyright: ignore[reportArgumentType] - an enum
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def call(case: Any, data: st.DataObject) -> None:
        _use_real_values(case, real, data)
        headers = {"Accept-Encoding": "identity", **asker.headers}  # nobody here would unpack it
        if real.values.get("edit_token") and data.draw(st.integers(0, 3)) == 0:
            headers.setdefault(
                "Authorization", f"Bearer {data.draw(st.sampled_from(real.values['edit_token']))}"
            )
        if next(left, None) is None:  # only now: the draws must be the same each time
            return
        tally.calls += 1
        answer = case.call(headers=headers)
        answered[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKED)
        except failures.FailureGroup as error:
            told = "; ".join(str(one).replace("\n", " ")[:300] for one in error.exceptions)
            tally.failures.append(f"{asker.name} {label} -> {answer.status_code}: {told}")
        if answer.headers.get("content-type") == ["application/json"] and answer.text:
            known.read(answer.json())

    call()


def _use_real_values(case: Any, known: Known, data: st.DataObject) -> None:
    """Exchange most of what can be known for something that is."""
    for holder in (case.path_parameters, case.query, case.body):
        for inner, name in _places(holder):
            values = known.values.get(ALIKE.get(name, name))
            if values and data.draw(st.integers(0, 4)):
                inner[name] = data.draw(st.sampled_from(values))
    for inner, name in _places(case.body):
        if name == "comment_ids" and isinstance(inner[name], list):
            real = st.sampled_from(known.values.get("comment_id") or ["1"])
            inner[name] += data.draw(st.lists(real, max_size=3))


def _places(holder: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Every named value, also inside others."""
    if isinstance(holder, dict):
        named = cast("dict[str, Any]", holder)
        for name, value in named.items():
            yield named, name
            yield from _places(value)
