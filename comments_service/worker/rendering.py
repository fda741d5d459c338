"""A mail is a folder of three templates: subject, text, and the same in HTML."""

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from comments_service.worker import wording


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def render(name: str, **facts: object) -> Rendered:
    """`name` is a folder of templates/email."""
    return Rendered(
        subject=" ".join(_part(name, "subject.txt", facts).split()),
        text=_part(name, "body.txt", facts).strip("\n") + "\n",
        html=_part(name, "body.html", facts),
    )


def _part(name: str, part: str, facts: dict[str, object]) -> str:
    return _templates.get_template(f"{name}/{part}").render(facts)


_templates = Environment(
    loader=PackageLoader("comments_service", "templates/email"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_filters: dict[str, Any] = _templates.filters
_filters |= {
    "isolated": wording.isolated,
    "paragraphs": wording.paragraphs,
    "wrapped": wording.wrapped,
}
