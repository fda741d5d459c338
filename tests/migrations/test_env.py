"""A migration is kept whole or not at all, and takes no row along that it didn't mean to."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from comments_service import migrations

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])

FAMILIES = """
    op.create_table(
        "parents",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(20)),
    )
    op.create_table(
        "children",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "parent_id",
            sa.Integer(),
            sa.ForeignKey("parents.id", name="fk_children_parents", ondelete="CASCADE"),
            nullable=False,
        ),
    )
    op.execute("INSERT INTO parents (id, name) VALUES (1, 'Ada'), (2, 'Ben')")
    op.execute("INSERT INTO children (id, parent_id) VALUES (10, 1), (11, 1), (12, 2)")
"""
COPIES_PARENTS = """
    with op.batch_alter_table("parents", recreate="always") as batch:
        batch.add_column(sa.Column("town", sa.String(20)))
        batch.alter_column("name", new_column_name="full_name")
"""
ADDS_TOWN = """
    op.add_column("parents", sa.Column("town", sa.String(20)))
"""
LOSES_A_PARENT = f"""
    {ADDS_TOWN}
    op.execute("DELETE FROM parents WHERE id = 2")
"""
FAILS_HALFWAY = f"""
    {ADDS_TOWN}
    op.execute("UPDATE parents SET town = 'Saltmarsh'")
    op.execute("UPDATE nothing_like_it SET town = 'Saltmarsh'")
"""
TEMPLATE = '''"""{revision}."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {before!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
{body}


def downgrade() -> None:
    pass
'''

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a migration on top of ours, in a copy of their folder that is used from now on."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(migrations.__file__).parent, folder)
    monkeypatch.setattr(migrations, "__file__", str(folder / "__init__.py"))

    def write(body: str) -> str:
        before = migrations.head()
        revision = f"{int(before) + 1:04}"
        source = TEMPLATE.format(revision=revision, before=before, body=body)
        (folder / "versions" / f"{revision}_test.py").write_text(source)
        return revision

    return write


def rows(url: str, query: str) -> Sequence[tuple[object, ...]]:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def is_as_it_was(url: str, revision: str) -> bool:
    """At that revision, its two families unchanged."""
    return (
        migrations.current(url) == revision
        and rows(url, "SELECT * FROM parents ORDER BY id") == [(1, "Ada"), (2, "Ben")]
        and rows(url, "SELECT * FROM children ORDER BY id") == [(10, 1), (11, 1), (12, 2)]
    )


@on_sqlite
def test_copying_a_table_keeps_the_rows_that_point_to_it(
    empty_database_url: str, write: Write
) -> None:
    """With foreign keys on, dropping the old copy would delete the children."""
    write(FAMILIES)
    migrations.upgrade(empty_database_url)
    last = write(COPIES_PARENTS)
    migrations.upgrade(empty_database_url)
    assert migrations.current(empty_database_url) == last
    parents = "SELECT id, full_name, town FROM parents ORDER BY id"
    assert rows(empty_database_url, parents) == [(1, "Ada", None), (2, "Ben", None)]
    children = "SELECT id, parent_id FROM children ORDER BY id"
    assert rows(empty_database_url, children) == [(10, 1), (11, 1), (12, 2)]


@on_sqlite
def test_a_migration_that_breaks_a_foreign_key_is_undone_whole(
    empty_database_url: str, write: Write
) -> None:
    before = write(FAMILIES)
    migrations.upgrade(empty_database_url)
    write(LOSES_A_PARENT)
    with pytest.raises(RuntimeError, match=r"broke 1 foreign keys: .*children"):
        migrations.upgrade(empty_database_url)
    assert is_as_it_was(empty_database_url, before)


def test_a_migration_that_fails_halfway_is_undone_whole(
    empty_database_url: str, write: Write
) -> None:
    before = write(FAMILIES)
    migrations.upgrade(empty_database_url)
    write(FAILS_HALFWAY)
    with pytest.raises((OperationalError, ProgrammingError), match="nothing_like_it"):
        migrations.upgrade(empty_database_url)
    assert is_as_it_was(empty_database_url, before)


def test_the_migrations_before_a_failing_one_are_kept(
    empty_database_url: str, write: Write
) -> None:
    ours = migrations.head()
    before = write(FAMILIES)
    write(FAILS_HALFWAY)
    with pytest.raises((OperationalError, ProgrammingError), match="nothing_like_it"):
        migrations.upgrade(empty_database_url)
    assert ours != before
    assert is_as_it_was(empty_database_url, before)


def test_a_migration_can_be_tried_again_when_it_is_mended(
    empty_database_url: str, write: Write, tmp_path: Path
) -> None:
    write(FAMILIES)
    last = write(FAILS_HALFWAY)
    with pytest.raises((OperationalError, ProgrammingError), match="nothing_like_it"):
        migrations.upgrade(empty_database_url)
    broken = tmp_path / "migrations" / "versions" / f"{last}_test.py"
    broken.write_text(broken.read_text().replace("nothing_like_it", "parents"))
    migrations.upgrade(empty_database_url)
    assert migrations.current(empty_database_url) == last
    towns = rows(empty_database_url, "SELECT DISTINCT town FROM parents")
    assert towns == [("Saltmarsh",)]
