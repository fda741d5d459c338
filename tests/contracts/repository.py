"""What the structural tests read: the checkout's files as they would be committed."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "comments_service"


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def files() -> list[Path]:
    """Every file that is or could be committed, relative to the root."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = (Path(name) for name in listing.stdout.split("\0") if name)
    return [path for path in paths if (ROOT / path).is_file()]


def headings(path: str) -> set[str]:
    """The headings of a Markdown file, without their signs."""
    return {line.strip("`# ") for line in re.findall(r"^#+ .*$", text(path), re.MULTILINE)}
