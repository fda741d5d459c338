"""The query strings of reading calls."""

from typing import Any

from marshmallow import Schema, fields, validate

from comments_service.domain import limits
from comments_service.schemas.fields import Line, sort


class ListQuerySchema(Schema):
    """Any list: how much of it, and from where."""

    limit = fields.Integer(
        load_default=limits.PAGE_SIZE, validate=validate.Range(1, limits.MAX_PAGE_SIZE)
    )
    cursor = Line(load_default=None, validate=validate.Length(max=200))


def _page() -> Line:
    return Line(required=True, validate=validate.Length(1, limits.URL_LENGTH))


class PageQuerySchema(Schema):
    url = _page()


class ThreadQuerySchema(ListQuerySchema):
    url = _page()
    sort = sort()


class PermalinkQuerySchema(Schema):
    sort = sort()


class CountsQuerySchema(Schema):
    """`url` may be given up to 100 times; what is no page counts 0, so nothing is checked here."""

    url: Any = fields.List(
        fields.String(), required=True, validate=validate.Length(1, limits.COUNTED_PAGES)
    )
