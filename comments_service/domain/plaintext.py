"""What readers typed as plain text, for mails.
Refuses to show an address among it: each stands as "[link]", and no bare host can be followed.
"""

import re
from html.parser import HTMLParser

LINK = "[link]"
# Wherever a mail program might see one, also glued to a word before it.
_ADDRESS = re.compile(
    r"(?:[a-z0-9+.\-]{0,20}://|mailto:|(?<![a-z0-9])www\.)[^\s<>]+"
    r"|(?:[\w\-]{1,63}\.){1,10}(?:xn--[\w\-]{1,59}|[^\W\d_]{2,63})(?::\d{1,5})?/[^\s<>]*",
    re.IGNORECASE,
)
# A dot after which a top-level domain may stand. "e.g.", "3.5" and "p.m." have none, "README.md"
# has one: people read on over an empty space of no width, and mail programs see no host.
_HOST_DOT = re.compile(r"(?<=\S)\.(?=[^\W\d_]{2}|xn--)", re.IGNORECASE)
_UNLINKED_DOT = ".\u200b"
_BREAK_IN_SOURCE = re.compile(r"\s*\n\s*")
_ROWS = frozenset({"p", "pre", "table"})


def unlinked(text: str) -> str:
    """In which a mail program finds nothing to follow; a second time changes nothing."""
    return _HOST_DOT.sub(_UNLINKED_DOT, _ADDRESS.sub(LINK, text))


class Reader(HTMLParser):
    """Feed it, close it, ask for `text`."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._words: list[str] = []
        self._indents: list[str] = []
        self._marker = ""
        self._numbers: list[int | None] = []
        self._link: tuple[int, str] | None = None
        self._gap = self._verbatim = False

    def text(self) -> str:
        self._end_block(gap=False)
        return "\n".join(self._lines).strip("\n")

    def handle_data(self, data: str) -> None:
        self._words.append(data if self._verbatim else _BREAK_IN_SOURCE.sub(" ", data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        match tag:
            case "a":
                self._link = (len(self._words), given.get("href") or "")
            case "br":
                self._words.append("\n")
            case "hr":
                self._begin_block()
                self._words.append("---")
                self._end_block()
            case "blockquote":
                self._begin_block()
                self._indents.append("> ")
            case "ul" | "ol":
                self._begin_list(int(given.get("start") or 1) if tag == "ol" else None)
            case "li":
                self._begin_item()
            case "td" | "th" if "".join(self._words).strip():
                self._words = ["".join(self._words).rstrip(), " | "]
            case _ if tag in _ROWS:
                self._begin_block()
                self._verbatim = tag == "pre"
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "a" if self._link:
                self._end_link(*self._link)
            case "blockquote":
                self._end_block()
                self._indents.pop()
            case "li":
                self._end_block(gap=self._gap)
                self._indents.pop()
            case "ul" | "ol":
                self._end_block(gap=len(self._numbers) == 1 or self._gap)
                self._numbers.pop()
            case "tr":
                self._end_block(gap=False)
            case _ if tag in _ROWS:
                self._end_block()
                self._verbatim = False
            case _:
                pass

    def _begin_list(self, start: int | None) -> None:
        if self._numbers:
            self._end_block(gap=False)
        else:
            self._begin_block()
        self._numbers.append(start)

    def _begin_item(self) -> None:
        self._begin_block()
        number = self._numbers[-1] if self._numbers else None
        if number is None:
            self._marker = "- "
        else:
            self._marker = f"{number}. "
            self._numbers[-1] = number + 1
        self._indents.append(" " * len(self._marker))

    def _begin_block(self) -> None:
        self._end_block(gap=self._gap)
        if self._gap and self._lines:
            self._lines.append("".join(self._indents).rstrip())
        self._gap = False

    def _end_block(self, *, gap: bool = True) -> None:
        text = unlinked("".join(self._words))
        self._words.clear()
        self._link = None
        if text.strip():
            lines = text.strip("\n").split("\n")
            for line in lines:
                self._lines.append(self._indented(line if self._verbatim else line.strip()))
        self._gap = gap

    def _indented(self, line: str) -> str:
        indent = "".join(self._indents)
        if self._marker:
            indent = indent[: -len(self._marker)] + self._marker
            self._marker = ""
        return (indent + line).rstrip()

    def _end_link(self, start: int, href: str) -> None:
        text = "".join(self._words[start:]).strip()
        del self._words[start:]
        text = _ADDRESS.sub(LINK, text)
        bare = text in ("", LINK) or f"mailto:{text}" == href
        self._words.append(LINK if bare else f"{text} {LINK}")
        self._link = None
