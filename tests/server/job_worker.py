"""Processes that run jobs and nothing else, killed at whatever point one names.

``python -m tests.server.job_worker`` runs until it is killed. With ``--fork`` it reads lines from its input: settings
and points. It forks a worker for each point in turn, and that one kills itself (SIGKILL) before its so-and-so-many-th
statement or commit; so every moment between two of them can be tried without starting Python a hundred times.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlmodel import col, select

from core.jobs.phases import DUE
from core.models import Job
from core.policy.load import load_packs
from core.schemes import Scheme
from core.services.imports.outside import Outside
from core.services.job_turns import Turns
from core.storage.row_scope import EVERY_ROW
from core.vocabulary import load_vocabulary
from plugins.document import scheme_from
from schema.ids import stored_key
from server.jobs.lookout import looking_out
from server.jobs.running import lookout_of
from server.settings import Settings, load_settings
from server.wiring import Parts, open_parts
from tests.core.filing_world import read_document

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "tests.server.job_worker"]
SIZE = 10


def environment(**more: str) -> dict[str, str]:
    """That of such a process, with nothing of the product's from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUANTONG_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}


@dataclass(frozen=True, slots=True)
class Killer:
    """Has workers killed, by a process that has read everything beforehand."""

    process: "subprocess.Popen[str]"

    async def killed(self, settings: Settings, points: Sequence[int]) -> int:
        """How many workers were killed, one after the other, until there was nothing left to do."""
        return await asyncio.to_thread(self._killed, settings, points)

    def _killed(self, settings: Settings, points: Sequence[int]) -> int:
        given = {"home": str(settings.home), "database_url": settings.database, "points": list(points)}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(given) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def killing() -> Iterator[Killer]:
    """Until the block ends."""
    with subprocess.Popen(
        [*PROGRAM, "--fork"],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Killer(process)
        process.kill()


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
        turns, outside = lookout.turns, Outside(_read, stored_key)
        lookout.turns = Turns(turns.open_call, turns.platform, lookout.executor.name, outside, size=SIZE)
        prepare(parts)
        async with looking_out(lookout, settings.job_seconds):
            while await is_due(parts):
                await asyncio.sleep(0.01)


def _read(document: str) -> Scheme:
    """A scheme on record: one that a test has invented (``filing_world``), or a real one."""
    return read_document(document) if "accept" in json.loads(document) else scheme_from(document)


async def is_due(parts: Parts) -> bool:
    async with parts.database.read(EVERY_ROW) as session:
        return (await session.exec(select(Job.id).where(col(Job.phase).in_(DUE)))).first() is not None


def killed_again_and_again(settings: Settings, points: Sequence[int]) -> int:
    """Workers one after the other, each killed at its point; how many were, until there was nothing left to do."""
    for number, point in enumerate(points):
        child = os.fork()
        if child == 0:
            asyncio.run(work(settings, lambda parts, at=point: kill_at(parts, at)))  # type: ignore[misc]
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            assert os.waitstatus_to_exitcode(status) == 0
            return number
    raise AssertionError("every one was killed, and the work is not done")


def serve_lines() -> None:
    """Answer each line of the input with how many were killed."""
    load_packs()  # read once for all of them
    load_vocabulary()
    for line in sys.stdin:
        given = json.loads(line)
        points = given.pop("points")
        settings = load_settings(**given, job_seconds=0.05, job_silence=0.5)
        sys.stdout.write(f"{killed_again_and_again(settings, points)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:] == ["--fork"]:
        serve_lines()
    else:
        while True:
            asyncio.run(work(load_settings()))
            time.sleep(0.05)
