"""What moderating programs send and get: the queue, decisions and the log."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from comments_service.domain import limits
from comments_service.domain.states import Decision, State
from comments_service.schemas import reasons
from comments_service.schemas.comments import AuthorSchema, CommentSchema
from comments_service.schemas.fields import SOMETIMES, Id, Line, Moment, Search, Text
from comments_service.schemas.queries import ListQuerySchema


class ModerationQuerySchema(ListQuerySchema):
    """`site` is a site's name; `author` a whole e-mail or a whole name; `reason` the code of one
    that a comment was held for. `q` finds words of the text (all of them, the last one may be
    unfinished), a whole e-mail, or how a name begins.

    `reported`: those of any state with reports that nobody settled, the most reported first. Only
    `site` narrows these.
    """

    state = fields.Enum(State, by_value=True, load_default=State.PENDING)
    reported = fields.Boolean(load_default=False)
    site = Line(load_default=None, validate=validate.Length(1, 100))
    author = Line(load_default=None, validate=validate.Length(1, 254))
    reason = Line(load_default=None, validate=validate.Length(1, limits.CODE_LENGTH))
    q = Search(load_default=None, validate=validate.Length(1, limits.SEARCH_LENGTH))

    @validates_schema
    def searched_by_state(self, data: dict[str, Any], **_options: Any) -> None:
        given = [name for name in ("author", "reason", "q") if data.get(name) is not None]
        if data.get("reported") and given:
            told = ["What is reported is narrowed by `site` alone."]
            raise ValidationError(dict.fromkeys(given, told))


class LogQuerySchema(ListQuerySchema):
    comment_id = Id(required=True)


class DecisionsSchema(Schema):
    """Ids stay text here: what is no id gets its own result, as any comment that isn't there."""

    comment_ids: fields.List[Any] = fields.List(
        Line(validate=validate.Length(max=100)),
        required=True,
        validate=validate.Length(1, limits.DECISIONS),
    )
    decision = fields.Enum(Decision, by_value=True, required=True)
    reason = Text(
        load_default=None, allow_none=True, validate=validate.Length(1, limits.REASON_LENGTH)
    )
    tell_author = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class WriterSchema(AuthorSchema):
    email = fields.String(allow_none=True)


class ReasonSchema(Schema):
    code = fields.String()
    params: fields.Dict = fields.Dict()
    text = fields.Method("words")

    def words(self, reason: dict[str, Any]) -> str:
        return reasons.for_moderator(reason["code"], reason["params"])


class HistorySchema(Schema):
    approved = fields.Integer()
    rejected = fields.Integer()
    since = Moment()


class PlaceSchema(Schema):
    id = Id()
    url = fields.String()
    title = fields.String(allow_none=True)


class RevisionSchema(Schema):
    body_source = fields.String()
    written_at = Moment()


class HeldEditSchema(Schema):
    body_source = fields.String()
    body_html = fields.String()


class ReportSchema(Schema):
    """What a reader said is wrong; who he is isn't told."""

    reason = fields.String()
    text = fields.String(allow_none=True)
    at = Moment()


class ModeratedCommentSchema(CommentSchema):
    """The public comment and what it takes to decide; `state` is the inner one.

    `reports`: the newest of those that nobody settled; `reports_count`: how many those are.
    """

    author = fields.Nested(WriterSchema)
    body_source = fields.String()
    reasons: fields.List[Any] = fields.List(fields.Nested(ReasonSchema))
    history = fields.Nested(HistorySchema, allow_none=True)
    thread = fields.Nested(PlaceSchema)
    revisions: fields.List[Any] = fields.List(fields.Nested(RevisionSchema))
    held_edit = fields.Nested(HeldEditSchema, allow_none=True)
    reports: fields.List[Any] = fields.List(fields.Nested(ReportSchema))
    reports_count = fields.Integer()


class LogEntrySchema(Schema):
    id = Id()
    comment_id = Id()
    actor = fields.String()
    event = fields.String()
    to = fields.String(attribute="to_state")
    reasons: fields.List[Any] = fields.List(fields.Nested(ReasonSchema))
    at = Moment()

    class Meta:
        include = {"from": fields.String(attribute="from_state", allow_none=True)}  # noqa: RUF012


class ModeratedPageSchema(Schema):
    comments: fields.List[Any] = fields.List(fields.Nested(ModeratedCommentSchema))
    next_cursor = fields.String(allow_none=True)


class LogPageSchema(Schema):
    log: fields.List[Any] = fields.List(fields.Nested(LogEntrySchema))
    next_cursor = fields.String(allow_none=True)


class UndecidedSchema(Schema):
    """Why one comment was left as it was."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()


class ResultSchema(Schema):
    """What a decision did to one comment, or the problem that left it as it was."""

    id = fields.String()
    to = fields.String(metadata=SOMETIMES)
    problem = fields.Nested(UndecidedSchema, metadata=SOMETIMES)

    class Meta:
        include = {"from": fields.String(metadata=SOMETIMES)}  # noqa: RUF012


class ResultsSchema(Schema):
    results: fields.List[Any] = fields.List(fields.Nested(ResultSchema))
