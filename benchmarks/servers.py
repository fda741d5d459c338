"""What is measured and what it is compared with, each a process group on the first core: the
service, a bare granian and nginx with the same bytes, Isso. All end with their `with`.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from load import CORES, SERVER_CORE, Answer, Call, ask

from comments_service.settings import Settings

HERE = Path(__file__).parent
START_SECONDS = 60
STOP_SECONDS = 15
PAUSE = 0.002
CHOSEN = {"secret_key": "b" * 32, "moderation": "none", "trusted_proxies": "127.0.0.1"}
ISSO_PYTHON = HERE.parent / ".venv-bench" / "bin" / "python"
ISSO_WORKERS = 4  # as its documentation has it
MADE_BY_THE_SERVER = {"connection", "content-length", "date", "server", "transfer-encoding"}

NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{}}
http {{
  access_log off;
  keepalive_requests 100000000;
  open_file_cache max=10;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      root {folder};
      try_files /answer =404;
      etag off;
      types {{}}
      default_type {kind};
      {headers}
    }}
  }}
}}
"""

ISSO = """
[general]
dbpath = {folder}/isso.sqlite3
host = http://127.0.0.1:{port}/
[guard]
enabled = false
[server]
listen = http://127.0.0.1:{port}/
"""


@dataclass(frozen=True)
class Server:
    port: int
    pid: int


def chosen(folder: Path, **more: Any) -> Settings:
    """What the service is measured with: nobody waits for a moderator, and everybody calls by way
    of a proxy, from a machine of his own, so that the rate limits count and let pass.
    """
    given: dict[str, Any] = {"data_dir": str(folder), **CHOSEN}
    return Settings(**given | more)


@contextmanager
def ours(
    folder: Path, *, workers: int = 1, pinned: bool = True, ready: Call | None = None
) -> Generator[Server]:
    """`comments serve` over the database in a folder, once it answers (`ready` with 200)."""
    given = {"data_dir": str(folder), **CHOSEN}
    port = free_port()
    command = [sys.executable, "-m", "comments_service", "serve"]
    with _process(
        [*command, "--port", str(port), "--workers", str(workers)],
        environment={f"COMMENTS_{name.upper()}": value for name, value in given.items()},
        pinned=pinned,
    ) as process:
        wait(port, process, ready)
        yield Server(port, process.pid)


@contextmanager
def bare(folder: Path, answer: Answer) -> Generator[Server]:
    """A WSGI function that gives the same answer to everything, on the same server."""
    port = free_port()
    _keep(folder, answer)
    with _process([sys.executable, str(HERE / "hello.py"), str(port), str(folder)]) as process:
        wait(port, process)
        yield Server(port, process.pid)


@contextmanager
def nginx(folder: Path, answer: Answer) -> Generator[Server]:
    """The same bytes from a file."""
    port = free_port()
    _keep(folder, answer)
    headers = "\n".join(
        f"add_header {name} {json.dumps(value)};"
        for name, value in _own_headers(answer)
        if name.lower() != "content-type"
    )
    kind = answer.header("content-type")
    configured = NGINX.format(folder=folder, port=port, headers=headers, kind=kind)
    Path(folder, "nginx.conf").write_text(configured)
    command = ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with _process(command) as process:
        wait(port, process)
        yield Server(port, process.pid)


@contextmanager
def isso(folder: Path) -> Generator[Server]:
    """Isso as its documentation runs it, without its limits on how often one may write."""
    port = free_port()
    Path(folder, "isso.cfg").write_text(ISSO.format(folder=folder, port=port))
    command = [str(ISSO_PYTHON), "-m", "gunicorn", "-b", f"127.0.0.1:{port}"]
    with _process(
        [*command, "-w", str(ISSO_WORKERS), "--preload", "isso.run"],
        environment={"ISSO_SETTINGS": str(folder / "isso.cfg")},
    ) as process:
        wait(port, process)
        yield Server(port, process.pid)


def wait(port: int, process: subprocess.Popen[bytes], call: Call | None = None) -> None:
    """Until it answers, whatever it says; until 200 when a call is given."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            answer = ask(port, call or Call("/"))
        except OSError:
            time.sleep(PAUSE)
            continue
        if call is None or answer.status == 200:
            return
    raise RuntimeError(f"{process.args} doesn't answer")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def _process(
    command: Sequence[str], *, environment: Mapping[str, str] | None = None, pinned: bool = True
) -> Generator[subprocess.Popen[bytes]]:
    """A process group that is told to stop, then killed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMMENTS_")}
    cores = [SERVER_CORE] if pinned else CORES
    process = subprocess.Popen(
        ["taskset", "-c", ",".join(map(str, cores)), *command],
        env=kept | dict(environment or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _keep(folder: Path, answer: Answer) -> None:
    folder.chmod(0o755)  # nginx gives its rights away
    Path(folder, "answer").write_bytes(answer.body)
    Path(folder, "headers.json").write_text(json.dumps(_own_headers(answer)))


def _own_headers(answer: Answer) -> list[tuple[str, str]]:
    return [one for one in answer.headers if one[0].lower() not in MADE_BY_THE_SERVER]
