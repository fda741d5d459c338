"""An answer of the team on the wire."""

from marshmallow import Schema, fields

from comments_service.schemas.comments import CommentSchema
from comments_service.schemas.fields import Id, Text


class NewAnswerSchema(Schema):
    parent_id = Id(required=True)
    body = Text(required=True)


class AnsweredSchema(Schema):
    comment = fields.Nested(CommentSchema)
