"""Jobs in the world of rounds: asked for, run to where they wait, confirmed; within the rows that one may touch."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from core.jobs.phases import JobKind
from core.models import Job, JobFinding
from core.permissions import Actor, Role
from core.services.artifacts import sha256
from core.services.call import Call
from core.services.imports.outside import Outside
from core.services.job_turns import Turns
from core.services.jobs import NewImport, SeenJob, ask_for_import, confirm_job
from core.storage.row_scope import EVERY_ROW, RowScope
from tests.core.calls import call
from tests.core.filing_world import read_document
from tests.core.round_world import Rounds, key

PLATFORM = Actor.of(Role.SERVICE, "platform")
HAND = "test"


def as_csv(rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _id(text: str, _kind: str) -> UUID:
    return UUID(text)


async def ran(yard: Rounds, id_: UUID) -> Job:
    """The job, once it was driven as far as it goes."""

    @asynccontextmanager
    async def open_call(actor: Actor, _request: str) -> AsyncIterator[Call]:
        scope = EVERY_ROW if actor is PLATFORM else RowScope.of(actor)
        async with yard.database.write(scope) as session:
            made = call(session, actor, yard.now, partial(yard.database.read, scope))
            yield replace(made, calendar=yard.calendar, policy=yard.policy)

    async with yard.database.write(EVERY_ROW) as session:
        await session.exec(sa.update(Job).where(col(Job.id) == id_).values(executor=HAND))
    await Turns(open_call, PLATFORM, HAND, Outside(read_document, _id), size=2).run(id_)
    job: Job = await yard.row(Job, id_)
    return job


async def checked(yard: Rounds, actor: Actor, kind: JobKind, rows: Sequence[Sequence[Any]]) -> Job:
    """A file that was asked for and checked."""
    content = as_csv(rows)
    given = NewImport(
        key=key(), kind=kind, enterprise_id=None, filename="a.csv", digest=sha256(content), content=content
    )
    job: Job = await yard.do(actor, ask_for_import, given)
    return await ran(yard, job.id)


async def confirmed(yard: Rounds, actor: Actor, job: Job) -> Job:
    """The job, once it was confirmed and applied."""
    await yard.do(actor, confirm_job, SeenJob(key=key(), job_id=job.id, revision=job.revision))
    return await ran(yard, job.id)


async def told(yard: Rounds, job: Job) -> list[tuple[str | None, str, str]]:
    """What was found: where, which code, in which words."""
    found = await yard.rows(JobFinding, col(JobFinding.job_id) == job.id)
    return [(one.cell, one.code.value, one.zh) for one in sorted(found, key=lambda one: (one.row_number, one.id))]
