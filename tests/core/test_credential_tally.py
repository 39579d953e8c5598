"""The tally of credentials is what a full count says: after every kind of write, among writers, while it is folded."""

import asyncio
from random import Random
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Credential, CredentialTally, Enterprise
from core.permissions import Actor, Role
from core.storage.credential_tally import any_to_fold, fold, keep_folded
from core.storage.database import Database
from core.storage.migrate import alembic_config
from core.storage.row_scope import EVERY_ROW, RowScope
from tests import builders as make
from tests.conftest import ON_POSTGRES, PostgresServer
from tests.core.tally_world import WRITES, Holder, counted, holder_in, kept, rows_kept
from tests.core.world import store

pytestmark = pytest.mark.anyio
STEPS = 60


@pytest.fixture
async def holder(database: Database) -> Holder:
    return await holder_in(database)


async def exact(database: Database) -> int:
    """How many credentials there are, by the tally; it is exact."""
    async with database.read(EVERY_ROW) as session:
        found = await counted(session)
        assert await kept(session) == found
    return sum(found.values())


@pytest.mark.parametrize("name", WRITES)
async def test_each_kind_of_write_is_counted(holder: Holder, name: str) -> None:
    chance = Random(name)
    async with holder.database.write(EVERY_ROW) as session:
        await WRITES["bulk"](session, holder, chance)
    before = await exact(holder.database)
    async with holder.database.write(EVERY_ROW) as session:
        await WRITES[name](session, holder, chance)
        assert await kept(session) == await counted(session), "also within the transaction"
    assert await exact(holder.database) != before or name in {"change", "change other"}


@pytest.mark.parametrize("seed", range(3))
async def test_the_tally_is_exact_after_every_step_of_a_walk(holder: Holder, seed: int) -> None:
    chance = Random(seed)
    for _ in range(STEPS):
        session: AsyncSession
        try:
            async with holder.database.write(EVERY_ROW) as session:
                for name in chance.choices(list(WRITES), k=chance.randrange(1, 4)):
                    await WRITES[name](session, holder, chance)
                    assert await kept(session) == await counted(session), name
                if chance.random() < 0.2:
                    raise LookupError
        except LookupError:
            pass
        if chance.random() < 0.3:
            await keep_folded(holder.database)
        await exact(holder.database)


@pytest.mark.parametrize("event", ["insert", "update", "delete"])
async def test_a_trigger_that_is_missing_would_be_noticed(holder: Holder, event: str) -> None:
    chance, write = Random(5), {"insert": "add", "update": "change", "delete": "delete all"}[event]
    async with holder.database.write(EVERY_ROW) as session:
        await WRITES["bulk"](session, holder, chance)
    on = " ON credential" if holder.database.dialect == "postgresql" else ""
    with pytest.raises(LookupError):
        async with holder.database.write(EVERY_ROW) as session:
            await (await session.connection()).exec_driver_sql(f"DROP TRIGGER credential_tally_{event}{on}")
            await WRITES[write](session, holder, chance)
            assert await kept(session) != await counted(session)
            raise LookupError
    await exact(holder.database)


async def test_replacing_a_row_counts_it_once(holder: Holder) -> None:
    """REPLACE of SQLite deletes what is in its way; the statement rules over the conflicts of what its triggers do."""
    if holder.database.dialect == "postgresql":
        verbs = [("INSERT", " ON CONFLICT (id) DO UPDATE SET level = excluded.level")]
    else:
        verbs = [("INSERT OR REPLACE", ""), ("INSERT OR IGNORE", ""), ("UPDATE OR REPLACE", "")]
    row, other = (make.credential(holder.person) for _ in range(2))
    async with holder.database.write(EVERY_ROW) as session:
        await store(session, row, other)
    names = ", ".join(Credential.__table__.c.keys())  # type: ignore[attr-defined]
    renewed = names.replace("level", "'skill:technician'")
    for verb, after in verbs:
        statement = f"{verb} INTO credential ({names}) SELECT {renewed} FROM credential WHERE true{after}"
        if verb.startswith("UPDATE"):
            statement = f"{verb} credential SET number = '{row.number}', issuer_name = 'same'"
        async with holder.database.write(EVERY_ROW) as session:
            await (await session.connection()).exec_driver_sql(statement)
        await exact(holder.database)
    assert await exact(holder.database) == (2 if holder.database.dialect == "postgresql" else 1)


