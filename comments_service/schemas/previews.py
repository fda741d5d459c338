"""A text that isn't posted yet, and how it would look."""

from marshmallow import Schema, fields

from comments_service.schemas.fields import Text


class PreviewSchema(Schema):
    body = Text(required=True)


class PreviewedSchema(Schema):
    body_html = fields.String()
