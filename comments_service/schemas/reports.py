"""A reader's report on the wire, and the answer that is the same for each."""

from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from comments_service.domain import limits
from comments_service.domain.reports import Reason
from comments_service.schemas.fields import SOMETIMES, Text, one_of


@dataclass(frozen=True, kw_only=True)
class NewReport:
    reason: Reason
    text: str | None


class NewReportSchema(Schema):
    reason = one_of(Reason, required=True)
    text = Text(
        load_default=None, allow_none=True, validate=validate.Length(max=limits.REPORT_LENGTH)
    )

    @post_load
    def freeze(self, data: dict[str, Any], **_options: Any) -> NewReport:
        return NewReport(reason=data["reason"], text=(data["text"] or "").strip() or None)


class ReportedSchema(Schema):
    """`visitor` when this report issued it."""

    detail = fields.String()
    visitor = fields.String(metadata=SOMETIMES)
