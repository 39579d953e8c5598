"""Reads of the graph beside what others would serve them with: PostGraphile, Mercurius, plain Strawberry, SQL by hand.

One PostgreSQL, one invented city, the same four questions; before anything is measured all answers are compared. Every
server is one process on one core, the client is on the other, the database goes where it likes. Rounds interleave: each
asks everybody everything, the next in the opposite order. Figures are medians over rounds; processor time is that of
the server and of the database for each request, which a busy machine changes least.

    GUANTONG_TEST_POSTGRES=postgresql://... python -m bench.graph [--people N ...] [--rounds N] [--seconds S] [--write]

Node and the packages of peers are installed into ``build/peers`` at first. Several numbers for ``--people`` show how
figures grow, such as 10000 100000 1000000.
"""

import argparse
import asyncio
import os
import platform
import tempfile
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg

from bench._databases import has_postgresql, postgresql
from bench.peers.city import EVERY_ROW, build
from bench.peers.client import answer, pressed
from bench.peers.contestants import PEERS, Contestant, contestants, openers, pin
from bench.peers.questions import ALL, LEVEL, PAGE, PRODUCT, TITLES, normal, scalars

DEEP, MANY = 500, 16
RESULTS = Path(__file__).parent / "RESULTS.md"


@dataclass(frozen=True, slots=True)
class Figures:
    """One server, one question, one round: ms that one client waits, requests a second by 16, CPU ms a request."""

    wait: float
    pace: float
    server: float
    database: float


Found = dict[str, dict[str, list[Figures]]]  # by question and name


class Clocks:
    """Processor time of a server, with what it has started, and of the database, in ms.

    All of the database counts: nobody else asks it meanwhile. Its backends come and go, as pools of connections do.
    """

    def __init__(self, url: str, contestant: Contestant) -> None:
        self._pid = contestant.pid
        with psycopg.connect(url) as connection:
            self._postmaster = _parent(connection.info.backend_pid)

    def read(self) -> tuple[float, float]:
        return _worked(_tree(self._pid)), _worked(_tree(self._postmaster)) + _reaped(self._postmaster)


def _parent(pid: int) -> int:
    return int(_stat(pid)[1])


