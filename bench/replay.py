"""Milliseconds of processor time to replay an evaluation of the demonstration (SQLite), beside deciding it alone.

* decide: eligibility for its targets and its scores, as when it was recorded, policy and scheme bound already;
* replay, first: loads and hashes everything, reads and binds policy, vocabulary and scheme, decides, compares;
* replay, next: the same for an evaluation that rests on a policy which this run has met.

    python -m bench.replay [--rounds N]
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from sqlmodel import select

from core.eligibility.rulebook import Rulebook
from core.models import Evaluation, Snapshot, SnapshotKind
from core.policy.load import load_packs
from core.replay.contents import facts_from
from core.replay.deciding import decision_outcome, score_outcome
from core.replay.replayer import Replayer
from core.replay.snapshots import decision_from, score_from
from core.schemes import Scheme
from core.services.replays import gather_evidence, replay
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from core.vocabulary import load_vocabulary
from plugins.document import scheme_from
from server.operations import load_demonstration, migrate_database
from server.replaying import AUDITOR
from server.settings import load_settings
from server.wiring import open_database

Kept = dict[str, Snapshot]


def decide(row: Evaluation, kept: Kept, rules: Rulebook, scheme: Scheme) -> None:
    """What recording the evaluation worked out, from facts that are loaded already."""
    facts = facts_from(kept[row.facts_digest].content)
    then = decision_from(kept[row.decision_digest or ""].content)
    decision_outcome(facts, then.basis.day, rules, then.standing, scheme, then.targets)
    for digest in (row.skill_score_digest, row.title_score_digest):
        if digest:
            score = score_from(kept[digest].content)
            score_outcome(facts, then.basis.day, rules.policy, scheme, score.side, score.points)


async def replayed(database: Database, row: Evaluation, replayer: Replayer) -> None:
    async with database.read(EVERY_ROW) as session:
        [evidence] = await gather_evidence(session, AUDITOR, [row])
        assert replay(evidence, replayer).is_equal


async def milliseconds(rounds: int, doing: Callable[[], Awaitable[None]]) -> float:
    found = []
    for _ in range(rounds):
        start = time.process_time()
        await doing()
        found.append((time.process_time() - start) * 1000)
    return median(found)


async def measure(home: Path, rounds: int) -> None:
    settings = load_settings(home=home)
    await migrate_database(settings)
    await load_demonstration(settings)
    async with open_database(settings) as database:
        async with database.read(EVERY_ROW) as session:
            rows = (await session.exec(select(Evaluation))).all()
            kept = {row.digest: row for row in (await session.exec(select(Snapshot))).all()}
        rules, row = Rulebook(load_packs(), load_vocabulary()), rows[0]
        scheme = scheme_from(kept[row.scheme_digest].content)
        shared = Replayer(scheme_from)

        async def alone() -> None:
            decide(row, kept, rules, scheme)

        await alone()
        await replayed(database, row, shared)
        base = await milliseconds(rounds, alone)
        first = await milliseconds(rounds, lambda: replayed(database, row, Replayer(scheme_from)))
        again = await milliseconds(rounds, lambda: replayed(database, row, shared))
    sizes = {kind: max((len(s.content) for s in kept.values() if s.kind is kind), default=0) for kind in SnapshotKind}
    print(f"one of {len(rows)} evaluations, median of {rounds} rounds; largest snapshots in characters:")
    print("  " + ", ".join(f"{kind} {size}" for kind, size in sizes.items()))
    for name, value in (("decide", base), ("replay, first", first), ("replay, next", again)):
        print(f"{name:14} {value:8.2f} ms CPU {value / base:6.1f} × decide")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=20)
    with tempfile.TemporaryDirectory() as home:
        asyncio.run(measure(Path(home), options.parse_args().rounds))


if __name__ == "__main__":
    main()
