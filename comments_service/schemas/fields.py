"""The fields every incoming text goes through, so that no door forgets a rule."""

import re
from datetime import datetime
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validate

from comments_service.domain.people import email

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ID = re.compile(r"[0-9]{1,19}")
MAX_ID = 2**63 - 1


NEEDED: dict[str, Any] = {"required": "This is needed.", "null": "This is needed."}


class Text(fields.String):
    """Text of people: newlines and tabs, but no other control character and no broken one."""

    default_error_messages: ClassVar = NEEDED | {"invalid": "This must be text."}
    forbidden = _CONTROL

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)  # pyright: ignore[reportUnknownMemberType] - untyped kwargs
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.forbidden.search(text):
            raise ValidationError("Control characters can't be used.")
        if _SURROGATE.search(text):
            raise ValidationError("Half a character can't be used.")
        return text


class Line(Text):
    """One line of text."""

    forbidden = _LINE_CONTROL


class Email(Line):
    """An e-mail address; an empty one is none."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        try:
            return email(text) if text else ""
        except ValueError as error:
            raise ValidationError(str(error)) from error


class Id(fields.String):
    """An id as it stands on the wire: an opaque string, inside a number of 63 bits."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)  # pyright: ignore[reportUnknownMemberType] - untyped kwargs
        number = int(text) if _ID.fullmatch(text) else MAX_ID + 1
        if number > MAX_ID:
            raise ValidationError("This is no id.")
        return number

    def _serialize(self, value: Any, *_context: Any, **_options: Any) -> Any:
        return None if value is None else str(value)


class Moment(fields.AwareDateTime):
    """RFC 3339 in UTC with a Z, to the second."""

    def _serialize(self, value: Any, *_context: Any, **_options: Any) -> Any:
        return None if value is None else rfc3339(value)


def rfc3339(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def language() -> Line:
    """A BCP 47 tag, roughly."""
    return Line(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}\Z"),
    )
