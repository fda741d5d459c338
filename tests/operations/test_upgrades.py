from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from comments_service import migrations
from comments_service.operations import upgrades
from comments_service.settings import Settings


@pytest.fixture
def chosen(empty_database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path), database_url=empty_database_url)


@pytest.fixture
def embedded(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path))


def execute(chosen: Settings, statement: str) -> None:
    engine = create_engine(chosen.resolved_database_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def make_older(chosen: Settings) -> None:
    for _line in upgrades.upgrade(chosen):
        pass
    migrations.downgrade(chosen.resolved_database_url, "base")


def kept(chosen: Settings) -> list[Path]:
    return sorted((chosen.data_path / "backups").glob("*"))


def test_an_empty_database_is_made_and_then_left_alone(embedded: Settings) -> None:
    assert list(upgrades.make_current(embedded)) == [f"made the database ({migrations.head()})"]
    assert list(upgrades.make_current(embedded)) == []
    assert not kept(embedded)


def test_an_older_database_is_kept_before_it_is_upgraded(embedded: Settings) -> None:
    make_older(embedded)
    execute(embedded, "CREATE TABLE keepsake (id INTEGER)")
    lines = list(upgrades.make_current(embedded))
    (copy,) = kept(embedded)
    assert copy.name.startswith("comments-base-")
    assert lines == [
        f"kept the database as it was in {copy}",
        f"brought the database from base to {migrations.head()}",
    ]
    assert migrations.current(embedded.resolved_database_url) == migrations.head()
    assert migrations.current(f"sqlite:///{copy}") is None
    execute(Settings(database_url=f"sqlite:///{copy}"), "SELECT id FROM keepsake")


def test_a_newer_database_is_refused_and_left_alone(chosen: Settings) -> None:
    for _line in upgrades.upgrade(chosen):
        pass
    execute(chosen, "UPDATE alembic_version SET version_num = 'future'")
    for bring in (upgrades.make_current, upgrades.upgrade):
        with pytest.raises(upgrades.SchemaRefused, match=r"\(future\) is newer"):
            list(bring(chosen))
    assert migrations.current(chosen.resolved_database_url) == "future"
    assert not kept(chosen)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_start_never_changes_postgresql(chosen: Settings) -> None:
    with pytest.raises(upgrades.SchemaRefused, match="is empty: run `comments db upgrade`"):
        list(upgrades.make_current(chosen))
    assert list(upgrades.upgrade(chosen)) == [f"made the database ({migrations.head()})"]
    assert list(upgrades.make_current(chosen)) == []
