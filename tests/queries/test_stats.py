from datetime import UTC, datetime, timedelta

import time_machine

from comments_service.domain.people import Asker
from comments_service.domain.reports import Reason
from comments_service.domain.states import Decision
from comments_service.operations import comments, reports, sites
from comments_service.queries import sites as site_queries
from comments_service.queries.stats import DayRow, stats
from tests.rows import statements
from tests.scene import PAGE, START, Scene

OTHER = "https://kiln.example/glaze"


def test_figures_of_nothing_are_zero(scene: Scene) -> None:
    found = stats(site_ids=None)
    assert found.states == {"pending": 0, "approved": 0, "rejected": 0, "spam": 0, "deleted": 0}
    assert (found.held_edits, found.reported, found.threads) == (0, 0, 0)
    assert found.oldest_pending is None
    assert [one.day for one in found.days] == [
        START.date() - timedelta(days=29 - number) for number in range(30)
    ]
    assert {(one.posted, one.approved, one.rejected, one.spam) for one in found.days} == {
        (0, 0, 0, 0)
    }


def test_figures_count_what_is_and_what_happened_by_day(scene: Scene) -> None:
    visitor = b"0123456789abcdef"
    first, edited, gone = scene.post(), scene.post(visitor=visitor), scene.post()
    site, _page = site_queries.of_page(PAGE)
    comments.edit(edited, "Another text.", site=site)
    reports.report(
        first, Reason.SPAM, None, site=site, asker=Asker(visitor=None, network="a network")
    )
    scene.decide(gone, Decision.DELETE)
    scene.at.shift(24 * 3600)
    waits = scene.post(approve=False)
    scene.decide(scene.post(approve=False), Decision.SPAM)
    scene.decide(scene.post(approve=False), Decision.REJECT)
    found = stats(site_ids=frozenset({site.id}))
    assert found.states == {"pending": 1, "approved": 2, "rejected": 1, "spam": 1, "deleted": 1}
    assert (found.held_edits, found.reported, found.threads) == (1, 1, 1)
    assert found.oldest_pending == START + timedelta(days=1)
    assert waits
    today = START.date() + timedelta(days=1)
    assert found.days[-2:] == [
        DayRow(day=START.date(), posted=3, approved=3),
        DayRow(day=today, posted=3, rejected=1, spam=1),
    ]


def test_days_end_at_midnight_utc_and_the_31st_is_forgotten(scene: Scene) -> None:
    scene.post()
    for moment, place, figures in (
        (datetime(2026, 5, 3, 23, 59, 59, 999_999, UTC), -1, 1),
        (datetime(2026, 5, 4, 0, 0, tzinfo=UTC), -2, 1),
        (datetime(2026, 6, 1, 12, tzinfo=UTC), 0, 1),
        (datetime(2026, 6, 2, 12, tzinfo=UTC), 0, 0),
    ):
        with time_machine.travel(moment, tick=False):
            assert stats(site_ids=None).days[place].posted == figures


def test_figures_of_a_site_are_its_own(scene: Scene) -> None:
    other = sites.add("Kiln & Clay", ["https://kiln.example"])
    scene.post()
    scene.post(page=OTHER)
    scene.post(page=OTHER, approve=False)
    found = stats(site_ids=frozenset({other}))
    assert (found.states["approved"], found.states["pending"], found.threads) == (1, 1, 1)
    assert (found.days[-1].posted, found.days[-1].approved) == (2, 1)
    whole = stats(site_ids=None)
    assert (whole.states["approved"], whole.threads, whole.days[-1].posted) == (2, 2, 3)


def test_figures_take_few_statements(scene: Scene) -> None:
    for _ in range(5):
        scene.post()
    with statements(scene.app) as sent:
        stats(site_ids=None)
    assert len(sent) <= 6
