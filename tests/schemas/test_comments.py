"""The quick way to the answer to a post says what the documented schema says."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from comments_service.schemas.comments import PostedSchema, posted
from tests.schemas.test_threads import leaves, moments, texts

answers: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"comment": leaves, "edit_token": texts, "editable_until": moments, "status_url": texts},
    optional={
        "visitor": texts,
        "held_because": st.fixed_dictionaries({"code": texts, "text": texts}),
    },
)


@given(answers)
def test_what_was_posted(answer: dict[str, Any]) -> None:
    documented = json.loads(json.dumps(PostedSchema().dump(answer)))
    assert json.loads(posted(answer)) == documented
