"""A wish to be mailed, on the wire."""

from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from comments_service.domain import limits
from comments_service.domain.events import Scope
from comments_service.schemas.comments import FormSchema
from comments_service.schemas.fields import Email, Language, Line, one_of


@dataclass(frozen=True, kw_only=True)
class NewSubscription:
    url: str
    email: str
    scope: Scope
    lang: str | None
    trap_filled: bool


def _given(email: str) -> None:
    if not email:
        raise ValidationError("Your e-mail is needed here. It is never shown.")


class NewSubscriptionSchema(Schema):
    url = Line(required=True, validate=validate.Length(1, limits.URL_LENGTH))
    email = Email(required=True, validate=_given, metadata={"format": "email"})
    scope = one_of(Scope, required=True)
    lang = Language(load_default=None, allow_none=True)
    form = fields.Nested(FormSchema, load_default=dict)

    @post_load
    def freeze(self, data: dict[str, Any], **_options: Any) -> NewSubscription:
        return NewSubscription(
            url=data["url"],
            email=data["email"],
            scope=data["scope"],
            lang=data["lang"],
            trap_filled=bool(data["form"].get("trap")),
        )


class AskedSchema(Schema):
    """The same whoever asks."""

    detail = fields.String()
