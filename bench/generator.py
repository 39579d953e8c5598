"""People per second of generating an invented city, rows beside them, and the peak memory of the process.

In SQLite, and in PostgreSQL as well when ``GUANTONG_TEST_POSTGRES`` holds the address of a server where databases may
be made. Everybody is invented.

    python -m bench.generator [PEOPLE]
"""

import asyncio
import resource
import sys
import tempfile
import time
from pathlib import Path

from bench._databases import has_postgresql, postgresql
from core.storage.migrate import upgrade
from server.crowd import crowd_of
from server.demo import seed
from server.settings import Settings, load_settings
from server.wiring import open_parts


def peak() -> float:
    """MB that this process had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def generated(settings: Settings, people: int, what: str) -> None:
    await upgrade(settings.database)
    async with open_parts(settings) as parts:
        await seed(parts)
        before, worked = peak(), time.process_time()
        told = await (await crowd_of(parts, 1)).run(people)
        processor = time.process_time() - worked
    print(
        f"{what}: {told.people} people and {told.rows} rows in {told.seconds:.0f} s, "
        f"{told.people / told.seconds:.0f} people/s ({told.people / processor:.0f} a second of processor time), "
        f"{told.rows / told.seconds:.0f} rows/s; peak {peak():.0f} MB, {before:.0f} MB before"
    )


async def main(people: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        await generated(load_settings(home=Path(home)), people, "sqlite")
        size = sum(file.stat().st_size for file in Path(home).glob("*.db*")) / 2**20
        print(f"file of {size:.0f} MB")
    if not has_postgresql():
        return
    with postgresql() as url, tempfile.TemporaryDirectory() as home:
        await generated(load_settings(home=Path(home), database_url=url), people, "postgresql")


if __name__ == "__main__":
    asyncio.run(main(int([*sys.argv[1:], "100000"][0])))
