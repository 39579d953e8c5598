"""Who has which job in hand: processes say that they live, take what is due, and what the dead had in hand.

A job is taken in one statement. Whoever took it writes only as long as it still is in their hand, so that a process
that was thought dead and was not does no harm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.jobs.phases import DUE
from core.models import Job, JobExecutor
from core.storage.visibility import Predicate

# So often may a job be taken without moving on, each time by a process that ended or failed over it.
MOST_ATTEMPTS: Final = 8


@dataclass(frozen=True, slots=True)
class Executor:
    """This process as it runs jobs: its own name, and that of the replica, which outlives it."""

    name: str
    replica: str


async def left_by(session: AsyncSession, executor: Executor) -> bool:
    """Whether a process of the same replica was ended without a word."""
    query = select(JobExecutor.name).where(col(JobExecutor.replica) == executor.replica).limit(1)
    return (await session.exec(query)).first() is not None


async def begin(session: AsyncSession, executor: Executor) -> None:
    """Say that the process is there; any other of the same replica is not any more."""
    await session.exec(sa.delete(JobExecutor).where(col(JobExecutor.replica) == executor.replica))


async def beat(session: AsyncSession, executor: Executor, now: datetime) -> None:
    """Say that the process lives."""
    mine = sa.update(JobExecutor).where(col(JobExecutor.name) == executor.name).values(beat_at=now)
    if (await session.exec(mine)).rowcount == 0:
        session.add(JobExecutor(name=executor.name, replica=executor.replica, beat_at=now))
        await session.flush()


async def any_free(session: AsyncSession, since: datetime) -> bool:
    """Whether a job is due that nobody has in hand who lived ``since``."""
    return (await session.exec(select(Job.id).where(*_free(since)).limit(1))).first() is not None


async def take(session: AsyncSession, executor: Executor, since: datetime, most: int) -> Sequence[UUID]:
    """Take up to ``most`` such jobs, the oldest first."""
    free = select(Job.id).where(*_free(since)).order_by(col(Job.id)).limit(most).with_for_update(skip_locked=True)
    # Two statements: as a subquery of the update PostgreSQL may look several times, and take more than ``most``.
    ids = (await session.exec(free)).all()
    taken = sa.update(Job).where(col(Job.id).in_(ids)).values(executor=executor.name, attempts=Job.attempts + 1)
    await session.exec(taken, execution_options={"synchronize_session": False})
    return ids


async def worn_out(session: AsyncSession, ids: Sequence[UUID]) -> set[UUID]:
    """Those of some jobs that were taken too often without moving on."""
    query = select(Job.id).where(col(Job.id).in_(ids), col(Job.attempts) > MOST_ATTEMPTS)
    return set((await session.exec(query)).all())


async def let_go(session: AsyncSession, executor: Executor) -> None:
    """Give everything back: the process ends in order, and others need not wait until it counts as dead."""
    mine = sa.update(Job).where(col(Job.executor) == executor.name)
    await session.exec(mine.values(executor=None, attempts=0), execution_options={"synchronize_session": False})
    await session.exec(sa.delete(JobExecutor).where(col(JobExecutor.name) == executor.name))


def _free(since: datetime) -> list[Predicate]:
    living = sa.select(col(JobExecutor.name)).where(col(JobExecutor.beat_at) >= since)
    held = col(Job.executor)
    return [col(Job.phase).in_(DUE), sa.or_(held.is_(None), held.not_in(living))]
