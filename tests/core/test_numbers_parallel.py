"""Grants, issues and plans at the same moment, in sessions of their own: no number twice, no case issued twice."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col

from core.errors import ErrorCode, GuantongError
from core.models import (
    Certificate,
    ContestDecision,
    ContestRequest,
    ContestState,
    Credential,
    Evaluation,
    NumberCounter,
    Person,
    Round,
)
from core.services.certificates import issue_certificates
from core.services.contests import ask_contest, decide_contest
from core.services.results import accept_results, conclude_round, notice_results
from core.services.round_docket import SeenRound
from core.services.rounds import plan_round
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests.core.calls import OFFICER
from tests.core.contest_world import TECHNICIAN, Contests, contests_in
from tests.core.filing_world import read_document
from tests.core.round_world import Rounds, key

pytestmark = pytest.mark.anyio
PREFIX = "Y00004400000126"


async def at_once(*doings: Awaitable[Any]) -> tuple[list[Any], list[GuantongError]]:
    """What several came to that began together; and the errors of those that were refused."""
    found = await asyncio.gather(*doings, return_exceptions=True)
    unexpected = [one for one in found if isinstance(one, BaseException) and not isinstance(one, GuantongError)]
    assert unexpected == []
    errors = [one for one in found if isinstance(one, GuantongError)]
    return [one for one in found if not isinstance(one, BaseException)], errors


async def numbers(yard: Rounds, *conditions: Any) -> list[str]:
    found = await yard.rows(Credential, col(Credential.number).is_not(None), *conditions)
    return sorted(str(one.number) for one in found)


@pytest.fixture
async def contests(database: Database) -> Contests:
    return await contests_in(database)


async def drawn(contests: Contests) -> int:
    """How many numbers of skill certificates were drawn."""
    async with contests.yard.database.read(EVERY_ROW) as session:
        counter = await session.get(NumberCounter, f"skill:{PREFIX}")
    return counter.serial if counter else 0


async def test_grants_at_the_same_moment_have_their_own_numbers(contests: Contests) -> None:
    """Titles of the bureau out of one counter, skill certificates of the enterprise out of another, all in one go."""
    asked = [await contests.ask(await contests.award(await contests.fitter())) for _ in range(6)]
    before = await numbers(contests.yard)
    titles = [contests.decide(OFFICER, row) for row in asked[:3]]
    skills = [contests.decide(contests.office, row) for row in asked[3:]]
    done, errors = await at_once(*titles, *skills)
    assert (len(done), errors) == (6, [])
    titles = [contests.decide(OFFICER, row) for row in asked[3:]]
    skills = [contests.decide(contests.office, row) for row in asked[:3]]
    done, errors = await at_once(*titles, *skills)
    assert ({row.state for row in done}, errors) == ({ContestState.GRANTED}, [])
    made = sorted(set(await numbers(contests.yard)) - set(before))
    assert made == [f"440100-2026-{n:06d}" for n in range(1, 7)] + [f"{PREFIX}2{n:06d}" for n in range(1, 7)]
    for row in asked:
        one, other = await contests.credentials(row)
        assert (one.linked_credential_id, other.linked_credential_id) == (other.id, one.id)


async def test_one_request_is_granted_once_however_many_decide_on_it(contests: Contests) -> None:
    row = await contests.ask(await contests.award(await contests.fitter()), TECHNICIAN)
    given = [(await contests.verdict(row)).model_copy(update={"key": key()}) for _ in range(5)]
    deciding = (contests.yard.do(contests.office, decide_contest, read_document, one) for one in given)
    done, errors = await at_once(*deciding)
    assert len(done) == 1
    assert {error.code for error in errors} <= {ErrorCode.OUT_OF_DATE, ErrorCode.DUPLICATE}
    assert len(errors) == 4
    assert len(await contests.yard.rows(ContestDecision)) == len(await contests.credentials(row)) == 1
    assert await drawn(contests) == 1, "nor was a number drawn for those that were refused"


async def test_two_requests_of_one_award_spend_it_once(contests: Contests) -> None:
    """The two sides of one award by two issuers, and the same side asked for twice over."""
    award = await contests.award(await contests.fitter())
    winner = await contests.yard.row(Person, award.person_id)
    asking = [
        contests.yard.do(contests.yard.acting(winner), ask_contest, read_document, contests.asking(award, TECHNICIAN))
        for _ in range(4)
    ]
    done, errors = await at_once(*asking)
    assert (len(done), {error.code for error in errors}) == (1, {ErrorCode.AWARD_USED})
    assert len(await contests.yard.rows(ContestRequest)) == 1


async def accepted(contests: Contests, number: int) -> list[UUID]:
    """Rounds with one application each, for a skill level, whose results were accepted."""
    rounds, yard = [], contests.yard
    for _ in range(number):
        await yard.opened()
        winner = await contests.fitter()
        await contests.cup(winner)
        row = await yard.apply(winner, **TECHNICIAN)
        rounds.append((yard.round_id, row))
    for yard.round_id, row in rounds:
        yard.assessors = []
        await yard.scoring(row)
        for assessor in yard.assessors:
            await yard.mark(row, assessor, craft=80, hands_on=80)
        await yard.step(conclude_round)
        await yard.step(notice_results)
    for yard.round_id, _row in rounds:
        await yard.filed()
        await yard.step(accept_results, OFFICER)
    return [id_ for id_, _row in rounds if id_ is not None]


async def issuing(yard: Rounds, round_id: UUID) -> Awaitable[Round]:
    row = await yard.row(Round, round_id)
    seen = SeenRound(key=key(), round_id=row.id, revision=row.revision)
    return yard.do(yard.office, issue_certificates, read_document, seen)


async def test_a_round_is_issued_once_however_many_issue_it(contests: Contests) -> None:
    yard = contests.yard
    [round_id] = await accepted(contests, 1)
    done, errors = await at_once(*[await issuing(yard, round_id) for _ in range(5)])
    assert (len(done), {error.code for error in errors}) == (1, {ErrorCode.OUT_OF_DATE})
    assert [one.number for one in await yard.rows(Certificate)] == [f"{PREFIX}2000001"]
    assert len(await yard.rows(Evaluation)) == 1
    assert await drawn(contests) == 1


async def test_rounds_and_contests_that_issue_at_the_same_moment_share_no_number(contests: Contests) -> None:
    yard = contests.yard
    rounds = await accepted(contests, 3)
    asked = [await contests.ask(await contests.award(await contests.fitter()), TECHNICIAN) for _ in range(3)]
    issued = [await issuing(yard, round_id) for round_id in rounds]
    done, errors = await at_once(*issued, *(contests.decide(contests.office, row) for row in asked))
    assert (len(done), errors) == (6, [])
    assert await numbers(yard, col(Credential.awarded_on) == yard.today) == [f"{PREFIX}2{n:06d}" for n in range(1, 7)]
    certificates = await yard.rows(Certificate)
    assert len({one.application_id for one in certificates}) == len(certificates) == 3


async def test_plans_at_the_same_moment_have_their_own_numbers(contests: Contests) -> None:
    yard = contests.yard
    announced = [await yard.announce() for _ in range(8)]
    twice = [
        yard.do(yard.office, plan_round, read_document, SeenRound(key=key(), round_id=row.id, revision=1))
        for row in announced
        for _ in range(2)
    ]
    done, errors = await at_once(*twice)
    assert sorted(row.plan_number for row in done) == [f"EX01/2026/03/{n:03d}" for n in range(1, 9)]
    assert {error.code for error in errors} == {ErrorCode.OUT_OF_DATE}
