"""Contestants over one city: all answers compared before anything is timed, then rounds that interleave."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from uuid import UUID

from bench.peers.client import answer, pressed
from bench.peers.clocks import Clocks
from bench.peers.contestants import Contestant
from bench.peers.figures import Figures, Found
from bench.peers.questions import ALL, LEVEL, PAGE, normal, scalars
from bench.peers.store import Store

DEEP, MANY = 500, 16


@asynccontextmanager
async def meanwhile(store: Store, commits: int) -> AsyncIterator[None]:
    """So many transactions a second that somebody else commits, evenly."""
    if not commits:
        yield
        return
    writer = asyncio.create_task(_writing(store, commits))
    try:
        yield
    finally:
        writer.cancel()
        with suppress(asyncio.CancelledError):
            await writer


async def _writing(store: Store, commits: int) -> None:
    with store.writer() as write:
        while True:
            write()
            await asyncio.sleep(1 / commits)


@dataclass
class Match:
    """Contestants over one city, and what they are asked."""

    store: Store
    servers: list[Contestant]
    person: str = ""
    depth: int = 0
    leaves: dict[str, int] = field(default_factory=dict)

    async def prepare(self) -> None:
        """Whom Q1 is about, and how deep Q3 begins: ``DEEP`` pages, or the middle of a list that is shorter."""
        ((person,),) = self.store.rows(
            "SELECT person_id FROM {0}evaluation WHERE person_id IN (SELECT person_id FROM {0}credential) "
            "GROUP BY person_id ORDER BY count(*) DESC, person_id LIMIT 1"
        )
        ((rows,),) = self.store.rows(f"SELECT count(*) FROM {{0}}credential WHERE level = '{LEVEL}'")
        self.person, self.depth = str(UUID(str(person))), min(DEEP, rows // PAGE // 2)
        after = self._place(self.depth * PAGE) if self.depth else None
        for server in self.servers:
            cursor = await self._walked(server) if server.walks else after
            server.prepared = {q: server.sent(q, self.person, cursor) for q in ALL if server.asks(q)}

    def _place(self, number: int) -> str:
        """The cursor behind so many rows of Q3."""
        ((day, last),) = self.store.rows(
            f"SELECT awarded_on, id FROM {{0}}credential WHERE level = '{LEVEL}' ORDER BY awarded_on, id "
            f"LIMIT 1 OFFSET {number - 1}"
        )
        return f"{day},{UUID(str(last))}"

    async def _walked(self, server: Contestant) -> str | None:
        """A cursor that only the server itself gives out, page after page."""
        after = None
        for _ in range(self.depth):
            (found,) = (await answer(server.port, server.step(after)))["data"].values()
            after = found["pageInfo"]["endCursor"]
        return after

    async def compare(self) -> None:
        """Raise unless everybody answers alike."""
        for question in ALL:
            answers = {
                server.name: (await answer(server.port, server.prepared[question]))["data"]
                for server in self.servers
                if server.asks(question)
            }
            if answers:
                self.leaves[question] = scalars(same(question, answers))

    async def measure(self, rounds: int, seconds: float) -> Found:
        found: Found = {question: defaultdict(list) for question in ALL}
        for server in self.servers:
            for sent in server.prepared.values():
                await pressed(server.port, sent, MANY, seconds / 4)
        for number in range(rounds):
            for question in ALL:
                for server in self.servers if number % 2 == 0 else reversed(self.servers):
                    if server.asks(question):
                        found[question][server.name].append(await self._one(server, question, seconds))
        return found

    async def _one(self, server: Contestant, question: str, seconds: float) -> Figures:
        clocks, sent = Clocks(server.pid, self.store.process()), server.prepared[question]
        async with meanwhile(self.store, server.commits):
            waits, _ = await pressed(server.port, sent, 1, seconds)
            before = clocks.read()
            many, took = await pressed(server.port, sent, MANY, seconds)
            own, database = (now - then for now, then in zip(clocks.read(), before, strict=True))
        return Figures(median(waits), len(many) / took, own / len(many), database / len(many))


def same(question: str, answers: Mapping[str, Any]) -> Any:
    """The answer that everybody gives, in the form that is compared. Raises AssertionError unless all are alike."""
    found = {name: _in_order(question, normal(data)) for name, data in answers.items()}
    base, *others = found
    for other in others:
        told = f"{question}: {base} says {str(found[base])[:1500]}\n{other} says {str(found[other])[:1500]}"
        assert found[other] == found[base], told
    return found[base]


def _in_order(question: str, found: Any) -> Any:
    """Counts come in any order."""
    return sorted(found, key=lambda row: list(map(str, row.values()))) if question == "Q4" else found
