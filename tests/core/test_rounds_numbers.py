"""Numbers are given once and never again: one after another, at the same moment, and after a failure."""

import asyncio
from datetime import date

import pytest
import sqlalchemy as sa

from core.errors import ErrorCode
from core.models import Enterprise, IssuerCode, NumberCounter, Round
from core.rounds.numbers import Series
from core.services.numbering import NewIssuerCode, assign_issuer_code, next_number
from core.services.round_docket import SeenRound
from core.services.rounds import plan_round
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import OFFICER, call, done, evaluator_of, refused, said, store
from tests.core.filing_world import read_document
from tests.core.round_world import Rounds, key, rounds_in

pytestmark = pytest.mark.anyio
SERIES = Series("example", "EX/", 4)


async def _number(database: Database) -> str:
    async with database.write(EVERY_ROW) as session:
        return await next_number(call(session), SERIES)


async def test_numbers_given_at_the_same_moment_differ(database: Database) -> None:
    """Twenty at once, the first of all among them, when there is no counter to lock yet."""
    found = await asyncio.gather(*(_number(database) for _ in range(20)))
    assert sorted(found) == [f"EX/{n:04d}" for n in range(1, 21)]


async def test_a_number_of_what_failed_is_not_one_that_was_given(database: Database) -> None:
    assert await _number(database) == "EX/0001"
    with pytest.raises(LookupError):
        async with database.write(EVERY_ROW) as session:
            assert await next_number(call(session), SERIES) == "EX/0002"
            raise LookupError
    assert await _number(database) == "EX/0002"
    async with database.read(EVERY_ROW) as session:
        counter = await session.get(NumberCounter, "example")
    assert counter is not None
    assert counter.serial == 2


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


async def test_two_plans_at_the_same_moment_have_their_own_numbers(yard: Rounds) -> None:
    first, second = await yard.announce(), await yard.announce()

    async def planned(row: Round) -> str | None:
        seen = SeenRound(key=key(), round_id=row.id, revision=1)
        return (await yard.do(yard.office, plan_round, read_document, seen)).plan_number  # type: ignore[no-any-return]

    found = await asyncio.gather(planned(first), planned(second))
    assert sorted(str(one) for one in found) == ["EX01/2026/03/001", "EX01/2026/03/002"]


async def test_the_same_request_at_the_same_moment_is_done_once(yard: Rounds) -> None:
    await yard.announce()
    seen = SeenRound(**await yard.seen())
    found = await asyncio.gather(*(yard.do(yard.office, plan_round, read_document, seen) for _ in range(6)))
    assert {(row.plan_number, row.revision) for row in found} == {("EX01/2026/03/001", 2)}


async def test_serials_begin_anew_with_the_month(yard: Rounds) -> None:
    await yard.announce()
    assert (await yard.step(plan_round)).plan_number == "EX01/2026/03/001"
    yard.on(date(2026, 4, 1))
    await yard.announce(applications_until=date(2026, 4, 10))
    assert (await yard.step(plan_round)).plan_number == "EX01/2026/04/001"


async def test_codes_are_given_once_by_the_bureau(database: Database) -> None:
    own, other = make.enterprise(), make.enterprise()
    await store(database, own, other)

    def codes(of: Enterprise, record_code: str, prefix: str) -> NewIssuerCode:
        return NewIssuerCode(key=key(), enterprise_id=of.id, record_code=record_code, certificate_prefix=prefix)

    given = codes(own, "EX01", "Y000044000001")
    assert (await refused(database, assign_issuer_code, given, actor=evaluator_of(own))).code is ErrorCode.NOT_PERMITTED
    row: IssuerCode = await done(database, assign_issuer_code, given, actor=OFFICER)
    assert row.assigned_on == make.DAY
    again = await refused(database, assign_issuer_code, codes(own, "EX02", "Y000044000002"))
    assert said(again)[:2] == (ErrorCode.DUPLICATE, "该企业已有编号用代码；代码不可更改")
    taken = await refused(database, assign_issuer_code, codes(other, "EX02", "Y000044000001"))
    assert taken.message.zh == "代码已属另一企业"


async def test_without_codes_there_is_no_plan(database: Database) -> None:
    yard = await rounds_in(database)
    async with database.write(EVERY_ROW) as session:
        await session.exec(sa.delete(IssuerCode))
    await yard.announce()
    error = await yard.blocked(plan_round)
    assert said(error)[:2] == (
        ErrorCode.STEP_REFUSED,
        "主管部门尚未给企业分配备案编号与证书编号前缀；请先申领",
    )
