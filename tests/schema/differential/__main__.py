"""Ask the resolvers and the product the same questions, as many as you like.

python -m tests.schema.differential --queries 2000 --seed 7 --role worker

PostgreSQL is asked too when ``GUANTONG_TEST_POSTGRES`` holds the address of a server. Differences are printed, cut
down; exit code 1 when there are any. ``--from 412 --queries 1`` asks one question of a run again.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import PostgresServer
from tests.schema.differential.databases import world_in
from tests.schema.differential.questions import Questions
from tests.schema.differential.running import Run, stock_of
from tests.schema.differential.sides import sides_of
from tests.schema.differential.world import World


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.schema.differential", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--queries", type=int, default=300, help="how many questions (300)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed asks the same questions (0)")
    parser.add_argument("--from", dest="start", type=int, default=0, help="the first question to ask (0)")
    parser.add_argument(
        "--role", action="append", default=[], help="as whom; several times for several; all unless told"
    )
    parser.add_argument(
        "--root",
        action="append",
        default=[],
        help="a root field to ask for; several times for several; any unless told",
    )
    parser.add_argument("--most", type=int, default=3, help="stop after so many differences (3)")
    parser.add_argument("--show", action="store_true", help="print the questions instead of asking them")
    return parser.parse_args()


async def _run(world: World, options: argparse.Namespace) -> int:
    async with sides_of(world) as sides:
        stock = await stock_of(world, sides)
        questions = await Questions(world, stock, options.seed, options.root).drawn(
            options.queries, options.start, options.role
        )
        if options.show:
            for place, role, document in questions:
                print(f"# {place} {role} {document.values}\n{document.text()}\n")
            return 0
        began = time.monotonic()
        outcome = await Run(world, sides, options.most).of(questions)
    print(f"{', '.join(one.name for one in sides)}: {outcome.figures} in {time.monotonic() - began:.0f} s")
    print(outcome)
    return 1 if outcome.found or outcome.broken else 0


def main() -> int:
    options = _options()
    url = os.environ.get("GUANTONG_TEST_POSTGRES")
    with tempfile.TemporaryDirectory() as folder, world_in(Path(folder), PostgresServer(url) if url else None) as world:
        return asyncio.run(_run(world, options))


if __name__ == "__main__":
    sys.exit(main())
