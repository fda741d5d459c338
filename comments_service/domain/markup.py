"""What a comment's body may look like to readers: Markdown in, fenced HTML out.
Refuses every tag and attribute that isn't named here, from whatever source.
"""

import re
import threading
from html.parser import HTMLParser

import nh3
from bleach.sanitizer import Cleaner

from comments_service.domain import markdown
from comments_service.domain.plaintext import Reader

# Raise it when the same source comes out differently: stored bodies are rendered again.
VERSION = 2

# The allow-list, also for the fence of the widget.
REL = markdown.REL
SCHEMES = frozenset({"http", "https", "mailto"})
TAGS = frozenset(
    """
    a blockquote br code del em hr li ol p pre s strong table tbody td th thead tr ul
    """.split()  # noqa: SIM905 - it reads as a table
)
ATTRIBUTES = {
    "a": frozenset({"href", "rel", "title"}),
    "code": frozenset({"class"}),
    "ol": frozenset({"start"}),
}
LANGUAGE = re.compile(r"language-[\w+#.\-]{1,40}", re.ASCII)
START = re.compile(r"[0-9]{1,9}")

# bleach needs 12 µs for each escaped character of a text, which it leaves as it is: meanwhile a
# code point that no text may hold stands for it. The second fence sees everything as it comes out.
_FOLDED = {"&amp;": "\U0010fffb", "&lt;": "\U0010fffc", "&gt;": "\U0010fffd"}
_UNFOLDED = {one: escape for escape, one in _FOLDED.items()}
_STAND_IN = re.compile("[\U0010fffb-\U0010fffd]")
_TEXT = re.compile(r">[^<]*")


def render(source: str) -> str:
    return fenced(markdown.to_html(source))


def fenced(html: str) -> str:
    """The fence alone, for bodies that come as HTML."""
    bleached = _fences.cleaner.clean(_TEXT.sub(_escapes_folded, _STAND_IN.sub("\ufffd", html)))
    return _BACKSTOP.clean(_STAND_IN.sub(_unfolded, bleached)).strip()


def _escapes_folded(text: re.Match[str]) -> str:
    folded = text[0]
    for escape, one in _FOLDED.items():
        folded = folded.replace(escape, one)
    return folded


def _unfolded(one: re.Match[str]) -> str:
    return _UNFOLDED[one[0]]


def links(html: str) -> tuple[str, ...]:
    """The addresses of all links, in order."""
    if "<a " not in html:
        return ()
    found = _Links()
    found.feed(html)
    return tuple(found.hrefs)


def plain(html: str) -> str:
    """Text for mails, in which no link of a reader can be followed."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


def may_stand(tag: str, name: str, value: str) -> bool:
    """Whether an attribute of an allowed tag is kept."""
    if name not in ATTRIBUTES.get(tag, ()):
        return False
    match name:
        case "href":
            return markdown.may_link(value)
        case "rel":
            return value == REL
        case "class":
            return bool(LANGUAGE.fullmatch(value))
        case "start":
            return bool(START.fullmatch(value))
        case _:
            return True


def _filtered(tag: str, name: str, value: str) -> str | None:
    return value if may_stand(tag, name, value) else None


# Sets `rel` on every link itself, which is why "rel" isn't among the attributes it passes on.
_BACKSTOP = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names - {"rel"}) for tag, names in ATTRIBUTES.items()},
    attribute_filter=lambda tag, name, value: (
        value if name == "rel" else _filtered(tag, name, value)
    ),
    link_rel=REL,
    url_schemes=set(SCHEMES),
)


class _Fences(threading.local):
    """One bleach a thread: a shared one mixes up what two threads give it."""

    def __init__(self) -> None:
        self.cleaner = Cleaner(
            tags=TAGS, attributes=may_stand, protocols=SCHEMES, strip=True, strip_comments=True
        )


_fences = _Fences()


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.hrefs.append(href)
