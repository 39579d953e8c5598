"""Certificates that contests led to, revoked: the pair goes with deceit, and the holder is barred as after a round."""

from datetime import date

import pytest
from sqlmodel import col

from core.errors import ErrorCode
from core.models import ContestDecision, ContestState, Credential
from core.services.applications import file_application
from core.services.revocations import GrantRevocation, revoke_granted
from core.storage.database import Database
from tests import builders as make
from tests.core.calls import OFFICER, evaluator_of, events, said, store
from tests.core.contest_world import ENGINEER, TECHNICIAN, Contests, contests_in
from tests.core.filing_world import read_document
from tests.core.round_world import key

pytestmark = pytest.mark.anyio


@pytest.fixture
async def contests(database: Database) -> Contests:
    return await contests_in(database)


async def revoking(contests: Contests, credential: Credential, fraud: bool = False) -> GrantRevocation:
    [row] = await contests.yard.rows(ContestDecision, col(ContestDecision.credential_id) == credential.id)
    return GrantRevocation(key=key(), decision_id=row.id, fraud=fraud)


async def test_deceit_takes_both_certificates_of_a_contest_and_bars_the_holder(contests: Contests) -> None:
    """One of the two is the bureau's, the other the enterprise's; whichever is found out takes both."""
    yard, winner = contests.yard, await contests.fitter()
    later = await contests.ask(await contests.award(winner), ENGINEER)
    row = await contests.ask(await contests.award(winner))
    await contests.decide(OFFICER, row)
    await contests.decide(contests.office, row)
    title, skill = await contests.credentials(row)

    yard.later(3)
    await yard.do(OFFICER, revoke_granted, await revoking(contests, skill, fraud=True), reason="冒名参赛")
    for one in (title, skill):
        now = await yard.row(Credential, one.id)
        assert (now.revoked_on, now.revoked_reason) == (yard.today, "冒名参赛")
    tags = [event.tag for event in await events(yard.database)]
    assert tags[-4:] == [
        "person:credential:revoke",
        "person:fraud:establish",
        "person:credential:revoke",
        "person:contest:revoke",
    ]

    await yard.opened()
    error = await yard.refuses(yard.acting(winner), file_application, read_document, yard.application(None))
    assert said(error)[:2] == (ErrorCode.NOT_ELIGIBLE, "弄虚作假，2029-03-05 前不得申报")
    for refusal in (
        await contests.refused(await contests.award(winner), TECHNICIAN),
        await contests.not_decided(OFFICER, later),
    ):
        assert (refusal.code, "失信惩戒" in (refusal.clause or "")) == (ErrorCode.NOT_ELIGIBLE, True)
    yard.on(date(2029, 3, 5))
    assert (await contests.ask(await contests.award(winner), ENGINEER)).state is ContestState.ASKED, "the bar is over"


async def test_an_enterprises_pair_goes_whole_with_deceit_and_by_halves_without(contests: Contests) -> None:
    yard = contests.yard
    row = await contests.ask(await contests.cup(await contests.fitter()), own=True)
    await contests.decide(contests.office, row)
    skill, title = await contests.credentials(row)
    error = await yard.refuses(contests.office, revoke_granted, await revoking(contests, title, fraud=True))
    assert said(error)[:2] == (ErrorCode.NOT_PERMITTED, "弄虚作假由主管部门认定")
    await yard.do(contests.office, revoke_granted, await revoking(contests, title), reason="证书打印错误")
    assert (await yard.row(Credential, title.id)).revoked_on == yard.today
    assert (await yard.row(Credential, skill.id)).revoked_on is None
    again = await yard.refuses(contests.office, revoke_granted, await revoking(contests, title))
    assert again.code is ErrorCode.DUPLICATE


async def test_nobody_revokes_what_others_issued_or_was_refused(contests: Contests) -> None:
    yard, winner = contests.yard, await contests.fitter()
    row = await contests.ask(await contests.award(winner), ENGINEER)
    await contests.decide(OFFICER, row)
    [title] = await contests.credentials(row)
    other = make.enterprise()
    await store(yard.database, other)
    for actor in (contests.office, evaluator_of(other)):
        error = await yard.refuses(actor, revoke_granted, await revoking(contests, title))
        assert error.code is ErrorCode.NOT_FOUND, actor.role
    refused = await contests.ask(await contests.award(winner), TECHNICIAN)
    await contests.decide(contests.office, refused, granted=False)
    [decision] = await yard.rows(ContestDecision, col(ContestDecision.request_id) == refused.id)
    for id_ in (decision.id, refused.id):
        given = GrantRevocation(key=key(), decision_id=id_)
        assert (await yard.refuses(OFFICER, revoke_granted, given)).code is ErrorCode.NOT_FOUND
    assert (
        await yard.refuses(yard.acting(winner), revoke_granted, await revoking(contests, title))
    ).code is ErrorCode.NOT_PERMITTED
