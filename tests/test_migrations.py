"""Every migration leads to the tables the models describe, back, and there again, on each kind."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

from comments_service import migrations, models
from comments_service.database import Base
from comments_service.models import words

_ = models  # importing the package fills Base.metadata

# On SQLite neither SQLAlchemy nor Alembic can read an index of an expression: only its name counts.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index"),
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based"),
]


def tables(url: str) -> set[str]:
    """But for the index of words, which is no table of the models, and what FTS5 keeps it in."""
    found = inspect(create_engine(url, poolclass=NullPool)).get_table_names()
    return {name for name in found if not name.startswith(words.NAME)}


def described(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and (name or "").startswith(words.NAME))


def differences(url: str) -> list[object]:
    """What autogenerate would still have to do."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        options = {"compare_type": True, "include_name": described}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Base.metadata))


def test_an_empty_database_is_brought_to_what_the_models_describe(empty_database_url: str) -> None:
    assert migrations.current(empty_database_url) is None
    migrations.upgrade(empty_database_url)
    assert migrations.current(empty_database_url) == migrations.head()
    assert tables(empty_database_url) == {*Base.metadata.tables, "alembic_version"}
    assert differences(empty_database_url) == []


def test_every_index_of_the_models_is_there(empty_database_url: str, database_kind: str) -> None:
    migrations.upgrade(empty_database_url)
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
        "postgresql": "SELECT indexname FROM pg_indexes",
    }
    with create_engine(empty_database_url, poolclass=NullPool).connect() as connection:
        there = set(connection.execute(text(catalogue[database_kind])).scalars())
    wanted = {index.name for table in Base.metadata.tables.values() for index in table.indexes}
    assert wanted <= there


def test_upgrading_again_changes_nothing(empty_database_url: str) -> None:
    migrations.upgrade(empty_database_url)
    migrations.upgrade(empty_database_url)
    assert differences(empty_database_url) == []


def test_all_of_it_can_be_undone_and_done_again(empty_database_url: str) -> None:
    migrations.upgrade(empty_database_url)
    migrations.downgrade(empty_database_url, "base")
    assert migrations.current(empty_database_url) is None
    assert tables(empty_database_url) == {"alembic_version"}
    migrations.upgrade(empty_database_url)
    assert differences(empty_database_url) == []


def test_only_revisions_of_this_version_are_known() -> None:
    assert migrations.is_known(migrations.head())
    assert not migrations.is_known("of a later version")


def test_the_files_are_numbered_in_the_order_that_alembic_follows() -> None:
    folder = Path(migrations.__file__).parent
    newest_first = [step.revision for step in ScriptDirectory(folder).walk_revisions()]
    assert newest_first[0] == migrations.head()
    assert all(map(migrations.is_known, newest_first))
    assert newest_first == sorted(newest_first, reverse=True)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_database_is_only_read_to_learn_its_revision(empty_database_url: str) -> None:
    assert migrations.current(empty_database_url) is None
    assert tables(empty_database_url) == set()
