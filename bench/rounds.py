"""Evaluations decided per second, end to end: from the application to two certificates, on SQLite and PostgreSQL.

One round of N applicants for a skill level and a title at once: applications, qualification review, three assessors'
marks, a committee of seven and its votes, results, public notice, filing, the bureau's review, certificates. Every deed
is its use case in its own transaction, with its permission, its rules, its audit event and, on PostgreSQL, its wall.

The peer is the floor: the very rows that the round left behind, inserted into an empty database by bare statements, one
after another, in as many transactions as there were deeds; nothing is read, decided or logged.

    GUANTONG_TEST_POSTGRES=postgresql://... python -m bench.rounds [--applicants N]
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func
from sqlmodel import select

from bench._databases import has_postgresql, postgresql
from core.models import METADATA, AuditEvent, CredentialTally, Evaluation
from core.services.committees import Choice
from core.services.results import conclude_round, notice_results
from core.services.rounds import lay_before_committee
from core.storage.database import Database
from core.storage.migrate import upgrade
from core.storage.row_scope import EVERY_ROW
from tests.core.round_case import BOTH
from tests.core.round_world import Rounds, rounds_in

Rows = dict[str, list[dict[str, Any]]]
# The tally is written by the database itself.
WRITTEN = [table for table in METADATA.sorted_tables if table.name != CredentialTally.__tablename__]


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds that passed, and seconds of this process's processor time."""

    seconds: float
    processor: float


@contextmanager
def clocked(into: list[Took]) -> Iterator[None]:
    began, worked = time.perf_counter(), time.process_time()
    yield
    into.append(Took(time.perf_counter() - began, time.process_time() - worked))


async def decided(yard: Rounds, applicants: int) -> None:
    """The whole round."""
    people = [await yard.worker(both=True, name=f"示例申报人{n}") for n in range(applicants)]
    await yard.opened()
    rows = [await yard.apply(one, **BOTH) for one in people]
    await yard.scoring(*rows)
    for row in rows:
        await yard.mark_all(row)
    await yard.pool()
    committee = await yard.draw()
    await yard.step(lay_before_committee)
    members = await yard.meet(committee)
    for row in rows:
        for member in members:
            await yard.vote(row, member, Choice.AGREE)
    await yard.step(conclude_round)
    await yard.step(notice_results)
    await yard.filed()
    await yard.certified()


async def contents(database: Database) -> Rows:
    """Every row, by table, parents first."""
    async with database.read(EVERY_ROW) as session:
        connection = await session.connection()
        return {
            table.name: [dict(row._mapping) for row in await connection.execute(sa.select(table))] for table in WRITTEN
        }


async def bare(database: Database, before: Rows, after: Rows, deeds: int) -> None:
    """What was added between ``before`` and ``after``, by bare inserts in ``deeds`` transactions."""
    known = {(name, row["id"]) for name, rows in before.items() for row in rows if "id" in row}
    new = [
        (table, row)
        for table in WRITTEN
        for row in after[table.name]
        if "id" in row and (table.name, row["id"]) not in known
    ]
    size = max(1, len(new) // deeds)
    for start in range(0, len(new), size):
        async with database.write(EVERY_ROW) as session:
            connection = await session.connection()
            for table, row in new[start : start + size]:
                await connection.execute(sa.insert(table).values(_by_itself(table, row)))


def _by_itself(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row without what it says of another row of its table, which may come after it."""
    own = {key.parent.name for key in table.foreign_keys if key.column.table is table}
    return {name: None if name in own else value for name, value in row.items()}


async def restored(database: Database, rows: Rows) -> None:
    async with database.write(EVERY_ROW) as session:
        connection = await session.connection()
        for table in WRITTEN:
            if rows[table.name]:
                await connection.execute(sa.insert(table), [_by_itself(table, row) for row in rows[table.name]])


@asynccontextmanager
async def sqlite() -> AsyncIterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        await upgrade(url)
        database = Database(url)
        yield database
        await database.dispose()


@asynccontextmanager
async def postgres() -> AsyncIterator[Database]:
    with postgresql() as url:
        await upgrade(url)
        database = Database(url)
        try:
            yield database
        finally:
            await database.dispose()


async def measured(label: str, opened: Any, applicants: int) -> None:
    took: list[Took] = []
    async with opened() as database:
        yard = await rounds_in(database)
        before = await contents(database)
        with database.count_queries() as sent, clocked(took):
            await decided(yard, applicants)
        async with database.read(EVERY_ROW) as session:
            evaluations = (await session.exec(select(func.count()).select_from(Evaluation))).one()
            logged = (await session.exec(select(func.count()).select_from(AuditEvent))).one()
        deeds = logged - len(before["audit_event"])
        after = await contents(database)
    async with opened() as database:
        await restored(database, before)
        with clocked(took):
            await bare(database, before, after, deeds)
    ours, floor = took
    print(
        f"{label}: {evaluations} evaluations in {ours.seconds:.1f} s: {evaluations / ours.seconds:.1f} a second; "
        f"{ours.processor / evaluations * 1000:.0f} ms of processor time, {deeds / evaluations:.0f} deeds and "
        f"{len(sent) / evaluations:.0f} statements each; bare inserts of the same rows {floor.seconds:.1f} s, "
        f"ratio {ours.seconds / floor.seconds:.1f}"
    )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--applicants", type=int, default=20)
    applicants = parser.parse_args().applicants
    await measured("SQLite", sqlite, applicants)
    if has_postgresql():
        await measured("PostgreSQL", postgres, applicants)


if __name__ == "__main__":
    asyncio.run(main())
