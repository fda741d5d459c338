"""The least a WSGI application can do, on the server the service runs on and with its options: the
answer that lies in a folder, to everything. `hello.py PORT FOLDER`.
"""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces, RuntimeModes
from granian.log import LogLevels

from comments_service.cli.children import prepare
from comments_service.cli.supervisor import BLOCKING_THREADS, CONNECTIONS

Start = Callable[[str, list[tuple[str, str]]], object]
Hello = Callable[[dict[str, Any], Start], Sequence[bytes]]


def load(folder: Path) -> Hello:
    body = Path(folder, "answer").read_bytes()
    kept = json.loads(Path(folder, "headers.json").read_text())
    headers = [(name, value) for name, value in kept]
    headers.append(("Content-Length", str(len(body))))

    def hello(_environ: dict[str, Any], start: Start) -> Sequence[bytes]:
        start("200 OK", headers)
        return [body]

    return hello


def main() -> None:
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    prepare()
    server = Granian(
        "hello",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=BLOCKING_THREADS,
        runtime_mode=RuntimeModes.st,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        log_level=LogLevels.error,
    )
    server.serve(target_loader=lambda: load(folder), wrap_loader=False)


if __name__ == "__main__":
    main()
