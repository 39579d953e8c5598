"""The second wall around jobs: PostgreSQL keeps those of enterprises apart, were every predicate forgotten."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError
from sqlmodel import col

from core.models import Job, JobFile, JobFilePart, JobFinding
from core.permissions import ANONYMOUS, Actor, Role
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW, RowScope
from tests import builders
from tests.conftest import ON_POSTGRES
from tests.schema.job_rows import job_rows

pytestmark = pytest.mark.anyio
WALLED: tuple[Any, ...] = (Job, JobFile, JobFilePart, JobFinding)


@ON_POSTGRES
async def test_each_finds_and_changes_its_own(database: Database) -> None:
    first, second = builders.enterprise(), builders.enterprise()
    async with database.write(EVERY_ROW) as session:
        for row in (first, second, *job_rows(first), *job_rows(second)):
            session.add(row)
            await session.flush()

    async def seen(actor: Actor) -> list[int]:
        async with database.read(RowScope.of(actor)) as session:
            counts = [await session.exec(sa.select(sa.func.count()).select_from(table)) for table in WALLED]
            return [int(one.scalar_one()) for one in counts]

    admin = Actor.of(Role.ENTERPRISE_ADMIN, "示例", enterprise_id=first.id)
    auditor = Actor.of(Role.BUREAU_AUDITOR, "示例审计")
    assert await seen(admin) == [1, 1, 1, 1]
    assert await seen(auditor) == [2, 2, 2, 2]
    assert await seen(ANONYMOUS) == [0, 0, 0, 0]
    async with database.write(RowScope.of(admin)) as session:
        touched = await session.exec(sa.update(Job).values(revision=9))
        assert touched.rowcount == 1
    async with database.write(RowScope.of(auditor)) as session:
        assert (await session.exec(sa.update(Job).values(revision=10))).rowcount == 0
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database.write(RowScope.of(admin)) as session:
            mine = sa.update(Job).where(col(Job.enterprise_id) == first.id)
            await session.exec(mine.values(enterprise_id=second.id))
