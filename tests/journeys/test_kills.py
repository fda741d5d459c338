import os

import pytest

from comments_service.demo.mailbox import Mailbox
from tests.conftest import StartService
from tests.journeys.siege import SETTINGS, Siege

POSTS = int(os.environ.get("SIEGE_POSTS", "120"))  # `make soak` posts thousands
KILLS = int(os.environ.get("SIEGE_KILLS", "5"))
ORPHAN_SECONDS = 1.0


@pytest.mark.timeout(120 + POSTS // 2 + KILLS * 20)
def test_nothing_is_lost_or_doubled_when_the_service_is_killed(
    start_service: StartService, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Mailbox() as mailbox:
        service = start_service(smtp_url=mailbox.url, **SETTINGS)
        tally = Siege(service, mailbox, posts=POSTS, kills=KILLS).run(database_url)
    with capsys.disabled():
        print(f"\n{database_url.partition(':')[0]}: {tally}")  # noqa: T201 - the soak's figures
    assert len(tally.acknowledged) == POSTS
    assert len(tally.restarted) == KILLS
    assert tally.missing == []
    assert tally.doubled == []
    assert tally.unmailed == []
    assert tally.mailed_twice == []
    assert tally.repeated <= KILLS
    assert max(tally.orphaned) <= ORPHAN_SECONDS
    assert tally.integrity == "ok"
