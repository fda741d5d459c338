"""docs/embedding.md tells the attributes, events, parts and properties that the widget has."""

import re

import pytest

from tests.contracts import repository

WIDGET = repository.PACKAGE / "widget"
PAGE = repository.text("docs/embedding.md")
TYPES = (WIDGET / "embed.d.ts").read_text(encoding="utf-8")
SOURCES = "".join(path.read_text(encoding="utf-8") for path in sorted(WIDGET.glob("src/*.ts")))


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
