import os
import signal
import subprocess
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services import pids, processes
from tests.services.service import COMMAND


@contextmanager
def demo(folder: Path, *options: str | Path) -> Generator["subprocess.Popen[str]"]:
    """Started in a session of its own, where Ctrl-C can be typed."""
    process = subprocess.Popen(
        [COMMAND, "demo", "--port", str(processes.free_port()), *options],
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            for pid in pids.of_group(process.pid):
                os.kill(pid, signal.SIGKILL)


def lines(process: "subprocess.Popen[str]") -> dict[str, str]:
    """What it prints: three names, each with an address."""
    assert process.stdout
    said = [process.stdout.readline().rstrip("\n").partition(": ") for _ in range(3)]
    return {name: address for name, _, address in said}


def status(address: str) -> int:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.status


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_shows_a_page_an_admin_and_mails_and_leaves_nothing(
    number: signal.Signals, tmp_path: Path
) -> None:
    with demo(tmp_path, "--page-port", str(processes.free_port())) as process:
        said = lines(process)
        assert list(said) == ["page", "admin", "mail"]
        assert [status(address) for address in said.values()] == [200, 200, 200]
        assert len(list(tmp_path.iterdir())) == 1
        os.killpg(process.pid, number)
        assert process.wait(timeout=20) == 0
        assert process.stderr
        assert process.stderr.read() == ""
        assert not pids.of_group(process.pid)
    assert not list(tmp_path.iterdir())


def test_a_killed_demo_leaves_no_process(tmp_path: Path) -> None:
    with demo(tmp_path, "--page-port", str(processes.free_port())) as process:
        lines(process)
        process.kill()
        assert process.stdout
        assert process.stdout.read() == ""  # until the last process that could write has ended


def test_a_folder_that_was_empty_is_empty_again(tmp_path: Path) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    page_port = str(processes.free_port())
    with demo(tmp_path, "--page-port", page_port, "--data-dir", folder) as process:
        lines(process)
        assert (folder / "comments.sqlite3").exists()
        process.terminate()
        assert process.wait(timeout=20) == 0
    assert list(folder.iterdir()) == []


def test_a_folder_with_anything_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("kept")
    with demo(tmp_path, "--data-dir", tmp_path) as process:
        _, complaint = process.communicate(timeout=20)
    assert process.returncode == 1
    assert complaint == f"Error: {tmp_path} isn't an empty folder, and the demo empties it\n"
    assert (tmp_path / "mine").read_text() == "kept"


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    with demo(tmp_path, "--page-port", str(processes.free_port())) as first:
        port = lines(first)["page"].rpartition(":")[2].rstrip("/")
        with demo(tmp_path, "--page-port", port) as second:
            _, complaint = second.communicate(timeout=20)
        assert second.returncode == 1
        assert complaint == f"Error: http://127.0.0.1:{port} is taken: choose another port\n"