def _reaped(pid: int) -> float:
    """Of children that have ended, in ms."""
    ticks = sum(map(int, _stat(pid)[13:15]))
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """What the kernel says of a process behind its name: its state, its parent, and so on (proc(5))."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _tree(pid: int) -> list[int]:
    """A process with what it has started; what ended meanwhile is left out."""
    found = [pid]
    with suppress(FileNotFoundError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _tree(int(child))
    return found


def _worked(pids: list[int]) -> float:
    """Of every thread, in ms; one that has ended meanwhile counts no more."""
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with suppress(FileNotFoundError, ProcessLookupError):
                total += int(task.read_text().split()[0])
    return total / 1e6


@dataclass
class Match:
    """Contestants over one city, and what they are asked."""

    url: str
    servers: list[Contestant]
    person: str = ""
    depth: int = 0
    leaves: dict[str, int] | None = None

    async def prepare(self) -> None:
        """Whom Q1 is about, and how deep Q3 begins: ``DEEP`` pages, or the middle of a list that is shorter."""
        with psycopg.connect(self.url, options=EVERY_ROW) as connection:
            one = connection.execute(
                "SELECT person_id::text FROM peers.evaluation "
                "WHERE person_id IN (SELECT person_id FROM peers.credential) "
                "GROUP BY person_id ORDER BY count(*) DESC, person_id LIMIT 1"
            ).fetchone()
            rows = connection.execute("SELECT count(*) FROM peers.credential WHERE level = %s", (LEVEL,)).fetchone()
            assert one is not None
            assert rows is not None
            self.person, self.depth = one[0], min(DEEP, rows[0] // PAGE // 2)
            last = connection.execute(
                "SELECT awarded_on || ',' || id FROM peers.credential WHERE level = %s ORDER BY awarded_on, id "
                "OFFSET %s LIMIT 1",
                (LEVEL, max(self.depth * PAGE - 1, 0)),
            ).fetchone()
        for server in self.servers:
            after = (last[0] if last and self.depth else None) if not server.walks else await self._walked(server)
            server.prepared = {q: server.sent(q, self.person, after) for q in ALL if server.asks(q)}

    async def _walked(self, server: Contestant) -> str | None:
        """A cursor that only the server itself gives out, page after page."""
        after = None
        for _ in range(self.depth):
            (found,) = (await answer(server.port, server.step(after)))["data"].values()
            after = found["pageInfo"]["endCursor"]
        return after

    async def compare(self) -> None:
        """Raise unless everybody answers alike."""
        self.leaves = {}
        for question in ALL:
            answers = {}
            for server in self.servers:
                if server.asks(question):
                    answers[server.name] = normal((await answer(server.port, server.prepared[question]))["data"])
            if question == "Q4":
                answers = {
                    name: sorted(rows, key=lambda row: list(map(str, row.values()))) for name, rows in answers.items()
                }
            if not answers:
                continue
            base, *others = answers
            for other in others:
                assert answers[other] == answers[base], _difference(question, base, other, answers)
            self.leaves[question] = scalars(answers[base])

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
        clocks, sent = Clocks(self.url, server), server.prepared[question]
        waits, _ = await pressed(server.port, sent, 1, seconds)
        before = clocks.read()
        many, took = await pressed(server.port, sent, MANY, seconds)
        own, database = (now - then for now, then in zip(clocks.read(), before, strict=True))
        return Figures(median(waits), len(many) / took, own / len(many), database / len(many))


def _difference(question: str, one: str, other: str, answers: dict[str, object]) -> str:
    return f"{question}: {one} says {str(answers[one])[:1500]}\n{other} says {str(answers[other])[:1500]}"


def table(question: str, match: Match, found: dict[str, list[Figures]]) -> str:
    """One question as a table; ratios are to the fastest peer, by requests a second with 16 connections."""
    middle = {
        name: Figures(*(median(getattr(one, part) for one in rounds) for part in Figures.__slots__))
        for name, rounds in found.items()
    }
    peers = {one.name for one in match.servers if one.dialect not in (None, PRODUCT)}
    best = max((middle[name].pace for name in peers & set(middle)), default=None)
    about = f"{(match.leaves or {}).get(question, 0)} scalars"
    about += f", after {match.depth} pages" if question == "Q3" else ""
    lines = [
        f"### {question}: {TITLES[question]} ({about})",
        "",
        "| server | 1 connection, ms | 16 connections, requests/s | to the fastest peer | server CPU, ms | "
        "database CPU, ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for server in match.servers:
        if (one := middle.get(server.name)) is None:
            lines.append(f"| {server.name} | not offered | | | | |")
            continue
        ratio = f"{one.pace / best:.2f} times" if best else ""
        lines.append(
            f"| {server.name} | {one.wait:.2f} | {one.pace:.1f} | {ratio} | {one.server:.2f} | {one.database:.2f} |"
        )
    return "\n".join([*lines, ""])


def about(match: Match, people: int, rounds: int, seconds: float, load: tuple[float, ...]) -> str:
    with psycopg.connect(match.url) as connection:
        number = connection.info.server_version
    lines = [
        f"## {people:,} people",
        "",
        f"{rounds} rounds of {seconds:g} s; PostgreSQL {number // 10000}.{number % 10000}, "
        f"{os.cpu_count()} processors, {platform.machine()}, {platform.system()} {platform.release()}; "
        f"load {load[0]:.1f} before, {os.getloadavg()[0]:.1f} after.",
        "",
        *(f"- {one.name}: {one.versions}" for one in match.servers),
        "",
    ]
    return "\n".join(lines)


async def matched(match: Match, rounds: int, seconds: float) -> Found:
    await match.prepare()
    await match.compare()
    return await match.measure(rounds, seconds)


def measured(people: int, names: list[str], rounds: int, seconds: float) -> str:
    load = os.getloadavg()
    cores = sorted(os.sched_getaffinity(0))
    with postgresql() as url, tempfile.TemporaryDirectory() as folder:
        build(url, Path(folder), people)
        with contestants(url, Path(folder), names) as servers:
            for server in servers:
                pin(server.pid, cores[-1])
            os.sched_setaffinity(0, {cores[0]})
            try:
                match = Match(url, servers)
                found = asyncio.run(matched(match, rounds, seconds))
            finally:
                os.sched_setaffinity(0, set(cores))
            tables = [table(question, match, found[question]) for question in ALL]
            return "\n".join([about(match, people, rounds, seconds, load), *tables])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, nargs="+", default=[200_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument(
        "--servers", nargs="+", default=["product", *sorted(PEERS), "floor"], choices=[*openers("", Path())]
    )
    parser.add_argument("--write", action="store_true", help=f"also into {RESULTS.name}")
    given = parser.parse_args()
    if not has_postgresql():
        print("nothing measured: set GUANTONG_TEST_POSTGRES to the address of a server where databases may be made")
        return
    told = "\n".join(measured(people, given.servers, given.rounds, given.seconds) for people in given.people)
    print(told)
    if given.write:
        RESULTS.write_text(f"# Reads of the graph, by `python -m bench.graph`\n\n{told}", "utf-8")


if __name__ == "__main__":
    main()
