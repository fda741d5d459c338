"""The demo from inside: its newspaper on a port of this process, its comments in a real service.

`comments demo` itself is tested by tests/cli; what stands here can be the same each time.
"""

from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from itertools import count
from pathlib import Path
from random import Random
from unittest.mock import patch

from time_machine import travel

from comments_service import clock, settings
from comments_service.app import create_app
from comments_service.database import db
from comments_service.demo import content
from comments_service.demo.mailbox import Mailbox
from comments_service.demo.pages import PageServer
from comments_service.demo.seed import seed
from comments_service.operations import upgrades
from tests.conftest import SECRET_KEY
from tests.services.service import Service

CHANCE = 7  # of which avatars are made that can be told apart


@contextmanager
def running(folder: Path, *, at: datetime | None = None) -> Generator[PageServer]:
    """Its pages, once the service has all their comments; with `at` made at that moment, and
    without chance: the same avatars, dates and ages each time.
    """
    demo = content.load()
    with Mailbox() as mailbox:
        service = Service(
            folder,
            {
                **demo.settings,
                "data_dir": folder,
                "secret_key": SECRET_KEY,
                "smtp_url": mailbox.url,
            },
        )
        with _fixed(at) if at else nullcontext():
            pages = PageServer(demo, mailbox, service_url=service.url)
            _fill(service, demo, pages.page_origin)
        with pages:
            try:
                service.start()
                yield pages
            finally:
                service.close()


@contextmanager
def _fixed(moment: datetime) -> Generator[None]:
    chance, numbers = Random(CHANCE).randbytes, count(1).__next__
    with (
        travel(moment, tick=False),
        patch.object(clock, "random_bytes", chance),
        patch.object(clock, "new_id", numbers),
    ):
        yield


def _fill(service: Service, demo: content.Content, page_origin: str) -> None:
    chosen = settings.load(service.env)
    for _step in upgrades.upgrade(chosen):
        pass
    with create_app(chosen).app_context():
        seed(demo, page_origin=page_origin)
        db.engine.dispose()