async def test_writers_among_folders_and_readers_lose_nothing(holder: Holder) -> None:
    """Four importers at once, each in transactions of several writes, some of them undone; readers see both sides.

    One row they all change: who comes second waits, and finds another row than the one it saw.
    """
    database, done = holder.database, asyncio.Event()
    shared = holder.row(Random(9))
    async with database.write(EVERY_ROW) as session:
        await store(session, shared)

    async def change_shared(session: AsyncSession, holder: Holder, chance: Random) -> None:
        changed = sa.update(Credential).where(col(Credential.id) == shared.id).values(holder.some(chance))
        await (await session.connection()).execute(changed)

    async def write(seed: int) -> None:
        chance = Random(seed)
        for _ in range(12):
            try:
                async with database.write(EVERY_ROW) as session:
                    for one in chance.choices(
                        (WRITES["add"], WRITES["bulk"], WRITES["copy"], _change_own, change_shared), k=3
                    ):
                        await one(session, holder, chance)
                        await asyncio.sleep(0)
                    if chance.random() < 0.2:
                        raise LookupError
            except LookupError:
                pass

    async def read() -> None:
        while not done.is_set():
            async with database.read(EVERY_ROW) as session:
                first = await kept(session)
                await asyncio.sleep(0.002)
                assert first == await counted(session) == await kept(session)

    async def folding() -> None:
        while not done.is_set():
            await keep_folded(database)
            await asyncio.sleep(0)

    beside = [asyncio.create_task(one()) for one in (read, read, folding, folding)]
    await asyncio.gather(*(write(seed) for seed in range(4)))
    done.set()
    await asyncio.gather(*beside)
    assert await exact(database) > 0


async def _change_own(session: AsyncSession, holder: Holder, chance: Random) -> None:
    """Change what this transaction wrote, delete some of it, take back a part; others' rows would be waited for."""
    row, other = holder.row(chance), holder.row(chance)
    await store(session, row, other)
    nested = await session.begin_nested()
    await store(session, holder.row(chance))
    await nested.rollback()
    for name, value in holder.some(chance).items():
        setattr(row, name, value)
    await session.delete(other)
    await session.flush()


@ON_POSTGRES
async def test_folding_leaves_a_row_a_group_and_a_snapshot_as_it_was(holder: Holder) -> None:
    database, chance = holder.database, Random(1)
    for _ in range(8):
        async with database.write(EVERY_ROW) as session:
            await WRITES["bulk"](session, holder, chance)
            await WRITES["change"](session, holder, chance)
    async with database.read(EVERY_ROW) as reader:
        before, rows = await kept(reader), await rows_kept(reader)
        assert await any_to_fold(reader)
        await asyncio.gather(*(keep_folded(database) for _ in range(3)))
        assert (await kept(reader), await rows_kept(reader)) == (before, rows)
    async with database.read(EVERY_ROW) as session:
        assert await kept(session) == before
        assert await rows_kept(session) == len(before) < rows
        assert not await any_to_fold(session)
    async with database.write(EVERY_ROW) as session:
        await WRITES["delete all"](session, holder, chance)
    await keep_folded(database)
    async with database.read(EVERY_ROW) as session:
        assert await rows_kept(session) == 0


