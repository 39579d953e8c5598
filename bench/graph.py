"""Reads of the graph beside what others would serve them with: PostGraphile, Mercurius, plain Strawberry, SQL by hand.

One database, one invented city, the same four questions; before anything is measured all answers are compared. Every
server is one process on one core, the client is on the other, PostgreSQL goes where it likes; SQLite works within the
servers, and is asked by the product, Strawberry and SQL by hand. Rounds interleave: each asks everybody everything, the
next in the opposite order. Figures are medians over rounds; processor time is that of the server and of the database
for each request, which a busy machine changes least.

    GUANTONG_TEST_POSTGRES=postgresql://... python -m bench.graph [--people N ...] [--rounds N] [--seconds S]
    python -m bench.graph --database sqlite [the same]

Node and the packages of peers are installed into ``build/peers`` at first. Several numbers for ``--people`` show how
figures grow, such as 10000 100000 1000000; ``--growth`` then tells the product's own alone, as it is and
with nothing kept.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from bench._databases import VARIABLE, has_postgresql
from bench.peers.city import DATABASES, build, opened
from bench.peers.contestants import OFFERED, Contestant, contestants, pin
from bench.peers.figures import Found, Measured, Server, growth, in_short, table
from bench.peers.match import Match
from bench.peers.questions import ALL


async def _matched(match: Match, rounds: int, seconds: float) -> Found:
    await match.prepare()
    await match.compare()
    return await match.measure(rounds, seconds)


def _server(one: Contestant) -> Server:
    return Server(one.name, one.kind, one.versions)


def measured(database: str, people: int, names: list[str], rounds: int, seconds: float) -> Measured:
    """Everything about one city, built for it and gone afterwards."""
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder, opened(database, Path(folder)) as store:
        build(store, Path(folder), people)
        with contestants(store, Path(folder), names) as servers:
            for server in servers:
                pin(server.pid, cores[-1])
            os.sched_setaffinity(0, {cores[0]})
            try:
                match = Match(store, servers)
                found = asyncio.run(_matched(match, rounds, seconds))
            finally:
                os.sched_setaffinity(0, set(cores))
            asked, is_apart = [_server(one) for one in servers], store.process() is not None
            return Measured(store.version(), people, asked, found, match.leaves, match.depth, is_apart)


def told(cities: list[Measured], rounds: int, seconds: float, *, only_growth: bool) -> str:
    """What was found, as Markdown."""
    largest = max(cities, key=lambda one: one.people)
    lines = [
        f"{rounds} rounds of {seconds:g} s, {largest.database}.",
        "",
        *(f"- {one.name}: {one.versions}" for one in largest.servers),
        "",
    ]
    if not only_growth:
        lines.append(in_short(largest))
        for city in cities:
            heading = [f"**{city.people:,} people**\n"] if len(cities) > 1 else []
            lines += [*heading, *(table(city, question) for question in ALL)]
    if len(cities) > 1:
        lines.append(growth(cities))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--database", choices=DATABASES, default="postgresql")
    parser.add_argument("--people", type=int, nargs="+", default=[200_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--servers", nargs="+", choices=OFFERED["postgresql"], help="all that the database has")
    parser.add_argument("--growth", action="store_true", help="the product alone, and how its figures grow")
    given = parser.parse_args()
    names = ["product", "bare"] if given.growth else given.servers or [*OFFERED[given.database]]
    if unknown := set(names) - set(OFFERED[given.database]):
        parser.error(f"not over {given.database}: {', '.join(sorted(unknown))}")
    if given.growth and len(given.people) < 2:
        parser.error("--growth needs several numbers for --people")
    if given.database == "postgresql" and not has_postgresql():
        sys.exit(f"nothing measured: set {VARIABLE} to the address of a server where databases may be made")
    cities = [measured(given.database, people, names, given.rounds, given.seconds) for people in given.people]
    print(told(cities, given.rounds, given.seconds, only_growth=given.growth))


if __name__ == "__main__":
    main()
