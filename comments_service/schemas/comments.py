"""Comments on the wire: what a reader posts and edits, and what everybody is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from comments_service.domain import limits
from comments_service.domain.events import Scope
from comments_service.schemas.fields import (
    NEEDED,
    SOMETIMES,
    Email,
    Id,
    Language,
    Line,
    Moment,
    Name,
    Text,
    Website,
    one_of,
    written,
)


@dataclass(frozen=True, kw_only=True)
class NewComment:
    """A comment as posted, checked field by field but for the limits of its site."""

    url: str
    body: str
    author_name: str
    author_email: str | None
    author_website: str | None
    parent_id: int | None
    title: str | None
    notify_of: Scope | None
    lang: str | None
    trap_filled: bool
    elapsed: float | None


class NewAuthorSchema(Schema):
    name = Name(required=True)
    email = Email(load_default=None, allow_none=True)
    website = Website(load_default=None, allow_none=True)


class FormSchema(Schema):
    """What the form noticed: a filled trap, the seconds since it was opened."""

    trap = Text(load_default="", allow_none=True, validate=validate.Length(max=1000))
    elapsed = fields.Float(load_default=None, allow_none=True, allow_nan=False)
    proof = Text(load_default=None, allow_none=True, validate=validate.Length(max=4000))


def _not_blank(text: str) -> None:
    if not text.strip():
        raise ValidationError("Write something first.")


class NewCommentSchema(Schema):
    url = Line(required=True, validate=validate.Length(1, limits.URL_LENGTH))
    title = Line(load_default=None, allow_none=True, validate=validate.Length(max=5000))
    parent_id = Id(load_default=None, allow_none=True)
    author = fields.Nested(NewAuthorSchema, required=True, error_messages=NEEDED)
    body = Text(required=True, validate=_not_blank)
    notify_of = one_of(Scope, load_default=None, allow_none=True)
    lang = Language(load_default=None, allow_none=True)
    form = fields.Nested(FormSchema, load_default=dict)

    @validates_schema(skip_on_field_errors=False)
    def need_email(self, data: dict[str, Any], **_options: Any) -> None:
        """Told beside what else is wrong, unless the address itself is."""
        if data.get("notify_of") and data.get("author", {}).get("email", "wrong") in {None, ""}:
            raise ValidationError({"author": {"email": ["Your e-mail is needed for that."]}})

    @post_load
    def freeze(self, data: dict[str, Any], **_options: Any) -> NewComment:
        author, form = data["author"], data["form"]
        return NewComment(
            url=data["url"],
            body=data["body"].strip(),
            author_name=author["name"],
            author_email=author["email"] or None,
            author_website=author["website"] or None,
            parent_id=data["parent_id"],
            title=" ".join((data["title"] or "").split())[: limits.TITLE_LENGTH].strip() or None,
            notify_of=data["notify_of"],
            lang=data["lang"],
            trap_filled=bool(form.get("trap")),
            elapsed=form.get("elapsed"),
        )


class IdempotencySchema(Schema):
    """A header: 16 to 255 visible ASCII characters."""

    key = fields.String(
        data_key="Idempotency-Key",
        load_default=None,
        validate=(validate.Length(*limits.IDEMPOTENCY_KEY), validate.Regexp(r"[!-~]+\Z")),
    )


class EditSchema(Schema):
    """PATCH names the one field it touches."""

    body = Text(required=True, validate=_not_blank)


class AuthorSchema(Schema):
    name = fields.String()
    website = fields.String(allow_none=True)
    avatar = fields.String()
    badge = fields.String(allow_none=True)


class VotesSchema(Schema):
    up = fields.Integer()
    down = fields.Integer()


_REPLIES = {"type": "array", "items": {"$ref": "#/components/schemas/Comment"}}


class CommentSchema(Schema):
    """A comment as readers see it; a tombstone has neither author nor body."""

    id = Id()
    parent_id = Id(allow_none=True)
    root_id = Id()
    depth = fields.Integer()
    author = fields.Nested(AuthorSchema, allow_none=True)
    body_html = fields.String(allow_none=True)
    created_at = Moment()
    edited_at = Moment(allow_none=True)
    state = fields.String()
    pinned = fields.Boolean()
    votes = fields.Nested(VotesSchema)
    reply_count = fields.Integer()
    replies = fields.Method("dump_replies", metadata=_REPLIES)
    replies_cursor = fields.String(allow_none=True)

    def dump_replies(self, comment: Any) -> list[dict[str, Any]]:
        """Without recursion: a page's nesting may be deeper than Python's stack."""
        dumped: dict[int, list[dict[str, Any]]] = {id(comment): []}
        stack = list(reversed([(comment, reply) for reply in comment.replies]))
        while stack:
            parent, reply = stack.pop()
            flat: dict[str, Any] = cast("dict[str, Any]", _flat.dump(reply))
            dumped[id(reply)] = flat["replies"] = []
            dumped[id(parent)].append(flat)
            stack += reversed([(reply, inner) for inner in reply.replies])
        return dumped[id(comment)]


def listed(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """What `CommentSchema` makes of each row, for orjson and at a twentieth of the price."""
    tops: list[dict[str, Any]] = []
    stack = [(rows, tops)]
    while stack:
        siblings, into = stack.pop()
        for row in siblings:
            replies: list[dict[str, Any]] = []
            into.append(_flat_json(row, replies))
            if row.replies:
                stack.append((row.replies, replies))
    return tops


def _flat_json(row: Any, replies: list[dict[str, Any]]) -> dict[str, Any]:
    author, votes = row.author, row.votes
    return {
        "id": str(row.id),
        "parent_id": None if row.parent_id is None else str(row.parent_id),
        "root_id": str(row.root_id),
        "depth": row.depth,
        "author": author
        and {
            "name": author.name,
            "website": author.website,
            "avatar": author.avatar,
            "badge": author.badge,
        },
        "body_html": row.body_html,
        "created_at": row.created_at,
        "edited_at": row.edited_at,
        "state": row.state,
        "pinned": row.pinned,
        "votes": {"up": votes.up, "down": votes.down},
        "reply_count": row.reply_count,
        "replies": replies,
        "replies_cursor": row.replies_cursor,
    }


class HeldBecauseSchema(Schema):
    """Why a text waits: kind words, never what would teach a spammer."""

    code = fields.String()
    text = fields.String()


class PostedSchema(Schema):
    """`visitor` when this write issued it, `held_because` when the text waits."""

    comment = fields.Nested(CommentSchema)
    edit_token = fields.String()
    editable_until = Moment()
    status_url = fields.String()
    visitor = fields.String(metadata=SOMETIMES)
    held_because = fields.Nested(HeldBecauseSchema, metadata=SOMETIMES)


def posted(answer: Mapping[str, Any]) -> bytes:
    """The JSON of `PostedSchema`, made without it, because authors wait for each other."""
    [comment] = listed([answer["comment"]])
    return written({**answer, "comment": comment})


class MineSchema(Schema):
    """`votes`: 1 or -1 by the comment's id."""

    comments: fields.List[Any] = fields.List(fields.Nested(CommentSchema))
    votes: fields.Dict = fields.Dict(keys=fields.String(), values=fields.Integer())


_flat = CommentSchema(exclude=("replies",))
