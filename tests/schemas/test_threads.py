"""The quick way to a page's JSON says what the documented schema says."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from comments_service.domain import ids
from comments_service.queries.comments import AuthorRow, CommentRow, VotesRow
from comments_service.queries.threads import RepliesPage, RulesRow, ThreadPage, ThreadRow
from comments_service.schemas.threads import (
    RepliesPageSchema,
    ThreadPageSchema,
    replies_page,
    thread_page,
)

numbers = st.integers(0, ids.LARGEST)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given the zone
authors = st.builds(
    AuthorRow, name=texts, website=st.none() | texts, avatar=texts, badge=st.none() | texts
)
leaves = st.builds(
    CommentRow,
    id=numbers,
    parent_id=st.none() | numbers,
    root_id=numbers,
    depth=numbers,
    seq=numbers,
    author=st.none() | authors,
    body_html=st.none() | texts,
    created_at=moments,
    edited_at=st.none() | moments,
    state=texts,
    pinned=st.booleans(),
    votes=st.builds(VotesRow, up=numbers, down=numbers),
    reply_count=numbers,
    replies_cursor=st.none() | texts,
)


def _above(replies: st.SearchStrategy[CommentRow]) -> st.SearchStrategy[CommentRow]:
    return st.tuples(leaves, st.lists(replies, max_size=3)).map(_with_replies)


def _with_replies(given: tuple[CommentRow, list[CommentRow]]) -> CommentRow:
    row, replies = given
    row.replies.extend(replies)
    return row


trees = st.lists(st.recursive(leaves, _above, max_leaves=6), max_size=3)
rules = st.builds(RulesRow, max_length=numbers, edit_seconds=numbers, moderation=texts, votes=texts)
threads = st.builds(ThreadRow, texts, st.none() | texts, texts, numbers, rules)


@given(threads, trees, st.none() | texts)
def test_a_page_of_a_thread(
    thread: ThreadRow, comments: list[CommentRow], cursor: str | None
) -> None:
    page = ThreadPage(thread, comments, cursor)
    assert json.loads(thread_page(page)) == _dumped(ThreadPageSchema().dump(page))


@given(trees, st.none() | texts)
def test_a_page_of_replies(comments: list[CommentRow], cursor: str | None) -> None:
    page = RepliesPage(comments, cursor)
    assert json.loads(replies_page(page)) == _dumped(RepliesPageSchema().dump(page))


def _dumped(data: Any) -> Any:
    return json.loads(json.dumps(data))
