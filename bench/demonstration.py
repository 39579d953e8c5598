"""Seconds to build the demonstration in an empty, migrated SQLite database, with the deeds that it is made of.

Every deed goes through its use case, with its permission, its rules and its audit event: ``make run`` waits for it
the first time. Processor time is that of this process.

    python -m bench.demonstration
"""

import asyncio
import tempfile
import time
from pathlib import Path

from sqlalchemy import func
from sqlmodel import select

from core.models import AuditEvent, Person, Round
from core.storage.row_scope import EVERY_ROW
from server.operations import load_demonstration, migrate_database
from server.settings import load_settings
from server.wiring import open_database


async def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings(home=Path(home))
        await migrate_database(settings)
        began, worked = time.perf_counter(), time.process_time()
        await load_demonstration(settings)
        seconds, processor = time.perf_counter() - began, time.process_time() - worked
        async with open_database(settings) as database, database.read(EVERY_ROW) as session:
            tables = (Person, Round, AuditEvent)
            counts = [(await session.exec(select(func.count()).select_from(table))).one() for table in tables]
    people, rounds, deeds = counts
    print(f"demonstration: {seconds:.1f} s, {processor:.1f} s of processor time")
    print(f"{people} people, {rounds} rounds, {deeds} deeds: {deeds / seconds:.0f} deeds per second")


if __name__ == "__main__":
    asyncio.run(main())
