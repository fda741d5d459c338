"""The fields every incoming text goes through, so that no door forgets a rule."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

import orjson
from marshmallow import ValidationError, fields

from comments_service.domain import ids, people
from comments_service.domain.cursors import Sort

# The last two of each plane and 32 more are no characters, and break XML as controls do.
_NO_CHARACTERS = r"\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_CONTROL = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_NO_CHARACTERS}]")
_LINE_CONTROL = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029{_NO_CHARACTERS}]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
LANGUAGE_LENGTH = 35
OPTIONAL = "x-optional"
SOMETIMES: dict[str, Any] = {OPTIONAL: True}  # metadata of a field that an answer may lack
AnyChoice = TypeVar("AnyChoice", bound=StrEnum)

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


class Search(Line):
    """What is searched for, without the space around it; nothing isn't searched for."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).strip()


class Name(Line):
    """A person's name; an empty one is refused."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return _checked(people.name, super()._deserialize(value, attr, data, **kwargs))


class Email(Line):
    """An e-mail address; an empty one is none."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        return _checked(people.email, text) if text else ""


class Website(Line):
    """A link to who somebody is; an empty one is none."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        return _checked(people.website, text) if text else ""


class Id(fields.String):
    """An id as it stands on the wire: an opaque string, inside a number of 63 bits."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)  # pyright: ignore[reportUnknownMemberType] - untyped kwargs
        number = ids.parse(text)
        if number is None:
            raise ValidationError("This is no id.")
        return number

    def _serialize(self, value: Any, *_context: Any, **_options: Any) -> Any:
        return None if value is None else str(value)


class Moment(fields.AwareDateTime):
    """RFC 3339 in UTC with a Z, to the second."""

    def _serialize(self, value: Any, *_context: Any, **_options: Any) -> Any:
        return None if value is None else rfc3339(value)


def written(whole: Mapping[str, Any]) -> bytes:
    """JSON in which moments stand as that field puts them."""
    return orjson.dumps(whole, option=orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS)


def rfc3339(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Language(Line):
    """A BCP 47 tag, roughly; an empty one is none, as pages often have `lang=""`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text and (len(text) > LANGUAGE_LENGTH or not _LANGUAGE.fullmatch(text)):
            raise ValidationError("This is no language tag.")
        return text or None


def _checked(check: Callable[[str], str], text: str) -> str:
    try:
        return check(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def sort() -> fields.Enum[Sort]:
    return one_of(Sort, load_default=Sort.OLDEST)


def one_of(choices: type[AnyChoice], **options: Any) -> fields.Enum[AnyChoice]:
    """One of a few words; the complaint names them."""
    words = {"unknown": "Choose one of: {choices}."}
    return fields.Enum(choices, by_value=True, error_messages=NEEDED | words, **options)
