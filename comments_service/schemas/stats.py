"""Figures on the wire."""

from typing import Any

from marshmallow import Schema, fields, validate

from comments_service.schemas.fields import Line, Moment


class StatsQuerySchema(Schema):
    """`site` is a site's name."""

    site = Line(load_default=None, validate=validate.Length(1, 100))


class StatesSchema(Schema):
    """How many comments are in each state."""

    pending = fields.Integer()
    approved = fields.Integer()
    rejected = fields.Integer()
    spam = fields.Integer()
    deleted = fields.Integer()


class DaySchema(Schema):
    """What was posted on a day of UTC, and how many comments came into these states."""

    day = fields.Date()
    posted = fields.Integer()
    approved = fields.Integer()
    rejected = fields.Integer()
    spam = fields.Integer()


class StatsSchema(Schema):
    """`reported`: comments with reports that nobody settled; `days`: the last 30, to today."""

    states = fields.Nested(StatesSchema)
    held_edits = fields.Integer()
    reported = fields.Integer()
    threads = fields.Integer()
    oldest_pending = Moment(allow_none=True)
    days: fields.List[Any] = fields.List(fields.Nested(DaySchema))
