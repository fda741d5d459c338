"""The beginning of a comment's HTML as one line of text: what it says, not what it quotes.
Reads no further than it has to.
"""

from html.parser import HTMLParser

from comments_service.domain import limits

_ENOUGH = 4 * limits.EXCERPT_LENGTH  # characters of HTML that are read before it is looked again
_INLINE = frozenset({"a", "code", "del", "em", "s", "strong"})


def excerpt(html: str) -> str:
    """At most EXCERPT_LENGTH characters, cut between words. A mere quotation is quoted."""
    return _cut(_read(html, quoted=False) or _read(html, quoted=True))


def _read(html: str, *, quoted: bool) -> str:
    reader = _Words(quoted=quoted)
    for start in range(0, len(html), _ENOUGH):
        reader.feed(html[start : start + _ENOUGH])
        if len(reader.text()) > limits.EXCERPT_LENGTH:
            break
    else:
        reader.close()
    return reader.text()


def _cut(text: str) -> str:
    if len(text) <= limits.EXCERPT_LENGTH:
        return text
    room = text[: limits.EXCERPT_LENGTH]  # its last character gives way to the sign of a cut
    whole, space, _rest = room.rpartition(" ")
    kept = whole if space and len(whole) > limits.EXCERPT_LENGTH // 2 else room[:-1]
    return kept.rstrip(" ,;:.-") + "…"


class _Words(HTMLParser):
    def __init__(self, *, quoted: bool) -> None:
        super().__init__()
        self._quoted = quoted
        self._found: list[str] = []
        self._quotes = 0

    def text(self) -> str:
        return " ".join("".join(self._found).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._quotes += tag == "blockquote"
        self._apart(tag)

    def handle_endtag(self, tag: str) -> None:
        self._quotes -= tag == "blockquote"
        self._apart(tag)

    def handle_data(self, data: str) -> None:
        if self._quoted or not self._quotes:
            self._found.append(data)

    def _apart(self, tag: str) -> None:
        if tag not in _INLINE:
            self._found.append(" ")
