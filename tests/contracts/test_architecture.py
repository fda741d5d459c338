"""docs/architecture.md draws the house as it stands."""

import re

from tests.contracts import repository

DRAWING = "docs/architecture.md"
NAMED = re.compile(r"`(comments_service/[\w/]+(?:\.py)?)`")


def test_every_file_a_walk_passes_is_there() -> None:
    named = NAMED.findall(repository.text(DRAWING))
    assert len(named) > 20
    assert not [path for path in named if not (repository.ROOT / path).exists()]


def test_every_room_is_on_the_map() -> None:
    drawing = repository.text(DRAWING)
    package = repository.ROOT / "comments_service"
    rooms = [path.name for path in package.iterdir() if path.is_dir() and path.name[0] != "_"]
    assert not [room for room in rooms if f"  {room}/" not in drawing]
