"""Problems on the wire (RFC 9457); `web/problems.py` writes them, this describes them."""

from typing import Any

from marshmallow import Schema, fields

from comments_service.schemas.fields import SOMETIMES


class FieldErrorSchema(Schema):
    pointer = fields.String()
    detail = fields.String()


class ProblemSchema(Schema):
    """`type` is a heading of docs/problems.md; `errors` stand in an `invalid` one."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    request_id = fields.String()
    errors: fields.List[Any] = fields.List(fields.Nested(FieldErrorSchema), metadata=SOMETIMES)
