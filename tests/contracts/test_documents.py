"""A link in a document that leads to a file of this repository leads to one that is there."""

import re

from tests.contracts import repository

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def test_every_link_to_a_file_finds_it() -> None:
    lost = [
        f"{path}: {target}"
        for path in repository.files()
        if path.suffix == ".md"
        for target in LINK.findall(repository.text(str(path)))
        if ":" not in target and not (repository.ROOT / path.parent / target).exists()
    ]
    assert not lost
