"""Credentials from a file: judged one by one, written a batch at a time, on both databases."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from core.audit import Tag
from core.errors import ErrorCode
from core.facts import CredentialKind, ObtainedBy
from core.jobs.phases import JobKind, JobPhase
from core.ladders import Level
from core.models import AuditEvent, Authority, AuthorityKind, Credential, Job
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.server.import_world import World, as_csv, opened, roster

pytestmark = pytest.mark.anyio
HEADERS = ["姓名", "证件号码", "等级", "职业", "系列", "专业", "证书编号", "取得日期", "评审年度", "依据"]
PEOPLE = 60


@pytest.fixture
async def world(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[World]:
    """An enterprise that may evaluate fitters and mechanical engineers, with sixty people on its roster."""
    async with opened(database_url, tmp_path, job_seconds=0.02, replica=tmp_path.name) as world, world.working():
        common: dict[str, Any] = {"enterprise_id": world.enterprise.id, "document": "示例文件"}
        since = date(2020, 1, 1)
        fitters = Authority(
            **common,
            kind=AuthorityKind.SKILL_RECOGNITION,
            occupation=make.FITTER,
            highest=Level.TECHNICIAN,
            starts=since,
        )
        titles = Authority(
            **common,
            kind=AuthorityKind.TITLE_REVIEW,
            series="engineering",
            highest=Level.INTERMEDIATE,
            starts=since,
            ends=date(2025, 1, 1),
        )
        async with world.parts.database.write(EVERY_ROW) as session:
            session.add_all([fitters, titles])
        await applied(world, as_csv(roster(PEOPLE)), JobKind.IMPORT_ROSTER)
        yield world


async def applied(world: World, content: bytes, kind: JobKind = JobKind.IMPORT_CREDENTIALS) -> Job:
    """A file that is checked without errors and put on record."""
    job = await checked(world, content, kind)
    assert job.phase is JobPhase.CHECKED, await world.findings(job)
    await world.confirm(job)
    return await world.settled(job.id)


async def checked(world: World, content: bytes, kind: JobKind = JobKind.IMPORT_CREDENTIALS) -> Job:
    return await world.settled((await world.ask(content, "名单.csv", kind)).id)


def skill(serial: int, **given: Any) -> list[Any]:
    """A sound row of a skill certificate, with some cells of one's own."""
    return _row(serial, {"等级": "高级工", "职业": make.FITTER, "证书编号": f"Y0000440000012230{serial:05d}"}, given)


def title(serial: int, **given: Any) -> list[Any]:
    """A sound row of a title."""
    usual = {"等级": "工程师", "系列": "工程", "专业": "mechanical", "证书编号": f"2024-001-{serial:04d}"}
    return _row(serial, usual | {"等级": "中级", "系列": "engineering", "评审年度": "2023"}, given)


def _row(serial: int, usual: dict[str, Any], given: dict[str, Any]) -> list[Any]:
    common = {"姓名": f"示例{serial}", "证件号码": make.identity_number(serial), "取得日期": "2024.6.1", "依据": "示例"}
    cells = common | usual | given
    return [cells.get(name) for name in HEADERS]


async def kept(world: World) -> list[Credential]:
    async with world.parts.database.read(EVERY_ROW) as session:
        return list((await session.exec(select(Credential).order_by(col(Credential.number)))).all())


async def test_certificates_and_titles_are_put_on_record_once(world: World) -> None:
    content = as_csv([HEADERS, *(skill(n) for n in range(PEOPLE)), *(title(n) for n in range(5)), skill(3)])
    done = await applied(world, content)
    assert (done.phase, done.ok, done.unchanged, done.errors) == (JobPhase.DONE, PEOPLE + 5, 1, 0)
    found = await kept(world)
    assert len(found) == PEOPLE + 5
    first = found[0]
    assert (first.kind, first.title_name, first.review_year) == (
        CredentialKind.PROFESSIONAL_TITLE,
        "工程师",
        2023,
    )
    assert (first.issuer_name, first.issuer_enterprise_id) == (world.enterprise.zh, world.enterprise.id)
    again = await applied(world, content)
    assert (again.ok, again.unchanged) == (0, PEOPLE + 6)
    assert [one.id for one in await kept(world)] == [one.id for one in found]
    async with world.parts.database.read(EVERY_ROW) as session:
        of_credentials = col(AuditEvent.tag) == Tag.PERSON_CREDENTIAL_RECORD
        noted = (await session.exec(select(AuditEvent.subject_id).where(of_credentials))).all()
    assert sorted(noted) == sorted(str(one.id) for one in found)


