"""The mark beside a SQLite database: who sees it change, and what belongs to whom."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from comments_service import marks
from comments_service.marks import Mark

CHANGE = "import sys; from comments_service.marks import Mark; Mark(sys.argv[1]).change()"
CHANGE_WITHOUT_ROOM = """
import resource, sys
from comments_service.marks import Mark
mark = Mark(sys.argv[1])
before = mark.value
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
mark.change()
assert mark.value == before
"""


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = tmp_path / "comments.sqlite3"
    path.touch(mode=0o640)
    return str(path)


def test_it_is_another_number_after_each_change(database: str) -> None:
    mark = Mark(database)
    seen = {mark.value}
    for _ in range(100):
        mark.change()
        seen.add(mark.value)
    assert len(seen) == 101


def test_a_change_by_another_process_shows_and_opening_it_again_changes_nothing(
    database: str,
) -> None:
    mark = Mark(database)
    mark.change()
    before = mark.value
    assert Mark(database).value == before
    subprocess.run([sys.executable, "-c", CHANGE, database], check=True, timeout=60)
    assert mark.value != before


def test_who_may_write_to_the_database_may_change_its_mark(database: str) -> None:
    owner = (12_345, 12_346) if os.geteuid() == 0 else (os.getuid(), os.getgid())
    os.chown(database, *owner)
    Mark(database)
    found = Path(database + marks.SUFFIX).stat()
    assert (found.st_uid, found.st_gid) == owner
    assert stat.S_IMODE(found.st_mode) == 0o640


def test_what_is_no_mark_is_left_alone(database: str, tmp_path: Path) -> None:
    """Root would otherwise cut it and give it away."""
    other = tmp_path / "other"
    other.write_text("not a mark at all")
    Path(database + marks.SUFFIX).symlink_to(other)
    with pytest.raises(OSError, match="symbolic link"):
        Mark(database)
    Path(database + marks.SUFFIX).unlink()
    other.rename(database + marks.SUFFIX)
    with pytest.raises(OSError, match="something else"):
        Mark(database)
    assert Path(database + marks.SUFFIX).read_text() == "not a mark at all"


def test_a_change_that_finds_no_room_on_the_disk_is_none(database: str) -> None:
    """A limit on the size of files refuses as a full disk does."""
    subprocess.run([sys.executable, "-c", CHANGE_WITHOUT_ROOM, database], check=True, timeout=60)


def test_without_a_database_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        marks.of(str(tmp_path / "nothing.sqlite3"))
    assert not list(tmp_path.iterdir())
