"""Only operations/moderation.py gives a comment its state."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.contracts.repository import ROOT

PACKAGE = ROOT / "comments_service"
THE_ONE = PACKAGE / "operations" / "moderation.py"


def _assignments(path: Path) -> Iterator[int]:
    """The lines of a module that could give a comment a state."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and _gives_state(node):
            yield node.lineno
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            for part in ast.walk(target):
                if isinstance(part, ast.Attribute) and part.attr == "state":
                    yield part.lineno


def _gives_state(call: ast.Call) -> bool:
    """`Comment(state=…)`, `update(Comment)….values(state=…)`, `setattr(comment, "state", …)`."""
    words = {keyword.arg for keyword in call.keywords}
    if isinstance(call.func, ast.Name) and call.func.id == "setattr":
        return any(isinstance(one, ast.Constant) and one.value == "state" for one in call.args)
    if "state" not in words:
        return False
    if isinstance(call.func, ast.Name) and call.func.id == "Comment":
        return True
    names = {part.id for part in ast.walk(call.func) if isinstance(part, ast.Name)}
    return (
        isinstance(call.func, ast.Attribute) and call.func.attr == "values" and "Comment" in names
    )


def test_only_moderation_assigns_a_state() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in PACKAGE.rglob("*.py")
        if path != THE_ONE
        for line in _assignments(path)
    }
    assert found == set()


def test_the_search_finds_the_one() -> None:
    assert list(_assignments(THE_ONE))
