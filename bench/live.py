"""How soon the schema follows an activation, and what that costs 50 clients who go on asking meanwhile.

One real server on SQLite, or two on PostgreSQL when ``GUANTONG_TEST_POSTGRES`` names a server where databases may be
made. Fifty clients, each with a token of its own, ask for a person with the typed facts of a scheme again and again,
reading each answer for two seconds: while one more client suspends and activates the scheme, then for as long again
undisturbed. Measured are the milliseconds

* from the answer of an activation to the first answer of the new schema, by one who asks the same server all the while,
  with and without the fifty clients, and on the other replica;
* that any of the fifty waited longest, and in the median, at rest and meanwhile.

    python -m bench.live [--rounds N] [--seconds S]
"""

import argparse
import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench._databases import has_postgresql, postgresql
from core.storage.migrate import upgrade
from tests.server.live_world import Asking, Live, http_client, live_in
from tests.server.processes import PRODUCT, Running, running

CLIENTS = 50
PAUSE = 2.0  # seconds that a client reads what it was answered
BETWEEN_QUESTIONS = 0.03  # seconds; whoever asks without a pause takes the time that the schema needs to be built


@dataclass
class Crowd:
    """Clients who ask until told otherwise, and how long each answer took, in milliseconds."""

    asking: Asking
    live: Live
    clients: int = CLIENTS
    waits: list[float] = field(default_factory=list)

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """Meanwhile, they ask."""
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for number in range(self.clients):
                group.create_task(self._one(self.live.token_of(number), over))
            try:
                yield
            finally:
                over.set()

    async def _one(self, token: str, over: asyncio.Event) -> None:
        while not over.is_set():
            began = time.perf_counter()
            await self.asking.read(self.live, token)
            self.waits.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(PAUSE)

    def told(self) -> tuple[float, float]:
        """The median and the longest wait so far, which are then forgotten."""
        waits, self.waits = self.waits, []
        return statistics.median(waits), max(waits)


async def switched(one: Asking, observers: list[Asking], live: Live, rounds: int) -> list[list[float]]:
    """For each observer, the milliseconds from the answer of an activation to the first answer of the new schema."""
    found: list[list[float]] = [[] for _ in observers]
    for _ in range(rounds):
        for how in ("suspend", "activate"):
            names = [await _generation(each, live) for each in observers]
            await one.do(live.token, live.switch(how, "1.0.0"))
            began = time.perf_counter()
            took = await asyncio.gather(
                *(_until_other(each, live, name, began) for each, name in zip(observers, names, strict=True))
            )
            for times, milliseconds in zip(found, took, strict=True):
                times.append(milliseconds)
    return found


async def _generation(asking: Asking, live: Live) -> str:
    name: str = (await asking.read(live, live.token))["extensions"]["schemaGeneration"]
    return name


async def _until_other(asking: Asking, live: Live, name: str, began: float) -> float:
    while await _generation(asking, live) == name:
        await asyncio.sleep(BETWEEN_QUESTIONS)
    return (time.perf_counter() - began) * 1000


async def measure(servers: list[Running], live: Live, rounds: int, seconds: float) -> None:
    async with http_client(CLIENTS + 10) as client:
        every = [Asking(server.base, client) for server in servers]
        crowd = Crowd(every[0], live)
        _print("first answer of the new schema, nobody else asking", await switched(every[0], every, live, rounds))
        async with crowd.busy():
            await asyncio.sleep(seconds)
            crowd.told()  # everybody has connected by now
            began = time.perf_counter()
            took = await switched(every[0], every, live, rounds)
            meanwhile = crowd.told()
            # As long again, because whoever asks more often waits longer once.
            await asyncio.sleep(time.perf_counter() - began)
            rest = crowd.told()
        _print(f"first answer of the new schema, {CLIENTS} clients asking", took)
    ratios = [after / before for before, after in zip(rest, meanwhile, strict=True)]
    print(f"{CLIENTS} clients at rest: median {rest[0]:.0f} ms, longest {rest[1]:.0f} ms")
    print(f"while it is switched {2 * rounds} times: median {meanwhile[0]:.0f} ms, longest {meanwhile[1]:.0f} ms")
    print(f"that is {ratios[0]:.2f} times the median at rest, and {ratios[1]:.2f} times the longest")


def _print(what: str, found: list[list[float]]) -> None:
    for number, times in enumerate(found):
        where = "the same server" if number == 0 else "the other replica"
        print(f"{what}, {where}: median {statistics.median(times):.0f} ms, longest {max(times):.0f} ms")


@contextmanager
def serving(url: str, home: Path, replicas: int) -> Iterator[tuple[list[Running], Live]]:
    """Servers over one database with the example workshop in it."""
    homes = [home / str(number) for number in range(replicas)]
    live = asyncio.run(live_in(url, homes[0]))
    for other in homes[1:]:
        shutil.copytree(homes[0], other)
    with running(PRODUCT, homes[0], "serve", database_url=url) as first:
        if replicas == 1:
            yield [first], live
            return
        with running(PRODUCT, homes[1], "serve", database_url=url) as second:
            yield [first, second], live


@contextmanager
def database(home: Path) -> Iterator[tuple[str, int]]:
    """A migrated and empty database, and how many replicas may share it."""
    if not has_postgresql():
        url = f"sqlite:///{home / 'live.db'}"
        asyncio.run(upgrade(url))
        yield url, 1
        return
    with postgresql() as url:
        asyncio.run(upgrade(url))
        yield url, 2


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, database(Path(folder)) as (url, replicas):
        print(f"{url.partition(':')[0]}, {replicas} server processes, {given.rounds} rounds")
        with serving(url, Path(folder), replicas) as (servers, live):
            asyncio.run(measure(servers, live, given.rounds, given.seconds))


if __name__ == "__main__":
    main()
