"""Nesting a flat list of comments in one pass, without recursion."""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar


class Node(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def replies(self) -> list[Any]: ...


AnyNode = TypeVar("AnyNode", bound=Node)


def nest(nodes: Iterable[AnyNode]) -> list[AnyNode]:
    """The tops of the forest; every node whose parent came before it is put into its `replies`.

    A node whose parent isn't among those before it is a top itself: nothing is ever dropped.
    """
    seen: dict[int, AnyNode] = {}
    tops: list[AnyNode] = []
    for node in nodes:
        parent = seen.get(node.parent_id) if node.parent_id is not None else None
        (parent.replies if parent is not None else tops).append(node)
        seen[node.id] = node
    return tops
