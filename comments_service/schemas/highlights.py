"""A site's newest comments and most discussed threads on the wire, and how they are asked for."""

from typing import Any

from marshmallow import Schema, fields, validate

from comments_service.domain import limits
from comments_service.schemas.fields import Id, Line, Moment


class HighlightsQuerySchema(Schema):
    """Which site, by one of its origins, and how much of it."""

    origin = Line(required=True, validate=validate.Length(1, limits.URL_LENGTH))
    limit = fields.Integer(
        load_default=limits.HIGHLIGHTS, validate=validate.Range(1, limits.MOST_HIGHLIGHTS)
    )


class BylineSchema(Schema):
    name = fields.String()


class LatestCommentSchema(Schema):
    """`url` leads to the comment; `title` is its page's, `excerpt` text and no HTML."""

    id = Id()
    url = fields.String()
    title = fields.String(allow_none=True)
    author = fields.Nested(BylineSchema)
    excerpt = fields.String()
    created_at = Moment()


class LatestSchema(Schema):
    comments: fields.List[Any] = fields.List(fields.Nested(LatestCommentSchema))


class DiscussedThreadSchema(Schema):
    url = fields.String()
    title = fields.String(allow_none=True)
    count = fields.Integer()


class MostDiscussedSchema(Schema):
    threads: fields.List[Any] = fields.List(fields.Nested(DiscussedThreadSchema))
