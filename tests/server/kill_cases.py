"""Every kind of job as it is killed: what it needs on record, its file, and what has to be there when it is done.

A kind without a case here fails ``test_jobs_killed.py``.
"""

import csv
import io
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from docx import Document

from core.audit import Tag
from core.exporting.form import ExportFormat, ExportKind
from core.facts import ContestTier
from core.jobs.phases import JobFileRole, JobKind
from core.ladders import Level
from core.models import (
    Authority,
    AuthorityKind,
    Award,
    Competition,
    Credential,
    Employment,
    JobFile,
    JobFilePart,
    Person,
    PilotDecision,
    PilotListing,
    ScoreEntry,
)
from core.permissions import Actor, Role
from core.services.exporting import NewExport, NewReport, ask_for_export, ask_for_report
from core.services.pilot_report import ReportFormat, pilot_report
from core.services.supervision import Period
from tests import builders as make
from tests.core.calls import OFFICER, store
from tests.core.round_case import BOTH
from tests.core.round_world import rounds_in
from tests.core.test_pilot_list import candidate
from tests.server.import_world import World, as_csv, roster
from tests.server.job_worker import SIZE

ROWS: Final = 2 * SIZE + 5


@dataclass(frozen=True, slots=True)
class Killed:
    """A job that was asked for: as whom, how many rows it has, which rows and events it adds, and what else holds."""

    actor: Actor
    job_id: Any
    adds: Mapping[Any, int] = field(default_factory=dict)
    notes: Mapping[Tag, int] = field(default_factory=dict)
    rows: int = ROWS
    holds: Callable[[], Awaitable[None]] | None = None


async def _roster(world: World) -> Killed:
    job = await world.ask(as_csv(roster(ROWS)))
    adds: dict[Any, int] = {Person: ROWS, Employment: ROWS}
    return Killed(world.admin, job.id, adds, {Tag.CITY_PERSON_REGISTER: ROWS, Tag.PERSON_EMPLOYMENT_RECORD: ROWS})


async def _registered(world: World) -> list[Person]:
    """People who work at the enterprise since 2020."""
    numbers = [make.identity_number(n) for n in range(ROWS)]
    index = world.parts.keyring.index
    people = [
        make.person(name=f"示例{n}", identity=number, identity_index=index(number)) for n, number in enumerate(numbers)
    ]
    async with world.parts.use_cases(world.admin, "test") as call:
        await call.store(*people)
        await call.store(*(make.employment(one, world.enterprise) for one in people))
    return people


def _table(headers: str, rows: list[list[Any]]) -> bytes:
    return as_csv([headers.split(), *rows])


def _who(n: int) -> list[Any]:
    return [f"示例{n}", make.identity_number(n)]


async def _employments(world: World) -> Killed:
    await _registered(world)
    rows = [[*_who(n), "焊工", "2015.3.15", "2018.3.15"] for n in range(ROWS)]
    content = _table("姓名 证件号码 岗位 入职日期 离职日期", rows)
    job = await world.ask(content, "任职.csv", JobKind.IMPORT_EMPLOYMENTS)
    return Killed(world.admin, job.id, {Employment: ROWS}, {Tag.PERSON_EMPLOYMENT_RECORD: ROWS})


async def _credentials(world: World) -> Killed:
    await _registered(world)
    skill = {"kind": AuthorityKind.SKILL_RECOGNITION, "occupation": make.FITTER, "highest": Level.TECHNICIAN}
    same = {"enterprise_id": world.enterprise.id, "document": "示例文件", "starts": date(2020, 1, 1)}
    await store(world.parts.database, Authority(**skill, **same))
    rows = [[*_who(n), "高级工", make.FITTER, f"Y0000440000012230{n:05d}", "2024.6.1", "示例"] for n in range(ROWS)]
    content = _table("姓名 证件号码 等级 职业 证书编号 取得日期 依据", rows)
    job = await world.ask(content, "凭证.csv", JobKind.IMPORT_CREDENTIALS)
    return Killed(world.admin, job.id, {Credential: ROWS}, {Tag.PERSON_CREDENTIAL_RECORD: ROWS})


