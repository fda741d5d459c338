"""A vote on the wire, and how the votes stand after it."""

from marshmallow import Schema, fields, validate

from comments_service.schemas.comments import VotesSchema
from comments_service.schemas.fields import NEEDED, SOMETIMES

_CHOICES = "Choose one of: 1, 0, -1."


class VoteSchema(Schema):
    value = fields.Integer(
        required=True,
        strict=True,
        validate=validate.OneOf([1, 0, -1], error=_CHOICES),
        error_messages=NEEDED | {"invalid": _CHOICES},
    )


class CastSchema(Schema):
    """`visitor` stands where this vote issued it."""

    votes = fields.Nested(VotesSchema)
    my_vote = fields.Integer(validate=validate.OneOf([1, 0, -1]))
    visitor = fields.String(metadata=SOMETIMES)
