from itertools import count

import pytest
from flask import Flask
from sqlalchemy import text

from comments_service.database import db
from comments_service.domain.limits import SHOWN_REPORTS
from comments_service.domain.people import Asker
from comments_service.domain.reports import Reason
from comments_service.operations import reports, sites
from comments_service.queries import reported
from comments_service.queries import sites as site_queries
from tests.rows import statements
from tests.scene import PAGE, Scene

OTHER = "https://kiln.example/glaze"
_numbers = count(1)


@pytest.fixture
def other(scene: Scene) -> int:
    return sites.add("Kiln & Clay", ["https://kiln.example"])


def post(scene: Scene, *, times: int, page: str = PAGE) -> int:
    """A comment that so many readers of one network reported."""
    one = scene.post(page=page)
    site, _page = site_queries.of_page(page)
    for _ in range(times):
        reader = next(_numbers).to_bytes(16)
        asker = Asker(visitor=reader, network="one network")
        reports.report(one, Reason.OTHER, f"No. {reader[-1]}", site=site, asker=asker)
    return one


def ids(*, limit: int = 50, **query: reported.Place) -> list[int]:
    return [row.id for row in reported.comments(site_ids=None, limit=limit, **query)]


def test_the_most_reported_stands_first_and_any_page_goes_on_where_the_last_ended(
    scene: Scene,
) -> None:
    few, most, also_few, _none = (post(scene, times=times) for times in (1, 3, 1, 0))
    assert ids() == [most, also_few, few]
    assert ids(limit=2) == [most, also_few]
    assert ids(after=(3, most)) == [also_few, few]
    assert ids(after=(1, also_few)) == [few]
    assert ids(after=(1, few)) == []
    assert reported.previous(site_ids=None, before=(1, few)) == also_few
    assert reported.previous(site_ids=None, before=(1, also_few)) == most
    assert reported.previous(site_ids=None, before=(3, most)) is None
    assert [reported.count(site_ids=None, before=place) for place in ((3, most), (1, few))] == [
        0,
        2,
    ]
    assert reported.place(also_few, site_ids=None) == (1, also_few)


def test_a_list_is_of_its_sites_alone(scene: Scene, other: int) -> None:
    here, there = post(scene, times=1), post(scene, times=2, page=OTHER)
    theirs = frozenset({other})
    assert [row.id for row in reported.comments(site_ids=theirs, limit=9)] == [there]
    assert (reported.count(site_ids=theirs), reported.count(site_ids=None)) == (1, 2)
    assert reported.place(here, site_ids=theirs) is None
    assert reported.previous(site_ids=theirs, before=(1, there)) == there
    assert reported.comments(site_ids=frozenset(), limit=9) == []


def test_a_comment_shows_its_newest_reports_and_how_many_there_are(scene: Scene) -> None:
    post(scene, times=SHOWN_REPORTS + 5)
    [row] = reported.comments(site_ids=None, limit=9)
    assert row.reports_count == SHOWN_REPORTS + 5
    assert len(row.reports) == SHOWN_REPORTS
    assert [said.text for said in row.reports] == sorted(
        (said.text or "" for said in row.reports), key=lambda text: int(text[4:]), reverse=True
    )


def test_a_page_takes_the_same_statements_however_long(scene: Scene) -> None:
    post(scene, times=1)
    with statements(scene.app) as few:
        ids()
    for _ in range(4):
        post(scene, times=2)
    with statements(scene.app) as many:
        assert len(ids()) == 5
    assert len(few) == len(many) <= 4


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_only_what_is_reported_is_read(app: Flask) -> None:
    with statements(app) as sent, app.app_context():
        reported.comments(site_ids=None, limit=9, after=(2, 1))
        reported.count(site_ids=None, before=(2, 1))
    with app.app_context(), db.engine.connect() as connection:
        for one in sent:
            binds = {f"b{number}": 1 for number in range(one.count("?"))}
            for name in binds:
                one = one.replace("?", f":{name}", 1)  # noqa: PLW2901
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {one}"), binds).all()
            assert "ix_comments_reported" in str(plan), plan
