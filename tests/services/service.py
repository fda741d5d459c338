"""The real thing: `comments serve` in its own processes, and the command line beside it."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from click.testing import CliRunner
from flask import Flask

from comments_service.app import create_app
from comments_service.cli import cli
from comments_service.database import db
from comments_service.settings import Settings
from tests.services import processes

COMMAND = Path(sys.executable).with_name("comments")
READY = "/health/ready"
# `WITHOUT_READY=1 make test`: the same tests, with every answer made by Flask.
LAYER: dict[str, object] = {"ready_bytes": 0} if os.environ.get("WITHOUT_READY") else {}


class Service:
    """One installation: its settings, its processes while they run, and its log.

    Settings are given by their names in `Settings`; everything else of the environment that
    begins with COMMENTS_ is dropped.
    """

    def __init__(self, folder: Path, settings: Mapping[str, object]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "service.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._started: list[subprocess.Popen[bytes]] = []
        others = {key: value for key, value in os.environ.items() if key[:9] != "COMMENTS_"}
        own = {"public_url": self.url, **LAYER, **settings}
        self.env = others | {f"COMMENTS_{key.upper()}": str(own[key]) for key in own}

    def start(self, *options: str) -> None:
        """Start it and return once it is ready; raise with its log when it isn't."""
        self.process = processes.start(self.command(*options), log=self.log, env=self.env)
        self._started.append(self.process)
        self.wait()

    def wait(self) -> None:
        """Until it answers, or whoever has its port; raise with its log when it ends instead."""
        process = self._running()
        processes.wait_until(self._is_ready, process=process, log=self.log, seconds=30)

    def command(self, *options: str) -> Sequence[str | Path]:
        return [COMMAND, "serve", "--port", str(self.port), *options]

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + READY, timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def cli(self, *arguments: str) -> str:
        """What `comments …` prints; a failure raises with its one line.

        Here and not in a process of its own, which would need most of a second to start.
        """
        made: list[Flask] = []

        def factory(settings: Settings | None = None) -> Flask:
            made.append(create_app(settings))
            return made[-1]

        others = dict.fromkeys(key for key in os.environ if key[:9] == "COMMENTS_")
        done = CliRunner().invoke(cli, arguments, obj=factory, env=others | self.env)
        for app in made:
            with app.app_context():
                db.engine.dispose()
        if done.exit_code:
            words = " ".join(arguments)
            why = done.stderr.strip() or repr(done.exception)
            raise AssertionError(f"comments {words}: {done.exit_code}: {why}")
        return done.stdout

    def stop(self) -> None:
        """End it as systemd would; it must finish in order."""
        process = self._running()
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(timeout=20)
        finally:
            processes.kill_group(process)
        assert code == 0, f"it ended with {code}:\n{self.log.read_text()}"

    def kill(self) -> None:
        """Kill -9 the supervisor alone; its children have to notice."""
        process = self._running()
        process.kill()
        process.wait()

    def kill_all(self) -> None:
        """Kill -9 every process of it at once, as a power cut would."""
        processes.kill_group(self._running())

    def close(self) -> None:
        """Stop it if it still runs, and leave nothing behind, of earlier starts neither."""
        try:
            if self.process and self.process.poll() is None:
                self.stop()
        finally:
            for process in self._started:
                processes.kill_group(process)

    def _running(self) -> subprocess.Popen[bytes]:
        assert self.process, "the service hasn't been started"
        return self.process
