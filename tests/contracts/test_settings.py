"""Every setting is documented twice, with its default: in the docs and in the example file."""

import re
import tomllib
from dataclasses import fields

from comments_service.settings import CONFIG_VARIABLE, PREFIX, Settings
from tests.contracts import repository

SETTINGS = {field.name: field for field in fields(Settings)}
EXAMPLE = "config/comments.example.toml"
DOCUMENT = "docs/settings.md"


def _default(name: str) -> str:
    """As the table writes it: `900`, `newcomers`; an empty default is told in words."""
    return f"`{SETTINGS[name].default}`" if SETTINGS[name].default != "" else ""


def test_the_docs_have_one_row_for_each_setting_with_its_default() -> None:
    rows = [line for line in repository.text(DOCUMENT).splitlines() if line.startswith("|")]
    for name in SETTINGS:
        own = [row for row in rows if f"`{PREFIX}{name.upper()}`" in row.split("|")[1]]
        assert len(own) == 1, f"{DOCUMENT} needs one row for {PREFIX}{name.upper()}"
        assert _default(name) in own[0]


def test_the_docs_name_no_setting_that_does_not_exist() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in SETTINGS} | {CONFIG_VARIABLE}
    for path in repository.files():
        if path.suffix == ".md":
            named = set(re.findall(rf"\b{PREFIX}[A-Z][A-Z_]*[A-Z]\b", repository.text(str(path))))
            assert named <= known, path


def test_the_example_file_holds_every_setting_with_its_default() -> None:
    defaults = {name: field.default for name, field in SETTINGS.items()}
    assert tomllib.loads(repository.text(EXAMPLE)) == defaults


def test_the_example_file_explains_each_setting() -> None:
    """The help stands in the comment right above the key, broken into lines as it fits."""
    for name, field in SETTINGS.items():
        before, _, _ = repository.text(EXAMPLE).partition(f"\n{name} = ")
        comment = before.rpartition("\n\n")[2]
        words = " ".join(line.removeprefix("#").strip() for line in comment.splitlines())
        assert field.metadata["help"] in words
