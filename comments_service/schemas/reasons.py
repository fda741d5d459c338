"""The words for screening's codes: all of them for moderators, only kind ones for authors."""

from collections.abc import Iterable, Mapping

from comments_service.domain.screening import Signal

Params = Mapping[str, str | int]

_FOUND = {
    "first_comment": "First comment",
    "all_held": "Everything is held here",
    "honeypot": "Filled in a field nobody sees",
    "too_fast": "Sent faster than anybody types",
}
_KIND = {
    "first_comment": "A first comment is read by a moderator before it appears.",
    "links": "Links are read by a moderator before they appear.",
    "all_held": "Every comment here is read by a moderator before it appears.",
}
_ANYTHING_ELSE = {"code": "moderator", "text": "A moderator takes a look."}


def for_moderator(code: str, params: Params) -> str:
    """A few words for a chip; a code of another version of this service speaks for itself."""
    if code == "links":
        return _counted(int(params.get("count", 0)), "link", "links")
    if code == "reported":
        told = str(params.get("reasons", "")).replace("_", " ")
        return f"{_counted(int(params.get('count', 0)), 'report', 'reports')}: {told}"
    if code == "moderator":
        return str(params.get("text", "A moderator decided"))
    return _FOUND.get(code) or code.replace("_", " ").capitalize()


def for_author(signals: Iterable[Signal]) -> dict[str, str]:
    """`{code, text}` of the first reason that may be told; what would teach a spammer isn't."""
    for signal in signals:
        if signal.code in _KIND:
            return {"code": signal.code, "text": _KIND[signal.code]}
    return dict(_ANYTHING_ELSE)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
