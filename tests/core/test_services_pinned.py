"""A version counts for a day as it was known when that day was over: neither more than it did nor less, later on."""

from datetime import date
from typing import Any

import pytest

from core.errors import ErrorCode, GuantongError
from core.models import FaultKind
from core.services.activations import Switch, activate, retire, suspend
from core.services.evaluations import NewEvaluation, record_evaluation
from core.services.quarantine import Breakage, lift_quarantine, report_fault
from core.services.verifier import Candidate, Surroundings, Verdict
from core.services.wheels import verify_again
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from tests import builders as make
from tests.core.calls import OFFICER, call, said, store
from tests.core.evaluation_world import CRITERIA, DECIDED, FILED, SINCE, Yard, yard_in
from tests.core.filing_world import SERVICE, InventedVerifier, read_document

pytestmark = pytest.mark.anyio
BEFORE, AFTER = date(2026, 1, 31), date(2026, 2, 2)


@pytest.fixture
async def yard(database: Database) -> Yard:
    return await yard_in(database)


async def on(yard: Yard, day: date, use_case: Any, **given: Any) -> None:
    """What the bureau does to the version on a day; afterwards it is 2 March again."""
    yard.world.on(day)
    await yard.world.do(OFFICER, use_case, Switch(filing_id=yard.filing_id, **given))
    yard.world.on(make.DAY)


async def quarantine(yard: Yard, day: date) -> None:
    """Three crashes on a day."""
    filing = await yard.world.filing()
    yard.world.on(day)
    async with yard.database.write(EVERY_ROW) as session:
        for number in range(3):
            crash = Breakage(filing.wheel_id, FaultKind.CRASH, Text(f"{number}", f"{number}"))
            await report_fault(call(session, SERVICE, yard.world.now), crash)
    yard.world.on(make.DAY)


def evaluation(yard: Yard, day: date = FILED, **given: Any) -> NewEvaluation:
    return yard.title_only(reference_day=day, decided_on=max(day, DECIDED), **given)


async def runs(yard: Yard, day: date = FILED) -> bool:
    """Whether an evaluation of the day can be recorded."""
    try:
        await yard.world.do(yard.actor, record_evaluation, read_document, evaluation(yard, day))
    except GuantongError as error:
        assert error.code is ErrorCode.NOT_IN_FORCE
        return False
    return True


async def refusal(yard: Yard, day: date = FILED) -> Any:
    return said(await yard.world.refuses(yard.actor, record_evaluation, read_document, evaluation(yard, day)))


async def test_it_runs_from_the_day_it_was_switched_on(yard: Yard) -> None:
    assert await runs(yard, SINCE)
    assert await runs(yard, make.DAY)
    assert not await runs(yard, date(2026, 1, 4))


async def test_a_suspension_counts_from_its_day(yard: Yard) -> None:
    await on(yard, FILED, suspend, ends=AFTER)
    assert await runs(yard, BEFORE)
    assert await refusal(yard) == (
        ErrorCode.NOT_IN_FORCE,
        "方案“example_ship”版本 1.0.0 在 2026-02-01 不运行：“示例经办”将其在 [2026-02-01, 2026-02-02) 暂停：示例理由",
        "version 1.0.0 of scheme 'example_ship' did not run on 2026-02-01: '示例经办' made it suspended on "
        "[2026-02-01, 2026-02-02): 示例理由",
    )
    assert not await runs(yard)
    assert await runs(yard, AFTER)


@pytest.mark.parametrize("use_case", [suspend, retire])
async def test_what_is_done_to_it_later_takes_nothing_from_the_day(yard: Yard, use_case: Any) -> None:
    await on(yard, AFTER, use_case)
    assert await runs(yard)
    assert not await runs(yard, AFTER)
    assert not await runs(yard, make.DAY)


async def test_a_retirement_ends_it(yard: Yard) -> None:
    await on(yard, FILED, retire)
    assert "made it retired on [2026-02-01, …)" in (await refusal(yard))[2]


async def test_quarantine_counts_on_the_days_it_outlasts(yard: Yard) -> None:
    await quarantine(yard, FILED)
    assert await runs(yard, BEFORE)
    assert not await runs(yard)
    assert "it has been in quarantine since 2026-02-01" in (await refusal(yard))[2]
    filing = await yard.world.filing()
    yard.world.on(AFTER)
    await yard.world.do(OFFICER, lift_quarantine, filing.wheel_id)
    yard.world.on(make.DAY)
    assert not await runs(yard)
    assert await runs(yard, AFTER)


class Stricter(InventedVerifier):
    """What it passed once, it rejects now."""

    async def verify(self, candidate: Candidate, around: Surroundings) -> Verdict:
        return Verdict(False, ({"code": "SCH999", "severity": "error"},))


async def test_a_later_verification_takes_nothing_from_the_day(yard: Yard) -> None:
    filing = await yard.world.filing()
    yard.world.on(AFTER)
    await yard.world.do(OFFICER, verify_again, Stricter(), filing.digest)
    yard.world.on(make.DAY)
    assert await runs(yard)
    assert await runs(yard, AFTER), "a rejection of what is on record is a finding; only the bureau stops it"


async def test_a_newer_version_takes_its_place(yard: Yard) -> None:
    yard.world.on(FILED)
    await yard.world.running("1.1.0", criteria=CRITERIA)
    yard.world.on(make.DAY)
    assert await runs(yard, BEFORE)
    assert "it is on record as 示例备案1.0.0 on [2026-01-05, 2026-02-01), then superseded" in (await refusal(yard))[2]


async def test_on_record_is_not_active(yard: Yard) -> None:
    yard.world.on(FILED)
    filing = await yard.world.recorded("1.1.0", criteria=CRITERIA)
    yard.world.on(make.DAY)
    given = evaluation(yard, scheme_version_id=filing.scheme_version_id)
    error = await yard.world.refuses(yard.actor, record_evaluation, read_document, given)
    assert "did not run on 2026-02-01: it is on record but not activated on 2026-02-01" in error.message.en
    await yard.world.do(OFFICER, activate, Switch(filing_id=filing.id))
    error = await yard.world.refuses(yard.actor, record_evaluation, read_document, given)
    assert "not activated on 2026-02-01" in error.message.en


async def test_a_version_that_was_never_filed_runs_on_no_day(yard: Yard) -> None:
    scheme = make.scheme(yard.own)
    version = make.scheme_version(scheme)
    await store(yard.database, scheme, version)
    given = evaluation(yard, scheme_version_id=version.id)
    error = await yard.world.refuses(yard.actor, record_evaluation, read_document, given)
    assert said(error) == (
        ErrorCode.NOT_IN_FORCE,
        f"方案“{scheme.key}”版本 1.0.0 在 2026-02-01 不运行：当日尚未登记",
        f"version 1.0.0 of scheme '{scheme.key}' did not run on 2026-02-01: it was not registered by then",
    )
