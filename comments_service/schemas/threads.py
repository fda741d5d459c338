"""Threads on the wire: a page's discussion, and all the widget needs to know of its rules."""

from typing import Any

from marshmallow import Schema, fields

from comments_service.schemas.comments import CommentSchema, listed
from comments_service.schemas.fields import written


class RulesSchema(Schema):
    max_length = fields.Integer()
    edit_seconds = fields.Integer()
    email = fields.String()
    website = fields.Boolean()
    votes = fields.String()
    notify = fields.Boolean()
    consent_text = fields.String(allow_none=True)
    house_rules = fields.String(allow_none=True)
    moderation = fields.String()


class ThreadSchema(Schema):
    url = fields.String()
    title = fields.String(allow_none=True)
    state = fields.String()
    count = fields.Integer()
    rules = fields.Nested(RulesSchema)


class ThreadPageSchema(Schema):
    thread = fields.Nested(ThreadSchema)
    comments: fields.List[Any] = fields.List(fields.Nested(CommentSchema))
    next_cursor = fields.String(allow_none=True)


class CountsSchema(Schema):
    """Approved comments by address, keys as given."""

    counts: fields.Dict = fields.Dict(keys=fields.String(), values=fields.Integer())


class RepliesPageSchema(Schema):
    comments: fields.List[Any] = fields.List(fields.Nested(CommentSchema))
    next_cursor = fields.String(allow_none=True)


class PermalinkSchema(Schema):
    """One comment with its place: `ancestors` are the nearest, from the top down."""

    comment = fields.Nested(CommentSchema)
    root = fields.Nested(CommentSchema)
    ancestors: fields.List[Any] = fields.List(fields.Nested(CommentSchema))
    root_cursor = fields.String()
    replies_cursor = fields.String(allow_none=True)


def thread_page(page: Any) -> bytes:
    """The JSON of `ThreadPageSchema`, made without it: every new version of a page costs this."""
    whole = {
        "thread": page.thread,
        "comments": listed(page.comments),
        "next_cursor": page.next_cursor,
    }
    return written(whole)


def replies_page(page: Any) -> bytes:
    """The same of `RepliesPageSchema`."""
    return written({"comments": listed(page.comments), "next_cursor": page.next_cursor})
