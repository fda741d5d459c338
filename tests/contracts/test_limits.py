"""docs/limits.md has every limit of the service, with the numbers of the code."""

import importlib
import re
from dataclasses import fields
from datetime import timedelta
from typing import Any

from granian.http import HTTP1Settings
from gunicorn.config import Config

from comments_service.domain import limits
from comments_service.settings import PREFIX, Settings
from tests.contracts import repository
from tests.services.gunicorn import documented

DOCUMENT = "docs/limits.md"
NAME = re.compile(r"`([a-z_.]+\.[A-Z][A-Z_]+)`")
SETTING = re.compile(rf"`{PREFIX}([A-Z_]+)`")
BOUNDS = {
    field.name: field.default
    for field in fields(Settings)
    if field.name.endswith("_limit") or field.type in {int, int | None}
    if not field.name.endswith("_seconds")
}


def rows() -> list[list[str]]:
    lines = repository.text(DOCUMENT).splitlines()
    cells = [line.split("|")[1:-1] for line in lines if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in cells[1:]]


def bounds(pattern: re.Pattern[str]) -> dict[str, str]:
    """The second column by the names in the third."""
    return {name: row[1] for row in rows() for name in pattern.findall(row[2])}


def told(value: object) -> str:
    """A number as the table writes it."""
    match value:
        case tuple():
            return " to ".join(map(told, value))  # pyright: ignore[reportUnknownArgumentType]
        case timedelta():
            days, seconds = value.days, value.seconds
            return f"{days} days" if days else f"{seconds // 60} minutes"
        case float():
            return f"{value:g}"
        case int() if value % 1024 == 0 and value > 2048:
            return f"{value // 1024} KiB"
        case int():
            return f"{value:,}"
        case _:
            return f"`{value}`"


def says(bound: str, value: object) -> bool:
    return re.search(rf"(?<!\d)(?<!\d,){re.escape(told(value))}(?!,?\d)", bound) is not None


def test_every_limit_of_the_law_is_told() -> None:
    names = {f"domain.limits.{name}" for name in vars(limits) if name.isupper()}
    assert names <= bounds(NAME).keys()


def test_every_limit_that_is_set_is_told() -> None:
    assert {name.upper() for name in BOUNDS} == bounds(SETTING).keys()


def test_the_numbers_are_those_of_the_code() -> None:
    wrong: list[str] = []
    for path, bound in bounds(NAME).items():
        module, _, name = path.rpartition(".")
        value: Any = getattr(importlib.import_module(f"comments_service.{module}"), name)
        if not says(bound, value):
            wrong.append(f"{path} is {told(value)}, not {bound}")
    assert not wrong


def test_the_numbers_are_the_defaults_of_the_settings() -> None:
    told_by = bounds(SETTING)
    wrong = [name for name, value in BOUNDS.items() if not says(told_by[name.upper()], value)]
    assert not wrong


def test_the_servers_numbers_are_theirs() -> None:
    of_granian, of_gunicorn = HTTP1Settings(), Config().settings
    words = documented()
    servers = {
        "all headers, under": of_granian.max_buffer_size,
        "the time to send": of_granian.header_read_timeout // 1000,
        "number of headers": of_gunicorn["limit_request_fields"].get(),
        "one header, under": of_gunicorn["limit_request_field_size"].get(),
        "the request line": int(words[words.index("--limit-request-line") + 1]),
    }
    for beginning, value in servers.items():
        (bound,) = [row[1] for row in rows() if row[0].startswith(beginning)]
        assert f"{value:,}" in bound, beginning


def test_each_refusal_is_a_problem_that_there_is() -> None:
    problems = repository.headings("docs/problems.md")
    named = {code for row in rows() for code in re.findall(r"\d{3} `([a-z-]+)`", row[3])}
    assert named
    assert named <= problems
