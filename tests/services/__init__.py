"""The real servers that tests run against: started once a run, and never left behind."""

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from tempfile import TemporaryDirectory

from tests.services import postgresql, valkey


@contextmanager
def _shared_folder() -> Generator[str]:
    with TemporaryDirectory(prefix="comments-tests-") as folder:
        yield folder


STARTERS: Mapping[str, Callable[[], AbstractContextManager[str]]] = {
    "folder": _shared_folder,
    "postgresql": postgresql.running,
    "valkey": valkey.running,
}


class Services:
    """What one run shares, each started when first asked for and known by its address.

    With xdist the controller starts them and hands the addresses to its workers, so that there is
    one of each and its owner outlives everybody who talks to it.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        self._addresses = dict(given)
        self._running = ExitStack()

    def address(self, name: str) -> str:
        if name not in self._addresses:
            self._addresses[name] = self._running.enter_context(STARTERS[name]())
        return self._addresses[name]

    def all_addresses(self) -> dict[str, str]:
        return {name: self.address(name) for name in STARTERS}

    def stop(self) -> None:
        self._running.close()
