import os
import signal
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from comments_service.cli import cli
from tests.services.service import COMMAND, Service


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_told_to_stop(
    number: signal.Signals, database_url: str, tmp_path: Path
) -> None:
    service = Service(tmp_path, {"data_dir": tmp_path, "database_url": database_url})
    with subprocess.Popen([COMMAND, "worker", "run"], env=service.env) as process:
        while not _obeys(process.pid, number):
            assert process.poll() is None
        os.kill(process.pid, number)
        assert process.wait(timeout=20) == 0


def _obeys(pid: int, number: signal.Signals) -> bool:
    """Whether the process has a handler of its own for the signal; Python has one for SIGINT."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    wanted = {number, signal.SIGTERM}
    return all(caught >> (one - 1) & 1 for one in wanted)


def test_draining_nothing_says_so(app: Flask) -> None:
    drained = CliRunner().invoke(cli, ["worker", "drain"], obj=lambda: app)
    assert drained.exit_code == 0, drained.output
    assert drained.stdout == "0\n"
