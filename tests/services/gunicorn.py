"""The same installation, served by gunicorn with the very command that docs/operating.md tells."""

import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.services.service import Service

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "operating.md"
COMMAND = re.compile(r"^\.venv/bin/(gunicorn .+? wsgi:app)$", re.MULTILINE | re.DOTALL)


def documented() -> list[str]:
    """The words of the command, without the folder it stands in."""
    found = COMMAND.search(DOCUMENT.read_text(encoding="utf-8"))
    assert found, f"{DOCUMENT} has no command that serves wsgi:app by gunicorn"
    return shlex.split(found[1].replace("\\\n", " "))


class Gunicorn(Service):
    def command(self, *options: str) -> Sequence[str | Path]:
        program, *words = documented()
        words[words.index("--bind") + 1] = f"127.0.0.1:{self.port}"
        return [Path(sys.executable).with_name(program), "--chdir", str(ROOT), *options, *words]
