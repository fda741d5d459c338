from datetime import UTC, datetime, timedelta

import pytest

from comments_service.queries.moderation import LogRow
from comments_service.web.admin import wording

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "the author edited it just now."),
        (1, "the author edited it 1 second ago."),
        (59, "the author edited it 59 seconds ago."),
        (60, "the author edited it 1 min ago."),
    ],
)
def test_what_forestalled_a_decision_is_told_with_its_age(seconds: int, told: str) -> None:
    change = LogRow(
        id=1,
        comment_id=1,
        actor="author",
        event="edit",
        from_state="pending",
        to_state="pending",
        reasons=[],
        at=AT,
    )
    assert wording.forestalled(change, AT + timedelta(seconds=seconds)) == told


@pytest.mark.parametrize(
    ("actor", "event", "seconds", "told"),
    [
        ("ines", "spam", 60, "60 seconds have passed."),
        ("piet", "approve", 61, "60 seconds have passed."),
        ("piet", "approve", 20, "piet approved it 20 seconds ago."),
        ("author", "edit", 1, "the author edited it 1 second ago."),
        ("ines", "undo", 5, "It is undone already."),
        ("ines", "approve", 5, "It was reported meanwhile."),
    ],
)
def test_why_nothing_can_be_undone_any_more(
    actor: str, event: str, seconds: int, told: str
) -> None:
    change = LogRow(
        id=1,
        comment_id=1,
        actor=actor,
        event=event,
        from_state="pending",
        to_state="spam",
        reasons=[],
        at=AT,
    )
    now = AT + timedelta(seconds=seconds)
    assert wording.not_undone(change, now, actor="ines", seconds=60) == told
