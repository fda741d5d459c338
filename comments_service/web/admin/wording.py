"""The desk's sentences: ages, toasts and what became of a decision somebody else forestalled."""

from collections import Counter
from datetime import datetime, timedelta

from comments_service.domain.states import Decision
from comments_service.queries.cards import ModeratedRow
from comments_service.queries.moderation import LogRow, Summary
from comments_service.schemas import reasons

VERBS = {
    Decision.APPROVE: "Approve",
    Decision.REJECT: "Reject",
    Decision.SPAM: "Spam",
    Decision.DELETE: "Delete",
    Decision.RESTORE: "Restore",
    Decision.UNDO: "Undo",
}
_DONE = {
    Decision.APPROVE: "Approved.",
    Decision.REJECT: "Rejected.",
    Decision.SPAM: "Marked as spam.",
    Decision.DELETE: "Deleted.",
    Decision.RESTORE: "Restored.",
    Decision.UNDO: "Undone.",
}
ANSWERED = "Answered."
_EDIT_DONE = {Decision.APPROVE: "Edit published.", Decision.DELETE: "Deleted."}
_KEPT = "Kept, its reports are settled."
_EDIT_DROPPED = "Edit dropped, the old text stays up."
_EVENTS = {
    "post": "wrote it for the team",
    "approve": "approved it",
    "reject": "rejected it",
    "spam": "marked it as spam",
    "delete": "deleted it",
    "restore": "restored it",
    "undo": "undid that",
    "reported": "reported it",
    "edit": "edited it",
    "edit held": "edited it",
}
_SCREENED = {
    "pending": "held it",
    "approved": "let it through",
    "rejected": "rejected it",
    "spam": "marked it as spam",
}
SCREENING = "screening"
_ACTORS = {"author": "the author", SCREENING: "the rules", "readers": "readers"}


def age(since: datetime, now: datetime) -> str:
    """How long ago, with two units where both matter: "52 min", "3 h 12 min", "9 days"."""
    minutes = max(0, int((now - since) / timedelta(minutes=1)))
    hours, days = minutes // 60, minutes // (24 * 60)
    if minutes < 1:
        return "less than 1 min"
    if hours < 1:
        return f"{minutes} min"
    if days < 1:
        return f"{hours} h {minutes % 60:02} min"
    return counted(days, "day")


def waiting(summary: Summary, now: datetime) -> str:
    """As in: 14 wait, the oldest for 3 h 12 min."""
    if summary.oldest is None:
        return ""
    since = age(summary.oldest, now)
    if summary.waiting == 1:
        return f"1 waits, for {since}"
    return f"{summary.waiting} wait, the oldest for {since}"


def done(decision: Decision, *, edit: bool = False, kept: bool = False) -> str:
    """`edit`: it was about one that waited; `kept`: about a comment that readers reported."""
    if edit:
        return _EDIT_DONE.get(decision, _EDIT_DROPPED)
    return _KEPT if kept and decision is Decision.APPROVE else _DONE[decision]


def not_undone(change: LogRow, now: datetime, *, actor: str, seconds: int) -> str:
    """Why `actor` can't undo any more, by what happened last to the comment."""
    if now - change.at >= timedelta(seconds=seconds):
        return f"{counted(seconds, 'second')} have passed."
    if change.actor != actor:
        return forestalled(change, now)
    return (
        "It is undone already." if change.event == Decision.UNDO else "It was reported meanwhile."
    )


def reported(row: ModeratedRow) -> str:
    """As in: 3 reports: abusive, spam."""
    given = Counter(report.reason for report in row.reports)
    return reasons.for_moderator(
        "reported",
        {"count": row.reports_count, "reasons": ", ".join(one for one, _n in given.most_common())},
    )


def forestalled(change: LogRow, now: datetime) -> str:
    """As in: the author edited it 20 seconds ago."""
    seconds = int((now - change.at).total_seconds())
    since = counted(seconds, "second") if seconds < 60 else age(change.at, now)
    when = f"{since} ago" if seconds > 0 else "just now"
    return f"{who(change)} {what(change)} {when}."


def who(change: LogRow) -> str:
    return _ACTORS.get(change.actor, change.actor)


def what(change: LogRow) -> str:
    if change.event == "post" and change.actor == SCREENING:
        return _SCREENED.get(change.to_state, "took it")
    return _EVENTS.get(change.event, "changed it")


def counted(number: int, noun: str, many: str | None = None) -> str:
    return f"{number} {noun if number == 1 else many or noun + 's'}"
