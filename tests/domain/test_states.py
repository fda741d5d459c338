"""The table of states, written out by hand once more, and what follows from it."""

import re
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments_service.domain.errors import NoSuchTransition, UndoClosed
from comments_service.domain.states import Decision, HeldEdit, State, Transition, next_state

NO_EDIT_WAITS = """
                         approve    reject     spam      delete    restore
pending                  approved   rejected   spam      deleted   refused
approved                 same       rejected   spam      deleted   refused
rejected                 approved   same       spam      deleted   refused
spam                     approved   rejected   same      deleted   refused
deleted by its author    refused    refused    refused   same      refused
deleted from pending     refused    refused    refused   same      pending
deleted from approved    refused    refused    refused   same      approved
deleted from rejected    refused    refused    refused   same      rejected
deleted from spam        refused    refused    refused   same      spam
"""

AN_EDIT_WAITS = """
                         approve              reject             spam               delete    restore
pending                  approved             rejected           spam               deleted   refused
approved                 approved, published  approved, dropped  approved, dropped  deleted   refused
rejected                 approved             same               spam               deleted   refused
spam                     approved             rejected           same               deleted   refused
deleted by its author    refused              refused            refused            same      refused
deleted from pending     refused              refused            refused            same      pending
deleted from approved    refused              refused            refused            same      approved
deleted from rejected    refused              refused            refused            same      rejected
deleted from spam        refused              refused            refused            same      spam
"""  # noqa: E501 - a table


@dataclass
class Comment:
    """What next_state is told about a comment; `before`: as it was when it was last decided."""

    state: State = State.PENDING
    edit_waits: bool = False
    deleted_from: State | None = None
    before: "Comment | None" = None

    def decide(self, decision: Decision) -> Transition | None:
        """Do to it what the decision leads to."""
        was = replace(self, before=None)
        transition = next_state(
            self.state,
            decision,
            edit_waits=self.edit_waits,
            before_delete=self.deleted_from,
            before_decision=self.before.state if self.before else None,
        )
        if decision is Decision.UNDO and self.before is not None:
            vars(self).update(vars(self.before))
        elif transition is not None:
            self.before = was
            self.deleted_from = self.state if transition.to is State.DELETED else None
            self.state = transition.to
            self.edit_waits &= transition.held_edit is HeldEdit.STAYS
        return transition

    def description(self) -> str:
        if self.state is not State.DELETED:
            return self.state
        return f"deleted from {self.deleted_from}" if self.deleted_from else "deleted by its author"


def rows(table: str) -> dict[tuple[str, str], str]:
    """What stands under each decision, for each description of a comment."""
    header, *lines = table.strip("\n").splitlines()
    found: dict[tuple[str, str], str] = {}
    for line in lines:
        description, *outcomes = re.split(r" {2,}", line)
        for decision, outcome in zip(header.split(), outcomes, strict=True):
            found[description, decision] = outcome
    return found


TABLE = {
    (edit_waits, *place): outcome
    for edit_waits, table in ((False, NO_EDIT_WAITS), (True, AN_EDIT_WAITS))
    for place, outcome in rows(table).items()
}


def described(description: str, *, edit_waits: bool) -> Comment:
    state, _, before = description.partition(" from ")
    return Comment(State(state.split()[0]), edit_waits, State(before) if before else None)


def outcome(comment: Comment, decision: Decision) -> str:
    """What happened, in the words of the table."""
    try:
        transition = comment.decide(decision)
    except (NoSuchTransition, UndoClosed):
        return "refused"
    if transition is None:
        return "same"
    settled = transition.held_edit is not HeldEdit.STAYS
    return f"{transition.to}, {transition.held_edit}" if settled else transition.to


@pytest.mark.parametrize(("edit_waits", "description", "decision"), TABLE)
def test_every_decision_leads_where_the_table_says(
    *, edit_waits: bool, description: str, decision: str
) -> None:
    comment = described(description, edit_waits=edit_waits)
    assert comment.description() == description
    expected = TABLE[edit_waits, description, decision]
    assert outcome(comment, Decision(decision)) == expected


def test_the_table_is_complete() -> None:
    ways_to_be = {State.PENDING, State.APPROVED, State.REJECTED, State.SPAM}
    ways_to_be |= {f"deleted from {state}" for state in ways_to_be} | {"deleted by its author"}
    assert {row for _edit, row, _decision in TABLE} == ways_to_be
    assert len(TABLE) == len(ways_to_be) * len(set(Decision) - {Decision.UNDO}) * 2


def test_a_refusal_names_the_state_and_what_was_asked() -> None:
    with pytest.raises(NoSuchTransition, match="deleted can't be decided approve"):
        next_state(State.DELETED, Decision.APPROVE)
    with pytest.raises(NoSuchTransition, match="pending can't be restored"):
        next_state(State.PENDING, Decision.RESTORE)


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("state", State)
def test_undo_leads_from_anywhere_to_the_state_before(state: State, before: State) -> None:
    for edit_waits in (False, True):
        back = next_state(state, Decision.UNDO, edit_waits=edit_waits, before_decision=before)
        assert back == Transition(before)
        with pytest.raises(UndoClosed):
            next_state(state, Decision.UNDO, edit_waits=edit_waits, before_delete=before)


happenings = st.lists(st.sampled_from([*Decision, "its author edits", "its author deletes"]))


@settings(deadline=None)
@given(happenings)
def test_whatever_happens_only_transitions_of_the_table_are_made(happening: list[str]) -> None:
    comment = Comment()
    for what in happening:
        was, edit_waits = comment.description(), comment.edit_waits
        if what == "its author deletes":
            comment = Comment(State.DELETED, comment.edit_waits)
        elif what == "its author edits":
            comment.edit_waits |= comment.state is State.APPROVED
            comment.before = None
        elif what == Decision.UNDO:
            before = comment.before
            refused = outcome(comment, Decision.UNDO) == "refused"
            assert refused == (before is None)
            assert refused or comment == before
        else:
            said = TABLE[edit_waits, was, what]
            assert outcome(comment, Decision(what)) == said
            if said in {"same", "refused"}:
                assert (comment.description(), comment.edit_waits) == (was, edit_waits)
            else:
                assert comment.state == said.split(",")[0]


@settings(deadline=None)
@given(happenings, st.sampled_from(Decision))
def test_a_decision_repeated_changes_nothing(happening: list[str], decision: Decision) -> None:
    """But for one that dropped an edit: it spoke of the edit, its repetition of the comment."""
    comment = Comment()
    for what in happening:
        if what == "its author edits":
            comment.edit_waits |= comment.state is State.APPROVED
            comment.before = None
        elif what == "its author deletes":
            comment = Comment(State.DELETED, comment.edit_waits)
        else:
            outcome(comment, Decision(what))
    if outcome(comment, decision).endswith("dropped"):
        return
    was = (comment.description(), comment.edit_waits)
    assert outcome(comment, decision) in {"same", "refused"}
    assert (comment.description(), comment.edit_waits) == was


@settings(deadline=None)
@given(happenings)
def test_what_its_author_deleted_stays_deleted(happening: list[str]) -> None:
    comment = Comment(State.DELETED)
    for what in happening:
        if what in set(Decision):
            outcome(comment, Decision(what))
    assert comment.description() == "deleted by its author"
