"""A change of the pilot list from a file: one decision on all of it or none, on both databases."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col

from core.errors import ErrorCode
from core.jobs.phases import JobKind, JobPhase
from core.models import Enterprise, Job, PilotDecision, PilotListing
from core.services.pilot import Joining, ListChange, change_pilot_list
from core.storage.database import Database
from tests import builders as make
from tests.core.calls import OFFICER, events, store
from tests.core.job_steps import checked, confirmed, told
from tests.core.round_world import Rounds, key, rounds_in
from tests.core.test_pilot_list import candidate

pytestmark = pytest.mark.anyio
HEADERS = ["统一社会信用代码", "企业名称", "变动", "批次", "依据", "生效日期", "重点产业", "期满日期"]
BATCH, BASIS, DAY = "第二批", "示例公告〔2026〕2号", "2026年3月2日"


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


def line(one: Enterprise, change: str = "列入", **given: Any) -> list[Any]:
    cells = {"统一社会信用代码": one.uscc, "企业名称": one.zh, "变动": change, "批次": BATCH, "依据": BASIS}
    cells |= {"生效日期": DAY} | given
    return [cells.get(name) for name in HEADERS]


async def file(yard: Rounds, *rows: list[Any]) -> Job:
    return await checked(yard, OFFICER, JobKind.IMPORT_PILOT_LIST, [HEADERS, *rows])


async def test_a_file_is_one_decision_and_the_same_again_is_none(yard: Rounds) -> None:
    newcomers = [await candidate(yard) for _ in range(3)]
    rows = [line(yard.own, "移出"), *(line(one) for one in newcomers)]
    job = await file(yard, *rows)
    assert (job.phase, job.ok) == (JobPhase.CHECKED, 4), await told(yard, job)
    assert await yard.rows(PilotDecision) == []
    done = await confirmed(yard, OFFICER, job)
    assert (done.phase, done.ok, done.unchanged) == (JobPhase.DONE, 4, 0), done.error_zh
    [decision] = await yard.rows(PilotDecision)
    assert (decision.batch, decision.basis, decision.effective_on) == (BATCH, BASIS, date(2026, 3, 2))
    joined = await yard.rows(PilotListing, col(PilotListing.decision_id) == decision.id)
    assert {one.enterprise_id for one in joined} == {one.id for one in newcomers}
    [left] = await yard.rows(PilotListing, col(PilotListing.ended_decision_id) == decision.id)
    assert (left.enterprise_id, left.ends) == (yard.own.id, date(2026, 3, 2))
    again = await file(yard, *rows)
    done = await confirmed(yard, OFFICER, again)
    assert (again.unchanged, done.phase, done.ok, done.unchanged) == (4, JobPhase.DONE, 0, 4)
    assert len(await yard.rows(PilotDecision)) == 1
    assert [one.tag for one in await events(yard.database)].count("city:pilot:decide") == 1


async def test_what_becomes_wrong_before_it_is_decided_undoes_all_of_it(yard: Rounds) -> None:
    first, second = await candidate(yard), await candidate(yard)
    job = await file(yard, line(first), line(second))
    other = ListChange(
        key=key(), revision=0, batch="另批", basis="另文", effective_on=date(2026, 3, 1),
        joins=(Joining(enterprise_id=second.id),),
    )  # fmt: skip
    await yard.do(OFFICER, change_pilot_list, other)
    done = await confirmed(yard, OFFICER, job)
    assert (done.phase, done.error_code, done.ok) == (JobPhase.FAILED, ErrorCode.DUPLICATE, 0)
    assert (done.error_zh or "").startswith("第 3 行自校验后已不能写入，整份未写入：")
    assert (done.error_en or "").startswith("row 3 can no longer be applied, so nothing of the file was: ")
    assert await yard.rows(PilotListing, col(PilotListing.enterprise_id) == first.id) == []


async def test_what_the_decision_would_refuse_is_told_at_its_cell(yard: Rounds) -> None:
    sound, bare = await candidate(yard), make.enterprise()
    stranger = make.enterprise()
    await store(yard.database, bare)
    job = await file(
        yard,
        line(sound),
        line(bare),
        line(stranger),
        line(yard.own, 企业名称="别的企业"),
        line(yard.own, "移出", 重点产业="any"),
        line(await candidate(yard), 批次="第三批"),
        line(await candidate(yard), "移出"),
        line(await candidate(yard), "列人"),
        line(await candidate(yard), 统一社会信用代码="91440100000000019B"),
        line(await candidate(yard), 期满日期="2026-03-01"),
        line(await candidate(yard), 重点产业="no_such_industry"),
    )
    found = await told(yard, job)
    assert [one[:2] for one in found] == [
        (None, "BAD_ARGUMENT"),
        ("A4", "NOT_FOUND"),
        ("B5", "BAD_ARGUMENT"),
        (None, "DUPLICATE"),
        ("G6", "BAD_ARGUMENT"),
        ("D7", "BAD_ARGUMENT"),
        (None, "NOT_FOUND"),
        ("C9", "UNKNOWN_CODE"),
        ("A10", "USCC_INVALID"),
        (None, "PERIOD_REVERSED"),
        ("G12", "UNKNOWN_CODE"),
    ]
    assert found[5][2] == "一份文件只载一次名单调整：“批次”须与首行“第二批”相同；其他调整请另用文件"
    assert found[2][2] == f"此信用代码登记的企业是“{yard.own.zh}”；请核对代码与名称"
    assert job.phase is JobPhase.REJECTED


async def test_a_file_of_more_rows_than_a_decision_takes_is_refused(yard: Rounds) -> None:
    one = make.enterprise()
    job = await file(yard, *[line(one)] * 1001)
    assert (job.phase, job.error_zh) == (
        JobPhase.FAILED,
        "这类文件作为一个整体办理，最多 1000 行；请核对是否传错文件",
    )
