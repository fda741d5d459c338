"""Markdown for people, and the fence: what comes out whatever goes in."""

import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import nh3
import pytest
from bleach.sanitizer import Cleaner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comments_service.domain import markup

REL = ' rel="nofollow ugc noopener noreferrer"'


def linked(href: str, text: str) -> str:
    return f'<p><a href="{href}"{REL}>{text}</a></p>'


RULES = [
    ("one Enter is a line break", "one\ntwo", "<p>one<br>\ntwo</p>"),
    ("an empty line parts paragraphs", "one\n\ntwo", "<p>one</p>\n<p>two</p>"),
    ("raw HTML stays text", "<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
    ("so does a block of it", "<div>\nx", "<p>&lt;div&gt;<br>\nx</p>"),
    ("a heart stays", "I <3 it", "<p>I &lt;3 it</p>"),
    ("headings become bold paragraphs", "# Big *one*", "<p><strong>Big <em>one</em></strong></p>"),
    ("underlined ones too", "Big\n===", "<p><strong>Big</strong></p>"),
    ("an empty heading is its mark", "#", "<p>#</p>"),
    ("indented text is no code", "a\n\n    b", "<p>a</p>\n<p>b</p>"),
    ("a year is no list", "1986. What a year", "<p>1986. What a year</p>"),
    ("nor is an agent", "007. Bond", "<p>007. Bond</p>"),
    ("a list is one", "1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
    ("it may start later", "3. c", '<ol start="3">\n<li>c</li>\n</ol>'),
    (
        "it doesn't count on where somebody left numbers out",
        "10. a\n12. b",
        '<ol start="10">\n<li>a</li>\n</ol>\n<ol start="12">\n<li>b</li>\n</ol>',
    ),
    ("all ones are a list", "1. a\n1. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
    (
        "an image becomes a link",
        "![cat](https://a.example/c.png)",
        linked("https://a.example/c.png", "cat"),
    ),
    (
        "without words, by its address",
        "![](https://a.example/c)",
        linked("https://a.example/c", "https://a.example/c"),
    ),
    (
        "inside a link, its words",
        "[![cat](https://b.example)](https://a.example)",
        linked("https://a.example", "cat"),
    ),
    (
        "addresses become links",
        "https://a.example/_b_c",
        linked("https://a.example/_b_c", "https://a.example/_b_c"),
    ),
    (
        "by mail too",
        "<mailto:tess@a.example>",
        linked("mailto:tess@a.example", "mailto:tess@a.example"),
    ),
    (
        "without the full stop",
        "https://a.example.",
        linked("https://a.example", "https://a.example").replace("</p>", ".</p>"),
    ),
    (
        "but only after a scheme",
        "README.md a.example //a.example",
        "<p>README.md a.example //a.example</p>",
    ),
    ("and only of the web or mail", "ftp://a.example", "<p>ftp://a.example</p>"),
    (
        "a host is written as browsers do",
        "[x](https://BÜCHER.example)",
        linked("https://xn--bcher-kva.example", "x"),
    ),
    ("struck out", "~~x~~", "<p><del>x</del></p>"),
    ("quoted", "> x", "<blockquote>\n<p>x</p>\n</blockquote>"),
    ("code keeps its language", "```py\nx\n```", '<pre><code class="language-py">x\n</code></pre>'),
    ("but no other class", "```a&b\nx\n```", "<pre><code>x\n</code></pre>"),
    ("a line", "***", "<hr>"),
    ("Windows' line ends are line ends", "a\r\nb", "<p>a<br>\nb</p>"),
    ("NUL and lone surrogates are marked", "a\x00b\ud800c", "<p>a\ufffdb\ufffdc</p>"),
]

REFUSED = [
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "javascript:80",
    "vbscript:1",
    "data:1",
    "data:text/html,x",
    "data:image/png;base64,AAAA",
    "file:///x",
    "tel:123",
    "ftp://a.example",
    "//a.example",
    "\\\\\\\\a.example",
    "/x",
    "x",
    "#x",
    "?x",
    "https:a.example",
    "https:///a.example",
    "https://",
    "https://a.example:99999",
    "https://tess@a.example",
    "https://b.example@a.example",
    "https://a_%00.example",
    "https://xn--a",
    "https://1.2.3.4.5",
    "&#106;avascript:alert(1)",
    "mailto:",
    "mailto:tess",
]

PIECES = (
    "# * _ ** ~~ ` ``` > - 1. 1986. [ ] ( ) ![ ]( | |-|- <b> <a href= & &#0; &lt; < \" ' \\ : :// "
    "http:// https://a.example mailto:t@a.example javascript:1 [a]: [a] === --- @ x.y é www. "
    "\u202e"
)
MARKS = st.lists(
    st.sampled_from(PIECES.split(" "))
    | st.sampled_from([" ", "\n", "\n\n", "    ", "\x00", "\ud800", "\r"])
    | st.text(max_size=5),
    max_size=40,
).map("".join)


class Seen(HTMLParser):
    """Tags and text as a parser sees them: the order of attributes and the escapes don't count."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.events: list[object] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.events.append(self.tags[-1])

    def handle_endtag(self, tag: str) -> None:
        self.events.append(tag)

    def handle_data(self, data: str) -> None:
        self.events.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


@pytest.mark.parametrize(("rule", "source", "html"), RULES, ids=[rule for rule, _, _ in RULES])
def test_markdown_is_read_as_people_mean_it(rule: str, source: str, html: str) -> None:
    assert markup.render(source) == html


@pytest.mark.parametrize("href", REFUSED)
def test_a_link_that_may_not_stand_becomes_its_text(href: str) -> None:
    assert markup.render(f"[words]({href})") == "<p>words</p>"
    assert markup.links(markup.render(f"![]({href}) <{href}> {href}")) == ()


def test_the_fence_takes_out_of_html_what_is_not_allowed() -> None:
    html = (
        '<p onclick="x" style="x">a<script>b</script><img src=x onerror=y><!-- c --></p>'
        '<a href="javascript:1" target="_blank">d</a><code class="x language-py">e</code>'
    )
    seen = Seen(markup.fenced(html))
    assert [tag for tag, _ in seen.tags] == ["p", "a", "code"]
    assert [attrs for _, attrs in seen.tags] == [{}, {"rel": markup.REL}, {}]


def test_links_are_counted_by_their_addresses() -> None:
    html = markup.render("[a](https://a.example/?x=1&y=2) https://b.example [c](/d)")
    assert markup.links(html) == ("https://a.example/?x=1&y=2", "https://b.example")


def test_a_table_is_laid_out_but_a_monstrous_one_is_text() -> None:
    assert "<td>1</td>" in markup.render("| a | b |\n|--:|---|\n| 1 | 2 |")
    assert "<td" not in markup.render("|a" * 40 + "|\n" + "|-" * 40 + "|\n" + "a\n" * 100)


@pytest.mark.parametrize(
    "source",
    [
        "> a\n\n" * 2000,
        "*a " * 1600 + "b* " * 1600,
        "&" * 10_000,
        "> " * 25 + "a",
        "https://\U0001f300\U0001f300\U0001f300\U0001f300.example " * 140,
        "<mailto:a@b.example> " * 400,
        "[a]\n\n[a]: https://a.example\n\n" * 300,
    ],
)
def test_what_nobody_writes_by_hand_stands_as_it_was_typed(source: str) -> None:
    html = markup.render(source)
    assert html.startswith("<pre>")
    assert "".join(event for event in Seen(html).events[1:-1] if isinstance(event, str)) == (
        source.strip()
    )


def test_a_long_comment_of_somebody_who_likes_markdown_is_laid_out() -> None:
    part = (
        f"## Part\n\n{'It took a while, but then it went well. ' * 6}\n\n"
        "I *really* liked the **second** half, see [the log](https://a.example/log) and\n"
        "what `harbour_master` said:\n\n> It leaves at 9 & is back by 10.\n\n"
        "- one thing\n- another, with _stress_\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    )
    html = markup.render((part * 50)[:10_000])
    assert html.count("<table>") == html.count("<blockquote>") > 19


def test_what_stands_for_an_escape_meanwhile_cant_be_written() -> None:
    assert markup.render("a \U0010fffb < \U0010fffc & b") == "<p>a \ufffd &lt; \ufffd &amp; b</p>"
    html = '<p title="\U0010fffcb>&lt;i">a &amp;lt;b&gt; <i\U0010fffd>c</p><!-- >&lt;b> -->'
    seen = Seen(markup.fenced(html))
    assert [tag for tag, _ in seen.tags] == ["p"]
    assert "a &lt;b> c" in "".join(event for event in seen.events if isinstance(event, str))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("[words](https://a.example) and <https://b.example>", "words [link] and [link]"),
        ("[https://good.example](https://evil.example)", "[link]"),
        ("[www.good.example](https://evil.example)", "[link]"),
        ("<tess@a.example>", "[link]"),
        ("![cat](https://a.example)", "cat [link]"),
        ("`https://a.example` www.b.example ftp://c.example", "[link] [link] [link]"),
        ("one\ntwo\n\nthree", "one\ntwo\n\nthree"),
        ("> a\n>\n> > b\n\nc", "> a\n>\n> > b\n\nc"),
        ("- a\n- b\n  - c\n\nd", "- a\n- b\n  - c\n\nd"),
        ("2. a\n3. b", "2. a\n3. b"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"),
        ("```\na\n  b\n```\n***\nc", "a\n  b\n\n---\n\nc"),
        ('<b> & "x" &lt;', '<b> & "x" <'),
    ],
)
def test_mails_get_text_without_addresses(source: str, text: str) -> None:
    assert markup.plain(markup.render(source)) == text


@given(MARKS)
@example("[" * 3000)
@example("> " * 3000 + "a")
@example("- " * 3000 + "a")
@example("[a](" * 2000)
@settings(max_examples=300, deadline=None)
def test_only_what_is_allowed_comes_out(source: str) -> None:
    html = markup.render(source)
    for tag, attrs in Seen(html).tags:
        assert tag in markup.TAGS
        assert set(attrs) <= markup.ATTRIBUTES.get(tag, frozenset())
        if tag == "a":
            href = attrs["href"]
            assert href is not None
            assert href.partition(":")[0].lower() in markup.SCHEMES
            assert attrs["rel"] == markup.REL
    markup.plain(html)


@given(MARKS)
@settings(max_examples=300, deadline=None)
def test_neither_fence_finds_anything_to_take_out(source: str) -> None:
    html = markup.render(source)
    attributes = {tag: set(names - {"rel"}) for tag, names in markup.ATTRIBUTES.items()}
    again = nh3.clean(
        html,
        tags=set(markup.TAGS),
        attributes=attributes,
        url_schemes=set(markup.SCHEMES),
        link_rel=markup.REL,
    )
    assert Seen(again).events == Seen(html).events
    names = {tag: list(names) for tag, names in markup.ATTRIBUTES.items()}
    bleached = Cleaner(tags=markup.TAGS, attributes=names, protocols=markup.SCHEMES).clean(html)
    assert Seen(bleached).events == Seen(html).events
    assert markup.fenced(html) == html


@given(MARKS)
@settings(deadline=None)
def test_no_address_of_a_reader_stands_in_a_mail(source: str) -> None:
    text = markup.plain(markup.render(source))
    assert not re.search(r"://[^\s<>]|mailto:[^\s<>]", text)


def test_eight_threads_get_what_one_gets() -> None:
    sources = [
        f"# {n}\n\n[a](https://a{n}.example) https://b{n}.example\n\n{'> q' * (n % 9)}\n\n- *x*\n\n"
        f"|a|b|\n|-|-|\n|{n}|`c`|"
        for n in range(200)
    ]
    alone = [markup.render(source) for source in sources]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(markup.render, sources * 4)) == alone * 4
