"""What is committed works anywhere: no address of a package index, no path of one machine."""

import re

from tests.contracts import repository

BINARY = {".png", ".webp", ".avif", ".ico", ".woff2", ".gz"}
INDEXES = re.compile(r"pypi[.]org|python[h]osted|npmjs[.]")  # and doesn't match itself
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt")
PLACES = re.compile(r"(?<![\w.~/-])/(?:root|work|home|Users|tmp)/\w")


def test_requirements_name_no_address() -> None:
    for name in REQUIREMENTS:
        assert "://" not in repository.text(f"config/{name}"), name


def test_requirements_are_hashed_and_pinned() -> None:
    for name in REQUIREMENTS:
        blocks = re.split(r"\n(?=\S)", repository.text(f"config/{name}").strip())
        loose = [block for block in blocks if "==" not in block or "--hash=sha256:" not in block]
        assert not loose, name


def test_the_widgets_lock_names_no_address() -> None:
    assert '"resolved"' not in repository.text("comments_service/widget/package-lock.json")


def test_no_file_names_an_index_or_a_place_of_one_machine() -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in repository.files()
        if path.suffix not in BINARY
        for number, line in enumerate(repository.text(str(path)).splitlines(), start=1)
        if INDEXES.search(line) or PLACES.search(line)
    ]
    assert not found, "\n".join(found)
