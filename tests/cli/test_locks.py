import os
import subprocess
import sys
from pathlib import Path

import pytest

from comments_service.cli import locks

HOLD = """
import sys, time
from pathlib import Path
from comments_service.cli import locks
with locks.held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> "subprocess.Popen[str]":
    """Another process that holds the lock until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_the_file_names_its_holder(tmp_path: Path) -> None:
    with locks.held(tmp_path):
        assert (tmp_path / locks.FILE).read_text() == f"{os.getpid()}\n"


def test_a_second_holder_is_refused_and_told_of_the_first(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        with (
            pytest.raises(locks.Locked, match=f"in use by process {other.pid}$"),
            locks.held(tmp_path),
        ):
            pytest.fail("held twice")
        other.communicate()


def test_it_waits_for_one_that_ends_in_time(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        assert other.stdin
        other.stdin.close()
        with locks.held(tmp_path, wait=10):
            assert (tmp_path / locks.FILE).read_text() == f"{os.getpid()}\n"


def test_it_ends_with_a_killed_holder(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        other.kill()
        other.wait()
        with locks.held(tmp_path):
            pass


def test_a_forked_child_does_not_keep_it(tmp_path: Path) -> None:
    told, tell = os.pipe()
    with locks.held(tmp_path):
        child = os.fork()
        if child == 0:
            os.read(told, 1)
            os._exit(0)
    try:
        with locks.held(tmp_path, wait=10):
            pass
    finally:
        os.write(tell, b".")
        os.waitpid(child, 0)
        os.close(told)
        os.close(tell)
