"""Pilot enterprises that evaluate nothing: the bureau is alerted, and who left idle waits before it may come back."""

from datetime import date

import pytest

from core.errors import ErrorCode
from core.models import FilingState, PilotListing
from core.services.docket import Seen
from core.services.filings import submit_filing
from core.services.idle import IdleStay, idle_stays
from core.services.pilot import Delisting, NewListing, delist_pilot, list_pilot
from core.services.results import conclude_round
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import OFFICER, admin_of, policy_with, said, store
from tests.core.round_world import Rounds, rounds_in

pytestmark = pytest.mark.anyio
FULL, LEFT, BACK = date(2027, 1, 1), date(2027, 2, 1), date(2029, 2, 1)


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


async def idle(yard: Rounds, day: date) -> list[IdleStay]:
    async with yard.database.read(EVERY_ROW) as session:
        return await idle_stays(session, yard.policy, day)


async def delist(yard: Rounds, ends: date) -> PilotListing:
    given = Delisting(enterprise_id=yard.own.id, batch="第三批", basis="示例公告〔2027〕1号", ends=ends)
    return await yard.do(OFFICER, delist_pilot, given, reason="一年内未组织评价")  # type: ignore[no-any-return]


def listing(yard: Rounds, starts: date) -> NewListing:
    return NewListing(enterprise_id=yard.own.id, batch="第四批", basis="示例公告〔2029〕1号", starts=starts)


async def test_the_bureau_is_alerted_when_the_years_are_full(yard: Rounds) -> None:
    assert await idle(yard, date(2026, 12, 31)) == []
    [found] = await idle(yard, FULL)
    assert (found.last, found.since, found.due) == (None, date(2026, 1, 1), FULL)
    assert found.text.zh == "自 2026-01-01 起未组织评价，至 2027-01-01 已满移出名单的年限"
    assert found.citation.clause == "退出机制"
    yard.policy = policy_with(pilot__idle_years_max=2)
    assert await idle(yard, FULL) == [], "the years are the policy's"


async def test_a_concluded_round_is_an_evaluation_and_a_renewed_listing_is_none(yard: Rounds) -> None:
    await yard.opened()
    row = await yard.apply(await yard.worker())
    await yard.scoring(row)
    await yard.mark_all(row)
    await yard.deliberated(row)
    await yard.step(conclude_round)
    concluded = yard.today
    renewed = await delist(yard, date(2026, 12, 1))
    await yard.do(OFFICER, list_pilot, listing(yard, date(2026, 12, 1)))
    assert renewed.ends == date(2026, 12, 1)
    assert await idle(yard, FULL) == []
    [found] = await idle(yard, date(2027, 6, 1))
    assert (found.last, found.since, found.listing.batch) == (concluded, concluded, "第四批")


async def test_who_is_off_the_list_is_not_idle(yard: Rounds) -> None:
    other = make.enterprise()
    starts = {"batch": "示例第二批", "basis": "示例依据", "reason": "示例", "starts": date(2026, 2, 1)}
    await store(yard.database, other, PilotListing(enterprise_id=other.id, **starts))
    await delist(yard, date(2026, 12, 1))
    assert [one.listing.enterprise_id for one in await idle(yard, date(2027, 3, 1))] == [other.id]


async def test_who_left_idle_is_not_listed_again_within_the_wait(yard: Rounds) -> None:
    await delist(yard, LEFT)
    error = await yard.refuses(OFFICER, list_pilot, listing(yard, date(2029, 1, 31)))
    assert said(error) == (
        ErrorCode.STEP_REFUSED,
        f"“{yard.own.zh}”因未组织评价于 2027-02-01 移出试点名单，2029-02-01 起方可再列入、再备案",
        f"'{yard.own.zh}' left the pilot list on 2027-02-01 for want of evaluations: it is listed, and files, again "
        "from 2029-02-01 on",
    )
    assert "退出机制" in (error.clause or "")
    assert (await yard.do(OFFICER, list_pilot, listing(yard, BACK))).starts == BACK


async def test_a_listing_that_takes_over_on_the_same_day_is_no_way_round(yard: Rounds) -> None:
    await delist(yard, LEFT)
    error = await yard.refuses(OFFICER, list_pilot, listing(yard, LEFT))
    assert error.code is ErrorCode.STEP_REFUSED


async def test_who_left_for_something_else_may_come_back(yard: Rounds) -> None:
    await delist(yard, date(2026, 12, 1))
    assert (await yard.do(OFFICER, list_pilot, listing(yard, date(2026, 12, 15)))).starts == date(2026, 12, 15)


async def test_who_left_idle_files_no_scheme_within_the_wait(yard: Rounds) -> None:
    await yard.filings.register(version="2.0.0")
    await delist(yard, LEFT)
    yard.filings.on(date(2029, 1, 31))
    seen = Seen(**await yard.filings.see("2.0.0"))
    error = await yard.filings.refuses(admin_of(yard.own), submit_filing, seen)
    assert (error.code, "退出机制" in (error.clause or "")) == (ErrorCode.STEP_REFUSED, True)
    yard.filings.on(BACK)
    assert (await yard.filings.submit("2.0.0")).state is FilingState.SUBMITTED
