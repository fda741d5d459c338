"""The tests mirror the package, so that the tests of a file are found without a search."""

from pathlib import Path

from tests.contracts import repository

BESIDE = {"browser", "contracts", "fixtures", "journeys", "services"}


def test_every_test_file_stands_where_its_subject_stands() -> None:
    strays = [
        str(test)
        for test in repository.files()
        if test.parts[0] == "tests"
        and test.name.startswith("test_")
        and test.parts[1] not in BESIDE
        and not _subjects(test)
    ]
    assert not strays


def _subjects(test: Path) -> list[Path]:
    """tests/domain/test_urls.py → comments_service/domain/urls.py, or the package urls/."""
    folder = repository.PACKAGE.joinpath(*test.parent.parts[1:])
    stem = test.stem.removeprefix("test_")
    return [*folder.glob(f"{stem}.*"), *folder.glob(f"{stem}/__init__.py")]


def test_no_file_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "manager", "base", "common", "misc"}
    assert not [path for path in repository.files() if path.stem in empty]
