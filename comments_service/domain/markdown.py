"""Markdown for people: source to HTML, before the fence of `markup` looks at it.
Refuses links that lead elsewhere than http, https or mail, and work without bound.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

from linkify_it import LinkifyIt  # pyright: ignore[reportMissingTypeStubs]
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, list_block, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token

from comments_service.domain import urls

REL = "nofollow ugc noopener noreferrer"
MAX_NESTING = 20
MAX_TABLE_CELLS = 500
MAX_AUTOLINKS = 200  # tries, not finds: what follows stays text
MAX_ESCAPES = 5000
MAX_TAGS = 1400  # the fence takes 30 µs for each
# What reading takes before it is known what comes out, in steps of about 20 µs. A page of nothing
# but Markdown has a mark for every tenth character.
MAX_EFFORT = 1400
_EFFORT = dict.fromkeys("*_~`[|>", 1) | {"\n": 2, "\n\n": -2, "](": 6, "]:": 8, "://": 6, "@": 5}
_HOST = re.compile(r"(?:://|mailto:)([^\s/?#<>()\[\]]{1,250})", re.IGNORECASE)
_PLAIN_HOST = re.compile(r"(?!.*xn--)[\w.\-:@]+", re.ASCII | re.IGNORECASE)
MAX_DEPTH = 60

_LINKIFIER: Any = LinkifyIt()
_MAIL_LINK = re.compile(r"mailto:[^@\s?]+@[^@\s?]+(\?\S*)?", re.IGNORECASE)
_LINK = re.compile(r"https?://|mailto:", re.IGNORECASE)
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SCHEME_BEFORE = re.compile(r"(?<![a-z0-9+.\-])(https?|mailto)\Z", re.IGNORECASE)
_NUMBER_OF_TEXT = re.compile(r"(?:0[0-9]|[0-9]{3})[0-9]*[.)]")
_BETWEEN_TAGS = re.compile(r">[^<]*")
_LINE_END = re.compile(r"\r\n?")


@lru_cache(maxsize=1024)
def may_link(href: str) -> bool:
    """Exactly http, https and mailto; the web only with a host that a browser would open."""
    if _MAIL_LINK.fullmatch(href):
        return True
    try:
        urls.parse_link(href)
    except urls.BadUrl:
        return False
    return True


def to_html(source: str) -> str:
    text = _UNWRITABLE.sub("\ufffd", _LINE_END.sub("\n", source))
    if sum(map(text.count, "<&")) > MAX_ESCAPES or _effort(text) > MAX_EFFORT:
        return _as_typed(text)
    parser, env = _tools.parser, dict[str, Any]()
    try:
        tokens = parser.parse(text, env)
    except _BeyondError:
        return _as_typed(text)
    if _depth(tokens) > MAX_DEPTH:
        return _as_typed(text)
    rendered: str = parser.renderer.render(tokens, parser.options, env)
    # Quotes need no escape between tags, and each entity costs the fence time.
    rendered = _BETWEEN_TAGS.sub(lambda found: found[0].replace("&quot;", '"'), rendered)
    return rendered if rendered.count("<") <= MAX_TAGS else _as_typed(text)


def _effort(text: str) -> int:
    """Names of hosts in other letters than ASCII's cost a step for each."""
    odd_hosts = (host for host in _HOST.findall(text) if not _PLAIN_HOST.fullmatch(host))
    marks = sum(text.count(mark) * steps for mark, steps in _EFFORT.items())
    return marks + sum(map(len, odd_hosts))


def _as_typed(text: str) -> str:
    """What nobody writes by hand stays readable, but isn't laid out."""
    escaped = text.strip().replace("&", "&amp;").replace("<", "&lt;")
    return f"<pre>{escaped}</pre>\n"


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Every link is parsed as one; those that may not stand become their text later."""
        return bool(url)

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        if not _LINK.match(url):
            return url
        with suppress(urls.BadUrl):
            url = urls.parse_link(url)
        return super().normalizeLink(url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        """As typed: decoding would let `%E2%80%AE` turn the text around."""
        return link


def _new_parser() -> MarkdownIt:
    options = {"html": False, "breaks": True, "xhtmlOut": False, "maxNesting": MAX_NESTING}
    parser = _Parser("commonmark", options)
    parser.enable(["strikethrough", "table", "linkify"])
    parser.disable(["code", "html_block", "html_inline"])
    parser.core.ruler.disable("linkify")  # the inline rule below does its work, bounded
    parser.inline.ruler.at("linkify", _autolink)
    parser.inline.ruler.at("link", _link)
    parser.inline.ruler.at("image", _picture)
    parser.block.ruler.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.before("table", "too_much", _too_much)
    parser.core.ruler.after("block", "too_many", _too_many)
    parser.core.ruler.after("inline", "for_people", _for_people)
    return parser


def _autolink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - called by position
    """Links typed bare, only after a scheme; the library says where one ends."""
    if state.src[state.pos] != ":" or state.linkLevel > 0:
        return False
    found = _SCHEME_BEFORE.search(state.src[max(0, state.pos - 8) : state.pos])
    tries: int = state.env.get("autolinks", 0)
    if not found or tries >= MAX_AUTOLINKS:
        return False
    state.env["autolinks"] = tries + 1
    scheme, after = found.group(1), state.pos + 1
    window = state.src[after : min(state.posMax, after + urls.MAX_LENGTH)]
    length: int = _LINKIFIER.test_schema_at(window, f"{scheme}:", 0)
    typed = f"{scheme}:{window[:length]}".rstrip("*_~")  # these close emphasis
    href = state.md.normalizeLink(typed)
    if not length or not may_link(href):
        return False
    if not silent:
        if not state.pending.endswith(scheme):
            return False
        state.pending = state.pending[: -len(scheme)]
        for token in _linked(href, typed):
            state.push(token.type, token.tag, token.nesting).attrs = token.attrs
            state.tokens[-1].content = token.content
    state.pos += len(typed) - len(scheme)
    return True


def _link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Without a "]" ahead the library would look for one to the end, for each "["."""
    if state.src[state.pos] != "[" or state.src.find("]", state.pos, state.posMax) < 0:
        return False
    return link(state, silent)


