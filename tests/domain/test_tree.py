"""Nesting loses nobody, keeps the order of arrival, and has no depth it can't do."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from comments_service.domain.tree import nest


@dataclass
class Node:
    id: int
    parent_id: int | None = None
    replies: list["Node"] = field(default_factory=list["Node"])


@st.composite
def forests(draw: st.DrawFn) -> list[Node]:
    """Nodes in order of arrival, parents first, as the database gives them; ids in no order."""
    ids = draw(st.lists(st.integers(1, 10**6), unique=True, max_size=40))
    return [
        Node(own, draw(st.none() | st.sampled_from(ids[:place])) if place else None)
        for place, own in enumerate(ids)
    ]


def flat(tops: list[Node]) -> list[Node]:
    """Every node below these, without recursion."""
    found: list[Node] = []
    waiting = list(tops)
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += node.replies
    return found


@settings(deadline=None)
@given(forests())
def test_every_node_is_there_once(nodes: list[Node]) -> None:
    assert sorted(node.id for node in flat(nest(nodes))) == sorted(node.id for node in nodes)


@settings(deadline=None)
@given(forests())
def test_every_node_stands_under_its_parent_in_order_of_arrival(nodes: list[Node]) -> None:
    tops = nest(nodes)
    assert tops == [node for node in nodes if node.parent_id is None]
    for parent in nodes:
        assert parent.replies == [node for node in nodes if node.parent_id == parent.id]


@settings(deadline=None)
@given(forests(), st.data())
def test_a_part_of_a_forest_is_nested_as_far_as_it_goes(
    nodes: list[Node], data: st.DataObject
) -> None:
    some = [node for node in nodes if data.draw(st.booleans())]
    tops = nest(some)
    there = {node.id for node in some}
    assert [node.id for node in tops] == [node.id for node in some if node.parent_id not in there]
    assert sorted(node.id for node in flat(tops)) == sorted(there)


def test_a_node_before_its_parent_or_under_itself_is_a_top() -> None:
    early, parent, own = Node(1, parent_id=2), Node(2), Node(3, parent_id=3)
    assert nest([early, parent, own]) == [early, parent, own]
    assert parent.replies == own.replies == []


def test_nothing_makes_nothing() -> None:
    assert nest([]) == []


def test_a_chain_of_ten_thousand_is_nested() -> None:
    top, *_rest = nodes = [Node(1)] + [Node(number, number - 1) for number in range(2, 10_001)]
    tops = nest(nodes)
    assert len(tops) == 1
    assert tops[0] is top
    assert [node.id for node in flat(tops)] == list(range(1, 10_001))
