"""An assessor's own sheet of marks: by the rules of marking, on both databases, and nobody else's."""

from typing import Any

import pytest

from core.errors import ErrorCode
from core.jobs.phases import JobKind, JobPhase
from core.models import Job, JobFile, ScoreEntry
from core.permissions import Actor, Role
from core.rounds.recusal import Ground
from core.services.experts import NewTie, declare_tie
from core.services.job_files import job_contents
from core.services.jobs import SeenJob, confirm_job
from core.services.marking import Correction, correct_mark
from core.storage.database import Database
from core.storage.queries.jobs import jobs_page
from core.storage.row_scope import RowScope
from tests import builders as make
from tests.core.calls import OFFICER, events
from tests.core.filing_world import read_document
from tests.core.job_steps import checked, confirmed, told
from tests.core.round_stages import scored
from tests.core.round_world import Rounds, key, rounds_in

pytestmark = pytest.mark.anyio
HEADERS = ["申报标识", "评价要素", "得分"]


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


async def sheet(yard: Rounds, actor: Actor, *rows: list[Any]) -> Job:
    return await checked(yard, actor, JobKind.IMPORT_SCORES, [HEADERS, *rows])


async def test_a_sheet_is_put_on_record_once_as_marks_of_whoever_uploads_it(yard: Rounds) -> None:
    row, _ = await scored(yard)
    assessor = yard.assessors[0]
    actor = yard.acting(assessor, Role.ASSESSOR)
    rows = [[row.id, "craft", 80], [row.id, "hands_on", "７０分"], [row.id, "defence", "六十"]]
    job = await sheet(yard, actor, *rows)
    assert (job.phase, job.ok, job.person_id) == (JobPhase.CHECKED, 3, assessor.id), await told(yard, job)
    assert await yard.rows(ScoreEntry) == []
    done = await confirmed(yard, actor, job)
    assert (done.phase, done.ok, done.errors) == (JobPhase.DONE, 3, 0)
    kept = {(one.assessor_person_id, one.criterion): one.points for one in await yard.rows(ScoreEntry)}
    assert kept == {(assessor.id, "craft"): 80, (assessor.id, "hands_on"): 70, (assessor.id, "defence"): 60}
    noted = [one for one in await events(yard.database) if one.tag == "person:score:give"]
    assert [one.subject_id for one in noted] == [str(row.id)] * 2  # two batches of at most two rows
    again = await sheet(yard, actor, *rows)
    done = await confirmed(yard, actor, again)
    assert (again.unchanged, done.ok, done.unchanged) == (3, 0, 3)
    assert len(await yard.rows(ScoreEntry)) == 3


async def test_a_mark_of_other_points_is_a_correction_and_takes_its_own_reason(yard: Rounds) -> None:
    row, _ = await scored(yard)
    actor = yard.acting(yard.assessors[0], Role.ASSESSOR)
    await yard.mark(row, yard.assessors[0], craft=80)
    job = await sheet(yard, actor, [row.id, "craft", 81])
    assert [one[:2] for one in await told(yard, job)] == [(None, "DUPLICATE")]
    [entry] = await yard.rows(ScoreEntry)
    await yard.do(actor, correct_mark, read_document, Correction(key=key(), entry_id=entry.id, points=81))
    job = await sheet(yard, actor, [row.id, "craft", 81], [row.id, "hands_on", 0])
    assert (job.phase, job.ok, job.unchanged) == (JobPhase.CHECKED, 2, 1)


async def test_what_marking_refuses_is_told_at_its_cell(yard: Rounds) -> None:
    row, worker = await scored(yard)
    assessor, other = yard.assessors[:2]
    actor = yard.acting(assessor, Role.ASSESSOR)
    job = await sheet(yard, actor, [row.id, "crafft", 80], [row.id, "craft", 101], [yard.round_id, "craft", 80])
    assert [one[:2] for one in await told(yard, job)] == [
        ("B2", "UNKNOWN_CODE"),
        ("C3", "BAD_ARGUMENT"),
        ("A4", "NOT_FOUND"),
    ]
    tied = {"actor_person_id": assessor.id, "applicant_person_id": worker.id, "ground": Ground.RELATIVE}
    await yard.do(actor, declare_tie, NewTie(key=key(), round_id=yard.round_id, **tied))
    job = await sheet(yard, actor, [row.id, "craft", 80])
    [(cell, code, _)] = await told(yard, job)
    assert (cell, code) == ("A2", ErrorCode.RECUSED.value)
    job = await sheet(yard, yard.acting(other, Role.ASSESSOR), [row.id, "craft", 80])
    assert job.phase is JobPhase.CHECKED


async def test_a_round_that_is_no_longer_scored_takes_no_more_marks(yard: Rounds) -> None:
    row, _ = await scored(yard)
    actor = yard.acting(yard.assessors[0], Role.ASSESSOR)
    job = await sheet(yard, actor, [row.id, "craft", 80])
    await yard.mark_all(row, craft=75, hands_on=75, defence=75)
    done = await confirmed(yard, actor, job)
    assert (done.phase, done.ok, done.errors) == (JobPhase.DONE, 0, 1)
    assert [one[1] for one in await told(yard, done)] == ["DUPLICATE"]


async def test_nobody_imports_reads_or_confirms_the_sheet_of_another(yard: Rounds) -> None:
    row, _ = await scored(yard)
    first, second = (yard.acting(one, Role.ASSESSOR) for one in yard.assessors[:2])
    job = await sheet(yard, first, [row.id, "craft", 80])
    for actor, code in ((second, ErrorCode.NOT_FOUND), (yard.office, ErrorCode.NOT_PERMITTED)):
        seen = SeenJob(key=key(), job_id=job.id, revision=job.revision)
        assert (await yard.refuses(actor, confirm_job, seen)).code is code
    for actor, count in ((first, 1), (second, 0), (yard.office, 0), (OFFICER, 1)):
        async with yard.database.read(RowScope.of(actor)) as session:
            assert len((await jobs_page(session, actor)).rows) == count
            ids = [one.id for one in await _files(yard)]
            read = await job_contents(session, make.KEYRING, actor, ids, make.NOON)
            assert len(read) == (1 if actor is first else 0)


async def _files(yard: Rounds) -> list[Any]:
    return await yard.rows(JobFile)
