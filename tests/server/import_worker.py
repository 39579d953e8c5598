"""Processes that run jobs and nothing else, killed at whatever point one names.

``python -m tests.server.import_worker`` runs until it is killed. With points as arguments it forks a worker for each in
turn, and that one kills itself (SIGKILL) before its so-and-so-many-th statement or commit; so every moment between two
of them can be tried without starting Python a hundred times.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlmodel import col, select

from core.jobs.phases import DUE
from core.models import Job
from core.policy.load import load_packs
from core.services.job_turns import Turns
from core.storage.row_scope import EVERY_ROW
from core.vocabulary import load_vocabulary
from server.jobs.lookout import looking_out
from server.jobs.running import lookout_of
from server.settings import Settings, load_settings
from server.wiring import Parts, open_parts

SIZE = 10


def kill_at(parts: Parts, point: int) -> None:
    """Die before the ``point``-th statement or commit from now."""
    left = point

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        event.listen(parts.database.engine.sync_engine, name, count)


async def work(settings: Settings, prepare: Callable[[Parts], None] = lambda _parts: None) -> None:
    """Run jobs in small batches until nothing is due, or until killed."""
    async with open_parts(settings) as parts:
        lookout = lookout_of(settings, parts)
        turns = lookout.turns
        lookout.turns = Turns(turns.open_call, turns.platform, lookout.executor.name, turns.outside, size=SIZE)
        prepare(parts)
        async with looking_out(lookout, settings.job_seconds):
            while await is_due(parts):
                await asyncio.sleep(0.01)


async def is_due(parts: Parts) -> bool:
    async with parts.database.read(EVERY_ROW) as session:
        return (await session.exec(select(Job.id).where(col(Job.phase).in_(DUE)))).first() is not None


def killed_again_and_again(points: list[int]) -> int:
    """Workers one after the other, each killed at its point; how many were, until there was nothing left to do."""
    load_packs()  # read once for all of them
    load_vocabulary()
    for number, point in enumerate(points):
        child = os.fork()
        if child == 0:
            settings = load_settings()
            asyncio.run(work(settings, lambda parts, at=point: kill_at(parts, at)))  # type: ignore[misc]
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            return number
    return len(points)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write(str(killed_again_and_again([int(one) for one in sys.argv[1:]])))
    else:
        while True:
            asyncio.run(work(load_settings()))
            time.sleep(0.05)