async def _awards(world: World) -> Killed:
    await _registered(world)
    held = Competition(
        zh="示例焊工竞赛", tier=ContestTier.CITY, year=2024, held_on=date(2024, 5, 1), basis="示例", is_example=True
    )
    await store(world.parts.database, held)
    rows = [[*_who(n), held.zh, "2024.5.1", make.FITTER, "银牌", "2024.6.1"] for n in range(ROWS)]
    content = _table("姓名 证件号码 竞赛名称 竞赛日期 职业 奖次 获奖日期", rows)
    job = await world.ask(content, "成绩.csv", JobKind.IMPORT_AWARDS, actor=OFFICER)
    return Killed(OFFICER, job.id, {Award: ROWS}, {Tag.PERSON_AWARD_RECORD: ROWS})


async def _pilot_list(world: World) -> Killed:
    yard = await rounds_in(world.parts.database)
    newcomers = [await candidate(yard) for _ in range(ROWS)]
    rows = [[one.uscc, "列入", "第二批", "示例公告〔2026〕2号", "2026年3月2日"] for one in newcomers]
    content = _table("统一社会信用代码 变动 批次 依据 生效日期", rows)
    job = await world.ask(content, "名单.csv", JobKind.IMPORT_PILOT_LIST, actor=OFFICER)
    notes = {Tag.CITY_PILOT_DECIDE: 1, Tag.ENTERPRISE_PILOT_LIST: ROWS}
    return Killed(OFFICER, job.id, {PilotDecision: 1, PilotListing: ROWS}, notes)


async def _scores(world: World) -> Killed:
    """An assessor's marks on all that there is of eight applications."""
    yard = await rounds_in(world.parts.database)
    await yard.opened()
    applications = [await yard.apply(await yard.worker(both=True), **BOTH) for _ in range(8)]
    await yard.scoring(*applications)
    assessor = yard.acting(yard.assessors[0], Role.ASSESSOR)
    rows = [[one.id, criterion, 80] for criterion in ("craft", "hands_on", "defence") for one in applications]
    job = await world.ask(_table("申报标识 评价要素 得分", rows), "评分.csv", JobKind.IMPORT_SCORES, actor=assessor)
    # An event tells what was marked of one application in one batch.
    batches = [rows[at : at + SIZE] for at in range(0, len(rows), SIZE)]
    events = sum(len({row[0] for row in batch}) for batch in batches)
    return Killed(assessor, job.id, {ScoreEntry: len(rows)}, {Tag.PERSON_SCORE_GIVE: events}, len(rows))


async def _export(world: World) -> Killed:
    people = await _registered(world)
    async with world.parts.use_cases(world.admin, "test") as call:
        given = NewExport(key=uuid4().hex, kind=ExportKind.ROSTER, format=ExportFormat.CSV)
        job_id = (await ask_for_export(call, given, "示例导出")).id

    async def holds() -> None:
        content = await world.file(await world.job(job_id), JobFileRole.EXPORT)
        assert content is not None
        found = [row["姓名"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
        assert found == [one.name for one in people]
        assert not (Path(tempfile.gettempdir()) / f"guantong-export-{job_id}").exists()

    adds: dict[Any, int] = {JobFile: 1, JobFilePart: 1}
    return Killed(world.admin, job_id, adds, {Tag.CITY_EXPORT_MAKE: 1}, holds=holds)


async def _report(world: World) -> Killed:
    await _registered(world)
    admin = world.admin
    async with world.parts.use_cases(admin, "test") as call:
        given = NewReport(key=uuid4().hex, format=ReportFormat.WORD)
        job_id = (await ask_for_report(call, given, "示例导出")).id
        period = Period(call.today.replace(month=1, day=1), call.today, call.today)
        report = await pilot_report(call.session, admin, call.policy, call.vocabulary, period)

    async def holds() -> None:
        content = await world.file(await world.job(job_id), JobFileRole.EXPORT)
        assert content is not None
        assert len(Document(io.BytesIO(content)).tables) == sum(bool(one.rows) for one in report.sections)

    adds: dict[Any, int] = {JobFile: 1, JobFilePart: 1}
    rows = sum(len(one.rows) for one in report.sections)
    return Killed(admin, job_id, adds, {Tag.CITY_EXPORT_MAKE: 1}, rows, holds)


CASES: Final[Mapping[JobKind, Callable[[World], Awaitable[Killed]]]] = {
    JobKind.IMPORT_ROSTER: _roster,
    JobKind.IMPORT_EMPLOYMENTS: _employments,
    JobKind.IMPORT_CREDENTIALS: _credentials,
    JobKind.IMPORT_AWARDS: _awards,
    JobKind.IMPORT_PILOT_LIST: _pilot_list,
    JobKind.IMPORT_SCORES: _scores,
    JobKind.EXPORT_LIST: _export,
    JobKind.EXPORT_REPORT: _report,
}
