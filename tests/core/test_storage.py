"""Databases: migrations, transactions, waiting writers, and types that mean the same on both engines."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError
from core.models import METADATA, Credential, Enterprise, Person, SchemeVersion
from core.storage import engine
from core.storage.database import Database
from core.storage.engine import make_engine
from core.storage.migrate import SCRIPTS, alembic_config, upgrade
from core.storage.row_scope import EVERY_ROW
from tests import builders as make

REPOSITORY = Path(__file__).parents[2]
HEAD = ScriptDirectory(str(SCRIPTS)).get_current_head()
pytestmark = pytest.mark.anyio


@pytest.fixture
async def changing(empty_url: str) -> AsyncIterator[Database]:
    """A migrated database whose tables the test may change."""
    database = Database(empty_url)
    await database.migrate()
    yield database
    await database.dispose()


def _differences(connection: sa.Connection) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True}
    return compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)


async def test_migrations_and_models_agree(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


def test_the_alembic_command_finds_nothing_to_write(tmp_path: Path) -> None:
    config = Config(REPOSITORY / "alembic.ini", stdout=StringIO())
    config.set_main_option("sqlalchemy.url", f"sqlite:///{tmp_path / 'migrations.db'}")
    command.upgrade(config, "head")
    command.check(config)


async def test_a_comparison_would_notice_a_missing_index(changing: Database) -> None:
    async with changing.engine.begin() as connection:
        await connection.exec_driver_sql("DROP INDEX ix_person_name_id")
        [(kind, index)] = await connection.run_sync(_differences)
    assert (kind, index.name) == ("add_index", "ix_person_name_id")


async def test_the_partial_unique_index_is_partial(database: Database) -> None:
    """Alembic does not compare the condition of an index, so look at what it does."""
    holder = make.person()
    async with database.write(EVERY_ROW) as session:
        session.add(holder)
        await session.flush()
        session.add(make.title(holder, number="一号", issuer_name="甲"))
        session.add(make.title(holder, number="一号", issuer_name="乙"))
        session.add(make.credential(holder, number="Y1", issuer_name="甲"))
    with pytest.raises(IntegrityError):
        async with database.write(EVERY_ROW) as session:
            session.add(make.credential(holder, number="Y1", issuer_name="乙"))


async def test_migrating_again_changes_nothing(changing: Database) -> None:
    async with changing.write(EVERY_ROW) as session:
        session.add(make.enterprise(key="kept"))
    await changing.migrate()
    async with changing.read(EVERY_ROW) as session:
        assert (await session.exec(select(Enterprise.key))).all() == ["kept"]


def _downgrade(connection: sa.Connection) -> list[str]:
    with connection.begin():
        command.downgrade(alembic_config(connection), "base")
    return [name for name in sa.inspect(connection).get_table_names() if not name.startswith("sqlite_")]


async def test_migrations_can_be_taken_back(changing: Database) -> None:
    async with changing.engine.connect() as connection:
        assert await connection.run_sync(_downgrade) == ["alembic_version"]


async def test_what_versions_on_record_declare_is_read_from_their_documents(changing: Database) -> None:
    owner = make.enterprise()
    scheme = make.scheme(owner)
    declared = {"key": "stages", "zh": "工序", "en": "Stages", "type": "integer", "on": "person"}
    told = [json.dumps({"manifest": {"fact": facts}}) for facts in ([declared], [{**declared, "computed": True}])]
    versions = [make.scheme_version(scheme, version=f"1.{n}.0", document=one) for n, one in enumerate([*told, "{}"])]
    async with changing.write(EVERY_ROW) as session:
        for row in (owner, scheme, *versions):
            session.add(row)
            await session.flush()

    def back(connection: sa.Connection) -> None:
        command.downgrade(alembic_config(connection), "0012")

    async with changing.engine.begin() as connection:
        await connection.run_sync(back)
    await changing.migrate()
    async with changing.read(EVERY_ROW) as session:
        found = (await session.exec(select(SchemeVersion.facts).order_by(col(SchemeVersion.version)))).all()
    assert found == [[{**declared, "computed": False}], [{**declared, "computed": True}], []]


async def test_replicas_that_migrate_together_take_turns(empty_url: str) -> None:
    await asyncio.gather(upgrade(empty_url), upgrade(empty_url), upgrade(empty_url))
    database = Database(empty_url)
    async with database.read(EVERY_ROW) as session:
        assert (await session.exec(select(Enterprise))).all() == []
    await database.dispose()


async def test_an_error_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(LookupError):
        async with database.write(EVERY_ROW) as session:
            session.add(make.enterprise())
            await session.flush()
            raise LookupError
    async with database.read(EVERY_ROW) as session:
        assert (await session.exec(select(Enterprise))).all() == []


async def test_a_reading_session_refuses_to_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"):
        async with database.read(EVERY_ROW) as session:
            session.add(make.enterprise())
    async with database.write(EVERY_ROW) as session:
        session.add(make.enterprise())


async def test_a_reader_keeps_its_snapshot_while_another_writes(database: Database) -> None:
    async with database.read(EVERY_ROW) as reader:
        assert (await reader.exec(select(Enterprise))).all() == []
        async with database.write(EVERY_ROW) as writer:
            writer.add(make.enterprise())
        assert (await reader.exec(select(Enterprise))).all() == []


async def test_writers_wait_for_one_another(database: Database) -> None:
    """Read, think, write, sixteen at once: with default settings of SQLite most of these would be lost."""
    row = make.enterprise(zh="0")
    async with database.write(EVERY_ROW) as session:
        session.add(row)

    async def add_one() -> None:
        async with database.write(EVERY_ROW) as session:
            query = select(Enterprise).where(Enterprise.id == row.id).with_for_update()
            found = (await session.exec(query)).one()
            await asyncio.sleep(0.002)
            found.zh = str(int(found.zh) + 1)

    await asyncio.gather(*(add_one() for _ in range(16)))
    async with database.read(EVERY_ROW) as session:
        assert (await session.exec(select(Enterprise.zh))).one() == "16"


async def test_a_writer_that_is_cancelled_while_it_waits_is_gone_before_the_lock_is(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_PATIENCE", 3_600_000)

    async def add_another() -> None:
        async with database.write(EVERY_ROW) as session:
            session.add(make.person())
            await session.flush()

    async with database.write(EVERY_ROW) as session:
        row = make.person()
        session.add(row)
        await session.flush()
        if database.dialect == "postgresql":
            await session.exec(sa.text('LOCK TABLE "person" IN ACCESS EXCLUSIVE MODE'))
        waiting = asyncio.create_task(add_another())
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(waiting, 60)
    await add_another()
    async with database.read(EVERY_ROW) as session:
        assert len((await session.exec(select(Person))).all()) == 2


async def test_a_row_that_refers_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write(EVERY_ROW) as session:
            session.add(make.credential(make.person()))


async def test_moments_come_back_in_utc_and_naive_ones_are_refused(database: Database) -> None:
    shanghai = timezone(timedelta(hours=8))
    async with database.write(EVERY_ROW) as session:
        session.add(make.person(created_at=datetime(2026, 3, 2, 12, 0, tzinfo=shanghai)))
    async with database.read(EVERY_ROW) as session:
        moment = (await session.exec(select(Person.created_at))).one()
    assert (moment, moment.tzinfo) == (datetime(2026, 3, 2, 4, 0, tzinfo=UTC), UTC)
    with pytest.raises(StatementError, match="naive datetime 2026-01-01 00:00:00 refused"):
        async with database.write(EVERY_ROW) as session:
            session.add(make.person(created_at=datetime(2026, 1, 1)))  # noqa: DTZ001


async def test_enums_are_kept_by_value_and_strangers_refused(database: Database) -> None:
    holder = make.person()
    async with database.write(EVERY_ROW) as session:
        session.add(holder)
        await session.flush()
        session.add(make.credential(holder))
    async with database.read(EVERY_ROW) as session:
        stored = (await session.exec(sa.text("SELECT kind, level FROM credential"))).one()  # type: ignore[call-overload]
    assert tuple(stored) == ("skill_certificate", "skill:senior_worker")
    with pytest.raises(StatementError, match="'no_such_kind' is not among the defined enum values"):
        async with database.write(EVERY_ROW) as session:
            session.add(make.credential(holder, kind="no_such_kind"))


async def test_text_sorts_by_code_point_on_both(database: Database) -> None:
    async with database.write(EVERY_ROW) as session:
        session.add_all([make.person(name=name) for name in ("b", "示", "B", "a", "例", "_")])
    async with database.read(EVERY_ROW) as session:
        names = (await session.exec(select(Person.name).order_by(Person.name))).all()
    assert names == ["B", "_", "a", "b", "例", "示"]


async def test_queries_are_counted_without_what_the_engine_sends(database: Database) -> None:
    with database.count_queries() as sent:
        async with database.read(EVERY_ROW) as session:
            await session.exec(select(Credential))
            await session.exec(select(Person))
    assert len(sent) == 2


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(GuantongError, match="SQLite needs a file"):
        make_engine(url)


def test_another_database_is_refused_by_name() -> None:
    with pytest.raises(GuantongError) as caught:
        make_engine("mysql://localhost/x")
    assert caught.value.code is ErrorCode.BAD_ARGUMENT
    assert caught.value.message.zh == "不支持数据库 mysql；请使用 sqlite 或 postgresql"


@pytest.mark.anyio
async def test_a_database_that_was_not_migrated_is_named_with_the_remedy(empty_url: str) -> None:
    database = Database(empty_url)
    try:
        with pytest.raises(GuantongError) as caught:
            await database.require_current()
        assert caught.value.code is ErrorCode.DATABASE_OUTDATED
        assert caught.value.message.zh == f"数据库结构版本为 无，应为 {HEAD}；请先运行 guantong migrate"
        assert caught.value.message.en == f"the database is at revision none, not {HEAD}; run guantong migrate first"
        await database.migrate()
        await database.require_current()
    finally:
        await database.dispose()