def _picture(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    if state.src[state.pos] != "!" or state.src.find("]", state.pos, state.posMax) < 0:
        return False
    return image(state, silent)


class _BeyondError(Exception):
    """This won't be laid out, so nothing more of it needs reading."""


def _too_much(state: StateBlock, _first: int, _last: int, _silent: bool) -> bool:  # noqa: FBT001
    """The library would drop, without a word, what lies deeper than it looks."""
    if state.level >= MAX_NESTING - 2 or len(state.tokens) > 2 * MAX_TAGS:
        raise _BeyondError
    return False


def _too_many(state: StateCore) -> None:
    if sum(1 for token in state.tokens if token.nesting and not token.hidden) > MAX_TAGS:
        raise _BeyondError


def _list(state: StateBlock, first: int, last: int, silent: bool) -> bool:  # noqa: FBT001
    """`1986. What a year` is a sentence."""
    start = state.bMarks[first] + state.tShift[first]
    if _NUMBER_OF_TEXT.match(state.src, start, state.eMarks[first]):
        return False
    return list_block(state, first, last, silent)


def _table(state: StateBlock, first: int, last: int, silent: bool) -> bool:  # noqa: FBT001
    """The library fills missing cells up, to 65,536 of them."""
    left: int = state.env.get("cells", MAX_TABLE_CELLS)
    if left <= 0 or not table(state, first, last, True):
        return False
    if silent:
        return True
    columns = state.getLines(first + 1, first + 2, 0, False).strip("| \t\n").count("|") + 1
    line = first
    while left > 0 and line < last and not state.isEmpty(line):
        left -= columns
        line += 1
    state.env["cells"] = left
    return left > 0 and table(state, first, last, silent)


def _for_people(state: StateCore) -> None:
    state.tokens = list(_numbered_as_typed(state.tokens))
    heading = ""
    for token in state.tokens:
        token.attrs.pop("style", None)
        if token.type == "inline":
            children = list(_fit_to_stand(token.children or []))
            token.children = _bold(children, heading) if heading else children
        heading = token.markup if token.type == "heading_open" else ""
        if token.type in ("heading_open", "heading_close"):
            token.type, token.tag = token.type.replace("heading", "paragraph"), "p"


def _bold(children: list[Token], marker: str) -> list[Token]:
    """An empty heading is somebody's "#"."""
    if not children:
        return [_text(marker)]
    return [Token("strong_open", "strong", 1), *children, Token("strong_close", "strong", -1)]


def _fit_to_stand(children: list[Token]) -> Iterator[Token]:
    linked = False
    for token in children:
        if token.type == "link_open":
            linked = may_link(str(token.attrs["href"]))
            token.attrs["rel"] = REL
        if token.type == "image":
            yield from _image(token, linked=linked)
        elif linked or token.type not in ("link_open", "link_close"):
            token.tag = "del" if token.tag == "s" else token.tag
            yield token
        if token.type == "link_close":
            linked = False


def _image(token: Token, *, linked: bool) -> Iterator[Token]:
    href = str(token.attrs["src"])
    alt = "".join(child.content for child in token.children or ())
    if linked or not may_link(href):
        yield _text(alt or href)
    else:
        yield from _linked(href, alt or href, title=str(token.attrs.get("title", "")))


def _linked(href: str, text: str, *, title: str = "") -> Iterator[Token]:
    opening = Token("link_open", "a", 1, attrs={"href": href, "rel": REL})
    if title:
        opening.attrs["title"] = title
    yield from (opening, _text(text), Token("link_close", "a", -1))


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _numbered_as_typed(tokens: list[Token]) -> Iterator[Token]:
    """`12.` after `10.` opens a list of its own: a list would count on from 10."""
    numbers: list[int | None] = []
    for token in tokens:
        if token.type in ("ordered_list_open", "bullet_list_open"):
            numbers.append(None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            numbers.pop()
        elif token.type == "list_item_open" and token.info:
            number, before = int(token.info), numbers[-1]
            if before is not None and number not in (before, before + 1):
                yield Token("ordered_list_close", "ol", -1, block=True)
                yield Token("ordered_list_open", "ol", 1, block=True, attrs={"start": number})
            numbers[-1] = number
        yield token


def _depth(tokens: list[Token]) -> int:
    deepest = depth = 0
    for token in tokens:
        depth += token.nesting
        deepest = max(deepest, depth + _depth(token.children or []))
    return deepest


class _Tools(threading.local):
    """A parser keeps what it compiled, so every thread has its own."""

    def __init__(self) -> None:
        self.parser = _new_parser()


_tools = _Tools()
