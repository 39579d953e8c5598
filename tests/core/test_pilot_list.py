"""The pilot list: dated decisions, the difference between two days, and what leaving it does to what is under way."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import col

from core.errors import ErrorCode, GuantongError
from core.ladders import Level
from core.models import Authority, AuthorityKind, Credential, Enterprise, PilotDecision, PilotListing, Round
from core.permissions import ANONYMOUS
from core.policy.stack import PolicyStack
from core.rounds.deadlines import Term
from core.rounds.steps import RoundState
from core.services.applications import file_application
from core.services.pilot import Delisting, Joining, ListChange, change_pilot_list, delist_pilot
from core.services.results import conclude_round, file_results, notice_results
from core.services.round_docket import SeenRound
from core.services.rounds import NewRound, announce_round, plan_round
from core.storage.database import Database
from core.storage.queries.pilot import ListDifference, count_pilot_decisions, pilot_decisions_page, pilot_difference
from core.storage.row_scope import EVERY_ROW, RowScope
from tests import builders as make
from tests.core.calls import OFFICER, REASON, call, events, policy_with, store
from tests.core.filing_world import read_document
from tests.core.round_case import LAST_DAY, REFERENCE_DAY
from tests.core.round_world import Rounds, key, rounds_in

pytestmark = pytest.mark.anyio
JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 2)
SCOPE, DEFAULT = "试点范围", "平台默认"


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


async def candidate(yard: Rounds, **given: object) -> Enterprise:
    """An enterprise with both authorities."""
    row = make.enterprise(**given)
    same = {"enterprise_id": row.id, "document": "示例授权", "starts": JANUARY}
    await store(
        yard.database,
        row,
        Authority(kind=AuthorityKind.TITLE_REVIEW, series="engineering", highest=Level.INTERMEDIATE, **same),
        Authority(kind=AuthorityKind.SKILL_RECOGNITION, occupation=make.FITTER, highest=Level.TECHNICIAN, **same),
    )
    return row


def change(**given: object) -> ListChange:
    return ListChange(
        **{"key": key(), "revision": 0, "batch": "第二批", "basis": "示例公告〔2026〕2号", "effective_on": MARCH}
        | given
    )


async def difference(yard: Rounds, earlier: date, later: date) -> ListDifference:
    async with yard.database.read(EVERY_ROW) as session:
        return await pilot_difference(session, ANONYMOUS, earlier, later)


async def delist(yard: Rounds, ends: date | None = None) -> PilotListing:
    given = Delisting(enterprise_id=yard.own.id, batch="第三批", basis="示例公告〔2026〕3号", ends=ends or yard.today)
    return await yard.do(OFFICER, delist_pilot, given, reason="评价权已收回")  # type: ignore[no-any-return]


# ---- decisions and differences


async def test_one_decision_moves_several_and_the_difference_tells_them(yard: Rounds) -> None:
    newcomer = await candidate(yard)
    wanted = change(joins=(Joining(enterprise_id=newcomer.id),), leaves=(yard.own.id,))
    decision: PilotDecision = await yard.do(OFFICER, change_pilot_list, wanted, reason="名单动态更新")
    found = await difference(yard, MARCH - timedelta(days=1), MARCH)
    [joined], [left] = found.joined, found.left
    assert (joined.enterprise_id, left.enterprise_id, found.renewed) == (newcomer.id, yard.own.id, ())
    for move in (joined, left):
        assert move.decision is not None
        assert (move.decision.id, move.decision.batch, move.decision.basis) == (decision.id, "第二批", wanted.basis)
        assert move.reason == "名单动态更新"
    assert (await difference(yard, MARCH, MARCH + timedelta(days=9))) == ListDifference((), (), ())
    tags = [event.tag for event in await events(yard.database)]
    assert tags[-3:] == ["city:pilot:decide", "enterprise:pilot:delist", "enterprise:pilot:list"]
    async with yard.database.read(EVERY_ROW) as session:
        page = await pilot_decisions_page(session, ANONYMOUS)
        assert await count_pilot_decisions(session, ANONYMOUS) == 1
    assert [row.id for row in page.rows] == [decision.id]


async def test_a_decision_is_taken_as_a_whole_and_once(yard: Rounds) -> None:
    unfit = make.enterprise()
    await store(yard.database, unfit)
    error = await yard.refuses(
        OFFICER, change_pilot_list, change(leaves=(yard.own.id,), joins=(Joining(enterprise_id=unfit.id),))
    )
    assert SCOPE in (error.clause or ""), "it lacks both authorities"
    assert await yard.rows(PilotDecision) == []
    wanted = change(leaves=(yard.own.id,))
    first = await yard.do(OFFICER, change_pilot_list, wanted)
    assert (await yard.do(OFFICER, change_pilot_list, wanted)).id == first.id
    assert len(await yard.rows(PilotDecision)) == 1
    for given in ({"revision": 1}, {"revision": 1, "leaves": (unfit.id,), "joins": (Joining(enterprise_id=unfit.id),)}):
        assert (await yard.refuses(OFFICER, change_pilot_list, change(**given))).code is ErrorCode.BAD_ARGUMENT
    assert (await yard.refuses(yard.office, change_pilot_list, wanted)).code is ErrorCode.NOT_PERMITTED
    stale = await yard.refuses(OFFICER, change_pilot_list, change(joins=(Joining(enterprise_id=yard.own.id),)))
    assert stale.code is ErrorCode.OUT_OF_DATE, "somebody else has changed the list since"


async def test_who_left_and_came_back_is_renewed_and_what_ended_by_itself_says_why(yard: Rounds) -> None:
    brief = await candidate(yard)
    await yard.do(OFFICER, change_pilot_list, change(joins=(Joining(enterprise_id=brief.id, ends=date(2026, 4, 1)),)))
    await delist(yard, MARCH)
    back = change(
        joins=(Joining(enterprise_id=yard.own.id),), effective_on=date(2026, 5, 1), batch="第四批", revision=2
    )
    await yard.do(OFFICER, change_pilot_list, back)
    found = await difference(yard, JANUARY, date(2026, 6, 1))
    assert [move.listing.batch for move in found.renewed] == ["第四批"]
    assert (found.joined, found.left) == ((), ())
    [ended] = (await difference(yard, MARCH, date(2026, 4, 1))).left
    assert (ended.enterprise_id, ended.decision, ended.reason) == (brief.id, None, "示例理由")
    with pytest.raises(GuantongError) as caught:
        await difference(yard, MARCH, JANUARY)
    assert caught.value.code is ErrorCode.PERIOD_REVERSED


# ---- what leaving does


async def test_no_new_round_begins_and_none_opens(yard: Rounds) -> None:
    await yard.announce()
    await delist(yard)
    new = NewRound(
        key=key(),
        scheme_version_id=yard.version_id,
        zh="示例批次",
        reference_day=REFERENCE_DAY,
        applications_until=LAST_DAY,
    )
    refused = await yard.refuses(yard.office, announce_round, read_document, new)
    assert SCOPE in (refused.clause or "")
    assert SCOPE in ((await yard.blocked(plan_round)).clause or "")


async def test_an_open_round_takes_nobody_new_and_ends_with_those_who_are_there(yard: Rounds) -> None:
    await yard.opened()
    row = await yard.apply(await yard.worker())
    late = await yard.worker()
    yard.on(date(2026, 3, 9))
    await delist(yard)
    error = await yard.refuses(yard.acting(late), file_application, read_document, yard.application(None))
    assert (error.code, DEFAULT in (error.clause or "")) == (ErrorCode.STEP_REFUSED, True)
    await yard.scoring(row)
    await yard.noticed(row)
    assert (await yard.round()).state is RoundState.NOTICED


async def test_a_round_past_its_notice_ends_and_its_certificates_stand(yard: Rounds) -> None:
    await yard.opened()
    row = await yard.apply(await yard.worker())
    await yard.scoring(row)
    await yard.noticed(row)
    await yard.filed()
    await delist(yard)
    [certificate] = await yard.certified()
    assert (await yard.reported()).state is RoundState.REPORTED
    credential: Credential = await yard.row(Credential, certificate.credential_id)
    assert (credential.revoked_on, credential.valid_until) == (None, None)
    assert await yard.rows(PilotListing, col(PilotListing.ends) == yard.today)


async def test_a_pack_that_stops_rounds_stops_those_before_the_filing_alone(yard: Rounds) -> None:
    """What the pack says decides: with another word the round before its notice ends there, a filed one goes on."""
    await yard.opened()
    row = await yard.apply(await yard.worker())
    await yard.scoring(row)
    await yard.mark_all(row)
    await yard.deliberated(row)
    await yard.step(conclude_round)
    await delist(yard)
    with pytest.raises(GuantongError) as caught:
        await take_under(yard, stopping(), notice_results)
    assert (caught.value.code, DEFAULT in (caught.value.clause or "")) == (ErrorCode.STEP_REFUSED, True)
    await yard.step(notice_results)
    yard.on((await yard.deadline(Term.NOTICE)).due + timedelta(days=1))
    assert (await take_under(yard, stopping(), file_results)).state is RoundState.FILED


def stopping() -> PolicyStack:
    """The packs, but that what is under way stops when an enterprise leaves the list."""
    return policy_with(pilot__delisting_running_rounds="stop")


async def take_under(yard: Rounds, packs: PolicyStack, use_case: Callable[..., Awaitable[Round]]) -> Round:
    """A step of the office under other packs."""
    seen = SeenRound(**await yard.seen())
    async with yard.database.write(RowScope.of(yard.office)) as session:
        made = replace(call(session, yard.office, yard.now), policy=packs, calendar=yard.calendar)
        return await use_case(made, read_document, seen, REASON)
