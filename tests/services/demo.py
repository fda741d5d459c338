"""The demo from inside: its newspaper on a port of this process, its comments in a real service.

`comments demo` itself is tested by tests/cli; here its pages are, and their moment and chance can
be chosen.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from comments_service import settings
from comments_service.app import create_app
from comments_service.database import db
from comments_service.demo import content
from comments_service.demo.mailbox import Mailbox
from comments_service.demo.pages import PageServer
from comments_service.demo.seed import seed
from comments_service.operations import upgrades
from tests.services.service import Service


@contextmanager
def running(folder: Path) -> Generator[PageServer]:
    """Its pages, once the service has all their comments."""
    demo = content.load()
    with Mailbox() as mailbox:
        service = Service(
            folder,
            {
                **demo.settings,
                "data_dir": folder,
                "secret_key": "a fixed secret for tests only of enough length",
                "smtp_url": mailbox.url,
            },
        )
        with PageServer(demo, mailbox, service_url=service.url) as pages:
            _fill(service, demo, pages.page_origin)
            try:
                service.start()
                yield pages
            finally:
                service.close()


def _fill(service: Service, demo: content.Content, page_origin: str) -> None:
    chosen = settings.load(service.env)
    for _step in upgrades.upgrade(chosen):
        pass
    with create_app(chosen).app_context():
        seed(demo, page_origin=page_origin)
        db.engine.dispose()
