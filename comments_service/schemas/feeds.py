"""Which feed is asked for: a page's or a site's, never both."""

from typing import Any

from marshmallow import Schema, ValidationError, validate, validates_schema

from comments_service.domain import limits
from comments_service.schemas.fields import Line


class FeedQuerySchema(Schema):
    url = Line(load_default=None, validate=validate.Length(1, limits.URL_LENGTH))
    origin = Line(load_default=None, validate=validate.Length(1, limits.URL_LENGTH))

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_options: Any) -> None:
        if (data.get("url") is None) is (data.get("origin") is None):
            raise ValidationError("Name a page by `url`, or a site by `origin`.")