@ON_POSTGRES
async def test_a_fold_waits_for_nobody(holder: Holder) -> None:
    """Neither for a writer that is not done, whose rows it leaves, nor for another fold."""
    database, chance = holder.database, Random(1)
    for _ in range(2):
        async with database.write(EVERY_ROW) as session:
            await WRITES["bulk"](session, holder, chance)
    async with database.write(EVERY_ROW) as writer, database.write(EVERY_ROW) as folder:
        await WRITES["bulk"](writer, holder, chance)
        await asyncio.wait_for(fold(folder), 60)
        async with database.write(EVERY_ROW) as second:
            await asyncio.wait_for(fold(second), 60)
            assert await any_to_fold(second), "the second left it to the first"
    await exact(database)


@ON_POSTGRES
async def test_what_was_emptied_is_counted_as_empty(holder: Holder) -> None:
    async with holder.database.write(EVERY_ROW) as session:
        await WRITES["bulk"](session, holder, Random(1))
        await (await session.connection()).exec_driver_sql("TRUNCATE credential CASCADE")
        await WRITES["add"](session, holder, Random(2))
        assert await kept(session) == await counted(session) != {}
    await exact(holder.database)


@ON_POSTGRES
async def test_an_enterprise_writes_the_tally_by_its_credentials_alone_and_reads_none(
    holder: Holder, postgres: PostgresServer, postgres_database: str
) -> None:
    admin = RowScope.of(Actor.of(Role.ENTERPRISE_ADMIN, "示例", enterprise_id=holder.issuers[0].id))
    officer = RowScope.of(Actor.of(Role.BUREAU_OFFICER, "示例"))
    for scope in (admin, officer, RowScope("")):
        async with holder.database.write(scope) as session:
            await WRITES["bulk"](session, holder, Random(scope.grants))
            await WRITES["change"](session, holder, Random(scope.grants))
            await _refused(session)
    assert await exact(holder.database) > 0
    async with holder.database.read(admin) as session:
        assert await rows_kept(session) == 0
    async with holder.database.read(officer) as session:
        assert await rows_kept(session) > 0
    with psycopg.connect(postgres.address_of(postgres_database)) as connection:
        assert connection.execute("SELECT count(*) FROM credential_tally").fetchone() == (0,)


async def _refused(session: AsyncSession) -> None:
    """By itself nobody writes it, but for the platform."""
    for change in (sa.update(CredentialTally).values(count=9), sa.delete(CredentialTally)):
        changed: Any = await (await session.connection()).execute(change)
        assert changed.rowcount == 0
    with pytest.raises(DBAPIError, match="row-level security"):
        async with session.begin_nested():
            given = {"kind": "skill_certificate", "level": "skill:technician", "year": 2020, "count": 7}
            await (await session.connection()).execute(sa.insert(CredentialTally).values(given))


async def test_migrating_counts_what_is_on_record(empty_url: str) -> None:
    database = Database(empty_url)
    await database.migrate()
    holder, chance = await holder_in(database), Random(3)
    async with database.write(EVERY_ROW) as session:
        await WRITES["bulk"](session, holder, chance)

    def back(connection: sa.Connection) -> None:
        command.downgrade(alembic_config(connection), "0023")

    async with database.engine.begin() as connection:
        await connection.run_sync(back)
    async with database.write(EVERY_ROW) as session:
        for name in ("bulk", "change", "delete"):
            await WRITES[name](session, holder, chance)
    await database.migrate()
    assert await exact(database) > 0
    async with database.write(EVERY_ROW) as session:
        await WRITES["change"](session, holder, chance)
    await exact(database)
    await database.dispose()


async def test_an_issuer_may_go_when_its_credentials_are_gone(holder: Holder) -> None:
    async with holder.database.write(EVERY_ROW) as session:
        await WRITES["bulk"](session, holder, Random(1))
    async with holder.database.write(EVERY_ROW) as session:
        await WRITES["delete all"](session, holder, Random(1))
        gone: Any = await (await session.connection()).execute(
            sa.delete(Enterprise).where(col(Enterprise.id) == holder.issuers[0].id)
        )
        assert gone.rowcount == 1
        assert (await session.exec(select(Credential))).all() == []
