"""A word that its author took back is gone from the index's own tables, too, not only unfound."""

from collections.abc import Iterator

import pytest

from comments_service.database import db
from comments_service.domain.states import State
from comments_service.operations import comments, housekeeping, words
from comments_service.queries import moderation, sites
from tests.rows import statements
from tests.scene import Scene

REGRETTED = "zwetschgenknoedel"
MANY = " ".join(f"{number:x}ness" for number in range(1_000))
TABLES = ("comment_words_data", "comment_words_content")


@pytest.fixture
def database_kind() -> str:
    """The other database keeps no segments."""
    return "sqlite"


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "PAGES", 1)


def kept() -> int:
    """How often the regretted word stands in a table of FTS5's."""
    with db.engine.connect() as connection:
        rows = [
            row for table in TABLES for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        ]
    return sum(REGRETTED in repr(tuple(row)) for row in rows)


def regret(scene: Scene) -> None:
    [site] = sites.everything()
    comments.delete(scene.post(body=f"{REGRETTED} {MANY}"), site=site, by_token=False)


def steps() -> Iterator[None]:
    """What is to be done, a step at a time; it has an end."""
    for _ in range(100):
        if not words.purge():
            return
        yield
    raise AssertionError("it goes on for ever")


def test_a_forgotten_word_is_in_no_table_after_the_next_tidying(scene: Scene) -> None:
    stays = scene.post(body=f"What stays, {MANY}")
    regret(scene)
    assert kept()
    housekeeping.tidy()
    assert kept() == 0
    found = moderation.comments(State.APPROVED, site_ids=None, limit=9, q="3e7ness stays")
    assert [row.id for row in found] == [stays]


def test_what_is_forgotten_and_written_meanwhile_goes_too(scene: Scene) -> None:
    scene.post(body=MANY)
    regret(scene)
    for done, _step in enumerate(steps()):
        if done in {1, 3}:
            regret(scene)
            scene.post(body=MANY)
    assert done > 3  # pyright: ignore[reportPossiblyUnboundVariable] - or there is no step
    assert kept() == 0


def test_where_nothing_was_forgotten_nothing_is_written(scene: Scene) -> None:
    for number in range(3):
        scene.post(body=f"{number} {MANY}")
    with db.engine.connect() as connection:
        query = "SELECT id, block FROM comment_words_data ORDER BY id"
        before = connection.exec_driver_sql(query).all()
        connection.rollback()
        assert not words.purge()
        assert connection.exec_driver_sql(query).all() == before


def test_a_step_is_a_transaction_of_its_own(scene: Scene) -> None:
    scene.post(body=MANY)
    regret(scene)
    with statements(scene.app) as sent:
        housekeeping.tidy()
    merges = [one for one in sent if "'merge'" in one]
    assert len(merges) > 3
