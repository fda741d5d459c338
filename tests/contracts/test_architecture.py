"""docs/architecture.md draws the house as it stands."""

import re

from tests.contracts import repository

DRAWING = "docs/architecture.md"
NAMED = re.compile(r"`(comments_service/[\w/-]+(?:\.(?:py|ts))?)`")


def test_every_file_a_walk_passes_is_there() -> None:
    named = NAMED.findall(repository.text(DRAWING))
    assert len(named) > 20
    assert not [path for path in named if not (repository.ROOT / path).exists()]


def test_every_tag_and_every_list_of_a_site_is_told() -> None:
    drawing = repository.text(DRAWING)
    embed = repository.text("comments_service/widget/src/embed.ts")
    routes = repository.text("comments_service/web/api/highlights.py")
    tags = re.findall(r'define\("([a-z-]+)"', embed)
    paths = re.findall(r'blueprint\.get\("([a-z/-]+)"\)', routes)
    assert tags
    assert paths
    assert not [tag for tag in tags if f"<{tag}>" not in drawing]
    assert not [path for path in paths if f"/api/v1{path}`" not in drawing]


def test_every_room_is_on_the_map() -> None:
    drawing = repository.text(DRAWING)
    package = repository.ROOT / "comments_service"
    rooms = [path.name for path in package.iterdir() if path.is_dir() and path.name[0] != "_"]
    assert not [room for room in rooms if f"  {room}/" not in drawing]
