"""The states of a comment and the only ways between them."""

from dataclasses import dataclass
from enum import StrEnum

from comments_service.domain.errors import NoSuchTransition, UndoClosed


class State(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    SPAM = "spam"
    DELETED = "deleted"


class Decision(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    SPAM = "spam"
    DELETE = "delete"
    RESTORE = "restore"
    UNDO = "undo"


class HeldEdit(StrEnum):
    """What a decision does to an edit that waits beside the approved text."""

    STAYS = "stays"
    PUBLISHED = "published"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Transition:
    to: State
    held_edit: HeldEdit = HeldEdit.STAYS


TARGETS = {
    Decision.APPROVE: State.APPROVED,
    Decision.REJECT: State.REJECTED,
    Decision.SPAM: State.SPAM,
    Decision.DELETE: State.DELETED,
}

ALLOWED = {
    Decision.APPROVE: {State.PENDING, State.REJECTED, State.SPAM},
    Decision.REJECT: {State.PENDING, State.APPROVED, State.SPAM},
    Decision.SPAM: {State.PENDING, State.APPROVED, State.REJECTED},
    Decision.DELETE: {State.PENDING, State.APPROVED, State.REJECTED, State.SPAM},
}


def next_state(
    state: State,
    decision: Decision,
    *,
    edit_waits: bool = False,
    before_delete: State | None = None,
    before_decision: State | None = None,
) -> Transition | None:
    """Where `decision` leads from `state`; None when it changes nothing.

    `before_delete` is the state a moderator deleted it from; None when its author did, which is
    final. `before_decision` is the state that undo leads back to; None when there is nothing to
    undo: UndoClosed. Raises NoSuchTransition for every other way that isn't in the table.
    """
    if decision is Decision.UNDO:
        if before_decision is None:
            raise UndoClosed
        return Transition(before_decision)
    if state is State.APPROVED and edit_waits and decision in _EDIT_DECISIONS:
        return Transition(State.APPROVED, _EDIT_DECISIONS[decision])
    if decision is Decision.RESTORE:
        if state is State.DELETED and before_delete is not None:
            return Transition(before_delete)
        raise NoSuchTransition(f"A comment that is {state} can't be restored.")
    target = TARGETS[decision]
    if state is target:
        return None
    if state not in ALLOWED[decision]:
        raise NoSuchTransition(f"A comment that is {state} can't be decided {decision}.")
    return Transition(target)


_EDIT_DECISIONS = {
    Decision.APPROVE: HeldEdit.PUBLISHED,
    Decision.REJECT: HeldEdit.DROPPED,
    Decision.SPAM: HeldEdit.DROPPED,
}
