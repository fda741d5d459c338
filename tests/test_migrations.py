"""Every migration leads to the tables the models describe, back, and there again, on each kind."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect
from sqlalchemy.pool import NullPool

from comments_service import migrations, models
from comments_service.database import Base

_ = models  # importing the package fills Base.metadata


def tables(url: str) -> set[str]:
    return set(inspect(create_engine(url, poolclass=NullPool)).get_table_names())


def differences(url: str) -> list[object]:
    """What autogenerate would still have to do."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def test_an_empty_database_is_brought_to_what_the_models_describe(empty_database_url: str) -> None:
    assert migrations.current(empty_database_url) is None
    migrations.upgrade(empty_database_url)
    assert migrations.current(empty_database_url) == migrations.head()
    assert tables(empty_database_url) == {*Base.metadata.tables, "alembic_version"}
    assert differences(empty_database_url) == []


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


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_database_is_only_read_to_learn_its_revision(empty_database_url: str) -> None:
    assert migrations.current(empty_database_url) is None
    assert tables(empty_database_url) == set()