async def test_a_batch_takes_as_many_statements_as_one_row(world: World) -> None:
    engine = world.parts.database.engine.sync_engine
    said: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        # The numbers of events come one by one on SQLite, whatever is imported.
        if "audit_event" not in statement and any(name in statement for name in ("credential", "audit", "authority")):
            said.append(" ".join(statement.split(None, 3)[:3]))

    taken = []
    for rows in ([skill(0)], [skill(n) for n in range(1, PEOPLE)]):
        job = await checked(world, as_csv([HEADERS, *rows]))
        event.listen(engine, "before_cursor_execute", count)
        await world.confirm(job)
        assert (await world.settled(job.id)).ok == len(rows)
        event.remove(engine, "before_cursor_execute", count)
        taken.append(sorted(said))
        said.clear()
    assert taken[0] == taken[1]
    assert len(taken[0]) <= 5, taken[0]


async def test_two_faults_of_a_row_and_two_rows_of_one_number_are_told_each(world: World) -> None:
    rows = [
        skill(0, 等级="高级技师"),
        title(1, 取得日期="2025-01-01", 评审年度="2024"),
        skill(2, 取得日期="昨天", 等级="高级计师"),
        skill(4),
        skill(4, 等级="技师"),
        skill(5, 证书编号="Y000044000001223000A"),
        title(6, 评审年度=None),
        _row(900, {"等级": "高级工", "职业": make.FITTER, "证书编号": "Y000044000001223900001"}, {}),
    ]
    job = await checked(world, as_csv([HEADERS, *rows]))
    assert job.phase is JobPhase.REJECTED
    told = [(one.row_number, one.cell, one.code) for one in await world.findings(job)]
    assert told == [
        (2, "G2", ErrorCode.CERTIFICATE_NUMBER_INVALID),
        (3, "C3", ErrorCode.NOT_PERMITTED),
        (4, "C4", ErrorCode.UNKNOWN_CODE),
        (4, "H4", ErrorCode.BAD_DATE),
        (6, None, ErrorCode.DUPLICATE),
        (6, "G6", ErrorCode.CERTIFICATE_NUMBER_INVALID),
        (7, "G7", ErrorCode.CERTIFICATE_NUMBER_INVALID),
        (8, "I8", ErrorCode.CREDENTIAL_INCOMPLETE),
        (9, "B9", ErrorCode.NOT_FOUND),
    ]
    assert await kept(world) == []


async def test_a_number_is_one_persons_and_other_issuers_titles_may_bear_it(world: World) -> None:
    foreign = Credential(
        person_id=(await make_known(world)),
        kind=CredentialKind.PROFESSIONAL_TITLE,
        level=Level.INTERMEDIATE,
        series="engineering",
        specialty="mechanical",
        number="2024-001-0001",
        issuer_name="示例另一机构",
        legal_basis="示例",
        obtained_by=ObtainedBy.REVIEW,
        awarded_on=date(2024, 1, 1),
    )
    async with world.parts.database.write(EVERY_ROW) as session:
        session.add(foreign)
    assert (await applied(world, as_csv([HEADERS, title(1), skill(1)]))).ok == 2
    job = await checked(world, as_csv([HEADERS, skill(2, 证书编号="Y000044000001223000001"), title(1)]))
    assert [(one.cell, one.code, one.zh) for one in await world.findings(job)] == [
        (
            "G2",
            ErrorCode.CERTIFICATE_NUMBER_TAKEN,
            "证书编号“Y000044000001223000001”已登记，内容不同；请核对",
        )
    ]
    assert job.unchanged == 1


async def make_known(world: World) -> Any:
    person = make.person()
    async with world.parts.database.write(EVERY_ROW) as session:
        session.add(person)
    return person.id
