"""docs/embedding.md tells the attributes, events, parts and properties that the widget has, and its
recipes make the tags.
"""

import re
from html import escape
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.contracts import repository
from tests.tags import Tags

WIDGET = repository.PACKAGE / "widget"
PAGE = repository.text("docs/embedding.md")
TYPES = (WIDGET / "embed.d.ts").read_text(encoding="utf-8")
SOURCES = "".join(path.read_text(encoding="utf-8") for path in sorted(WIDGET.glob("src/*.ts")))
SERVICE = "https://comments.example.com"
ADDRESS = "https://example.com/night-ferry/%C3%A4?by=sea&day=2"
TITLE = 'The "night" ferry & <me>'
PLAIN = f"{SERVICE}/thread?url={quote(ADDRESS, safe='')}"
# What each engine puts in the place of its marks, as Hugo 0.168, Astro 6, React 19 and PHP 8 do.
BRACES = {
    name: f'"{escape(value)}"'
    for name, value in (("url", ADDRESS), ("title", TITLE), ("plain", PLAIN))
}
MARKS = {
    "Plain HTML": {"…": quote(ADDRESS, safe="")},
    "Hugo": {
        "{{ .Permalink }}": escape(ADDRESS),
        "{{ .Title }}": escape(TITLE),
        '{{ querify "url" .Permalink | safeURL }}': f"url={quote(ADDRESS, safe='')}",
    },
    "Astro": {f"{{{name}}}": value for name, value in BRACES.items()},
    "React": {f"{{{name}}}": value for name, value in BRACES.items()},
    "A WordPress theme": {
        "<?php echo esc_url( get_permalink() ); ?>": escape(ADDRESS),
        "<?php the_title_attribute(); ?>": escape(TITLE),
        f"<?php echo esc_url( '{SERVICE}/thread?url=' . rawurlencode( get_permalink() ) ); ?>": (
            escape(PLAIN)
        ),
    },
}


def section(heading: str) -> str:
    [found] = re.findall(
        rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
    return found


def declared(interface: str) -> set[str]:
    """The names in an interface of the types."""
    [body] = re.findall(rf"interface {interface} \{{\n(.*?)\n\}}", TYPES, re.DOTALL)
    return set(re.findall(r'^  "?([a-z:-]+)"?\??:', body, re.MULTILINE))


@pytest.mark.parametrize(
    ("tag", "interface"),
    [("thread", "CommentThreadAttributes"), ("list", "CommentListAttributes")],
)
def test_each_attribute_is_told_and_typed(tag: str, interface: str) -> None:
    told = re.findall(r"^\| `([a-z-]+)` \|", section(f"`<comment-{tag}>`"), re.MULTILINE)
    assert set(told) == declared(interface)
    for name in told:
        assert f'"{name}"' in SOURCES or f"[{name}]" in SOURCES


def test_each_event_is_told_and_typed() -> None:
    emitted = set(re.findall(r'emit\("(comments:\w+)"', SOURCES))
    assert declared("CommentsEventDetails") == emitted
    assert set(re.findall(r"`(comments:\w+)`", PAGE)) == emitted


def test_each_part_of_a_thread_is_told() -> None:
    [shared] = re.findall(r"const parts = /\^\((.*)\)\$/", SOURCES)
    told = re.search(r"Style the parts (.*?), and set", PAGE, re.DOTALL)
    assert told
    assert set(re.findall(r"`(\w+)`", told[1])) == {*shared.split("|"), "comment", "actions"}


def test_each_part_of_a_list_is_told() -> None:
    lists = (WIDGET / "src" / "lists.ts").read_text(encoding="utf-8")
    told = re.search(r"Parts: (.*)", section("`<comment-list>`"))
    assert told
    assert set(re.findall(r"`(\w+)`", told[1])) == set(re.findall(r'part: "(\w+)"', lists))


def test_each_property_that_is_told_is_one() -> None:
    styles = "".join(path.read_text(encoding="utf-8") for path in WIDGET.glob("src/*.css"))
    told = set(re.findall(r"`(--ct-[a-z-]+)`", PAGE))
    assert told
    assert told <= set(re.findall(r"(--ct-[a-z-]+):", styles))


def recipe(name: str) -> str:
    """The lines of a recipe, all its blocks together; what it says on top for plain HTML."""
    if name == "Plain HTML":
        text = PAGE.partition("\n## ")[0]
    else:
        [text] = re.findall(
            rf"^\*\*{name}\*\*(.*?)(?=^\*\*|\Z)", section("Recipes"), re.MULTILINE | re.DOTALL
        )
    return "\n".join(re.findall(r"```\w+\n(.*?)```", text, re.DOTALL))


@pytest.mark.parametrize("name", MARKS)
def test_each_recipe_makes_the_tag_with_its_page_and_the_link_for_readers_without_script(
    name: str,
) -> None:
    html = recipe(name)
    for mark, value in MARKS[name].items():
        assert mark in html
        html = html.replace(mark, value)
    tags = Tags(html)
    [thread] = tags.named("comment-thread")
    [link] = tags.named("a")
    assert link["href"]
    plain = urlsplit(link["href"])
    assert f"{plain.scheme}://{plain.netloc}{plain.path}" == f"{SERVICE}/thread"
    assert parse_qs(plain.query) == {"url": [ADDRESS]}
    told = {} if name == "Plain HTML" else {"url": ADDRESS, "page-title": TITLE}
    assert {key: thread[key] for key in thread if key != "key"} == told
    assert set(told) <= declared("CommentThreadAttributes")


@pytest.mark.parametrize("name", [name for name in MARKS if name != "React"])
def test_each_recipe_loads_the_script_as_a_module(name: str) -> None:
    [script] = Tags(recipe(name)).named("script")
    assert script["type"] == "module"
    assert script["src"] == f"{SERVICE}/embed.js"


def test_no_recipe_is_left_out() -> None:
    told = re.findall(r"^\*\*(.*?)\*\*", section("Recipes"), re.MULTILINE)
    walked = ["Endless scroll.", "Single-page navigation."]  # tests/browser/test_recipes.py
    assert [name.removesuffix(".") for name in told if name not in walked] == list(MARKS)
