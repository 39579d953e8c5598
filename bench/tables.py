"""What tabulating costs once, and what scoring costs ever after.

* cells per second: a scorer of 15,625 cells (25³), every cell twice in two jails, compared and proved, the jails open
  already; with the second engine where that is installed;
* registration: the example scheme with Python, from its bytes to the verdict, the jails opened for it;
* a thousand scorings of one criterion, in milliseconds: declared and frozen one by one, both in bulk, and live in a
  fresh fork of the jail, which the product does not do;
* the peer of both: the author's own hook called by pluggy in this very process, without walls or proofs;
* planted faults: how many of the tests' are caught, how many disarmed.

    python -m bench.tables [--rounds N]
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import product
from random import Random
from types import ModuleType
from typing import Any

from pluggy import PluginManager

from core.policy.load import load_packs
from core.schemes import Criterion, CriterionKind, EvidenceField, EvidenceKind, Scheme
from core.scoring import declared_points
from core.scoring_bulk import points_of_many
from core.scoring_tables import Axis, CriterionSide, DeclaredScore, Step, StepTable, TabulatedScore
from core.services.verifier import Surroundings
from core.texts import Text
from core.vocabulary import load_vocabulary
from plugins.api import PROJECT
from plugins.conformance.pair import Pair, open_pair
from plugins.conformance.tabulate import Scorer, tabulate
from plugins.hookspecs import SchemeHooks
from plugins.intake import take_in
from plugins.jail.call import Asked
from plugins.verifier import SchemeVerifier
from server.documents import ROOT
from tests.frozen import rail
from tests.plugins.faulty_scorers import SCORERS
from tests.plugins.jail.calls import NAME, code

THOUSAND = 1000
KEYS = ("welds", "methods", "apprentices")
SOURCE = """
@hookimpl
def guantong_score(criterion, evidence):
    return CriterionPoints(criterion, min(100, evidence["welds"] + 2 * evidence["methods"] + evidence["apprentices"]))
"""
FIELDS = tuple(EvidenceField(key, Text(key, key), EvidenceKind.CONTRIBUTION, 24) for key in KEYS)


def scorer() -> Scorer:
    axes = tuple(Axis(key, tuple(range(25))) for key in KEYS)
    score = TabulatedScore("guantong_score", axes)
    return Scorer(NAME, code(SOURCE), "skill", score, {one.key: one for one in FIELDS})


def scheme(table: DeclaredScore | TabulatedScore) -> Scheme:
    """A scheme with one criterion that the table scores."""
    criterion = Criterion(
        "skill", Text("技能", "skill"), 1000, CriterionSide.BOTH, CriterionKind.CONTRIBUTION, None, table
    )
    return replace(rail().scheme(), criteria=(criterion,), evidence=FIELDS)


async def seconds(rounds: int, doing: Callable[[], Awaitable[object]]) -> list[float]:
    """How long each round took, in seconds."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        await doing()
        found.append(time.perf_counter() - start)
    return found


def told(name: str, found: list[float], scale: float = 1000, unit: str = "ms") -> None:
    print(f"{name:46} least {min(found) * scale:10.2f}  median {statistics.median(found) * scale:10.2f} {unit}")


async def tabulating(rounds: int, pair: Pair) -> TabulatedScore:
    found = await seconds(rounds, lambda: tabulate(scorer(), pair))
    done = await tabulate(scorer(), pair)
    assert done.is_whole and not done.faults, done.faults
    size = done.shown.score.size
    engine = " and by the second engine" if done.by_second_engine else ""
    told(f"{size} cells twice{engine}, proved", found)
    print(f"{'cells per second, each twice':46} {size / statistics.median(found):16,.0f}")
    return done.shown.score


async def registering(rounds: int) -> None:
    vocabulary, taken = load_vocabulary(), take_in(ROOT / "enterprise_schemes" / "yuexiu_rail")
    verifier, packs = SchemeVerifier(vocabulary), load_packs()

    async def whole() -> None:
        read = verifier.read(taken.content, taken.filename)
        assert read.scheme is not None
        around = Surroundings.without_records(packs, vocabulary, read.scheme.period.start)
        assert (await verifier.verify(read, around)).accepted

    told("verifying yuexiu_rail, its jails opened for it", await seconds(rounds, whole))


def by_pluggy() -> Any:
    """The author's hook as an ordinary plugin host calls it."""
    manager, module = PluginManager(PROJECT), ModuleType("scheme_of_the_bench")
    manager.add_hookspecs(SchemeHooks)
    exec(next(iter(code(SOURCE).sources.values())), module.__dict__)  # the bench's own text, above
    manager.register(module)
    return manager.hook.guantong_score


async def peer(rounds: int) -> None:
    score, values = by_pluggy(), range(25)
    cells = [dict(zip(KEYS, cell, strict=True)) for cell in product(values, values, values)]

    async def every() -> None:
        for each in (*cells, *cells):
            score(criterion="skill", evidence=each)

    async def thousand() -> None:
        for each in cells[:THOUSAND]:
            score(criterion="skill", evidence=each)

    told(f"pluggy alone: {len(cells)} cells twice", await seconds(rounds, every))
    told("pluggy alone: 1,000 scorings", await seconds(rounds, thousand))


async def scoring(rounds: int, pair: Pair, frozen: TabulatedScore) -> None:
    random = Random(7)
    amounts = [{key: random.randint(0, 24) for key in KEYS} for _ in range(THOUSAND)]
    columns = {key: [one[key] for one in amounts] for key in KEYS}
    steps = DeclaredScore(KEYS, StepTable(tuple(Step(10 * n, 10 * n) for n in range(11))))
    for name, table in (("declared", steps), ("frozen", frozen)):
        one = scheme(table)

        async def singly(one: Scheme = one) -> None:
            for each in amounts:
                declared_points(one, each)

        async def in_bulk(one: Scheme = one) -> None:
            points_of_many(one, columns)

        told(f"1,000 scorings, {name}, one by one", await seconds(rounds, singly))
        told(f"1,000 scorings, {name}, in bulk", await seconds(rounds, in_bulk))
    call = scorer().call([Asked(one, "skill") for one in amounts])
    told("1,000 scorings, live, one fork of the jail", await seconds(rounds, lambda: pair.first.run(call)))


async def main(rounds: int) -> None:
    async with open_pair() as pair:
        frozen = await tabulating(rounds, pair)
        await scoring(rounds, pair, frozen)
        await peer(rounds)
    await registering(rounds)
    disarmed = sum(one.code is None for one in SCORERS)
    print(f"planted faulty scorers: {len(SCORERS)}, caught {len(SCORERS) - disarmed}, disarmed {disarmed}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    rail()  # in a loop of its own
    asyncio.run(main(parser.parse_args().rounds))
