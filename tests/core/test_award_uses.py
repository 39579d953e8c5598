"""An award is used once for a kind of certificate, in contests and rounds, also where those who decide read nothing
of each other.
"""

from datetime import date

import pytest
from sqlmodel import select

from core.eligibility.warnings import WarningCode
from core.errors import ErrorCode
from core.facts import ContestRank
from core.ladders import Level
from core.models import (
    Application,
    Authority,
    AuthorityKind,
    Award,
    ContestDecision,
    ContestPath,
    ContestRequest,
    Enterprise,
    Person,
)
from core.scoring_tables import CriterionSide
from core.services.applications import file_application, take_back_application, warnings_before
from core.services.contests import SeenContest, ask_contest, withdraw_contest
from core.services.qualification import Review, review_application
from core.services.results import conclude_round, notice_results
from core.storage.database import Database
from core.storage.queries.award_uses import sides_used
from core.storage.row_scope import RowScope
from tests import builders as make
from tests.core.calls import evaluator_of, events, policy_with, store
from tests.core.contest_world import ENGINEER, TECHNICIAN, Contests, contests_in
from tests.core.filing_world import read_document
from tests.core.round_world import key, without_reason
from tests.core.test_numbers_parallel import at_once

pytestmark = pytest.mark.anyio


@pytest.fixture
async def contests(database: Database) -> Contests:
    return await contests_in(database)


async def employer_of(contests: Contests, winner: Person) -> Enterprise:
    """Another enterprise of the city where the winner works too, and which may issue the certificates."""
    elsewhere = make.enterprise(is_municipal=True)
    allowed = Authority(
        enterprise_id=elsewhere.id,
        kind=AuthorityKind.SKILL_RECOGNITION,
        occupation=make.FITTER,
        highest=Level.SENIOR_TECHNICIAN,
        document="示例授权",
        starts=date(2026, 1, 1),
    )
    await store(contests.yard.database, elsewhere, allowed, make.employment(winner, elsewhere))
    return elsewhere


async def test_one_award_is_not_spent_again_where_its_holder_works_next(contests: Contests) -> None:
    """The next employer reads nothing of what the first one decided, and is told all the same."""
    winner = await contests.fitter()
    elsewhere = await employer_of(contests, winner)
    award = await contests.award(winner)
    await contests.decide(contests.office, await contests.ask(award, TECHNICIAN))
    contests.yard.on(date(2027, 3, 2))
    senior = {**TECHNICIAN, "skill_level": "skill:senior_technician"}
    wanted = contests.asking(award, senior, enterprise_id=elsewhere.id)
    error = await contests.yard.refuses(evaluator_of(elsewhere), ask_contest, read_document, wanted)
    assert (error.code, error.message.en.partition(" (")[2]) == (
        ErrorCode.AWARD_USED,
        "medallion for excellence, 2026-02-01) is used by a certificate of this kind, issued on it in place of an "
        "evaluation, and does not lead to a skill certificate once more: use another award, or apply on other "
        "conditions",
    )
    scope, used = RowScope.of(evaluator_of(elsewhere)), [CriterionSide.SKILL]
    async with contests.yard.database.read(scope) as session:
        assert (await sides_used(session, [award.id]))[award.id] == used
        walled = session.get_bind().dialect.name == "postgresql"
        assert len((await session.exec(select(ContestDecision))).all()) == (0 if walled else 1), "the wall stands"


# ---- requests that wait at two employers


async def test_what_waits_at_one_employer_is_not_asked_of_another_who_is_not_told_where(contests: Contests) -> None:
    winner = await contests.fitter()
    elsewhere = await employer_of(contests, winner)
    award = await contests.award(winner)
    first = await contests.ask(award, TECHNICIAN)
    asking, second = evaluator_of(elsewhere), contests.asking(award, TECHNICIAN, enterprise_id=elsewhere.id)
    error = await contests.yard.refuses(asking, ask_contest, read_document, second)
    assert error.code is ErrorCode.AWARD_USED
    assert "另一未决的以赛代评申请" in error.message.zh
    assert "由本人撤回后再办" in error.message.zh
    assert contests.yard.own.zh not in error.message.zh
    assert "平台默认" in (error.clause or "")
    # The other certificate of the same award is another matter, and what was taken back holds nobody up.
    title = contests.asking(award, ENGINEER, enterprise_id=elsewhere.id)
    await contests.yard.do(asking, ask_contest, read_document, title)
    seen = SeenContest(key=key(), request_id=first.id, revision=first.revision)
    await contests.yard.do(contests.yard.acting(winner), withdraw_contest, seen)
    await contests.yard.do(asking, ask_contest, read_document, second)


async def test_two_employers_at_the_same_moment_are_not_both_asked(contests: Contests) -> None:
    winner = await contests.fitter()
    elsewhere = await employer_of(contests, winner)
    award = await contests.award(winner)
    doings = [
        contests.yard.do(actor, ask_contest, read_document, contests.asking(award, TECHNICIAN, enterprise_id=at.id))
        for actor, at in ((contests.office, contests.yard.own), (evaluator_of(elsewhere), elsewhere)) * 2
    ]
    done, errors = await at_once(*doings)
    assert (len(done), {error.code for error in errors}) == (1, {ErrorCode.AWARD_USED})


async def test_a_pack_may_let_requests_wait_in_two_places_and_the_first_is_granted(contests: Contests) -> None:
    winner = await contests.fitter()
    elsewhere = await employer_of(contests, winner)
    contests.yard.policy = policy_with(contest__award_reserved=False)
    award = await contests.award(winner)
    first = await contests.ask(award, TECHNICIAN)
    theirs = contests.asking(award, TECHNICIAN, enterprise_id=elsewhere.id)
    second = await contests.yard.do(evaluator_of(elsewhere), ask_contest, read_document, theirs)
    contests.yard.policy = policy_with()
    await contests.decide(contests.office, first)
    error = await contests.not_decided(evaluator_of(elsewhere), second)
    assert error.code is ErrorCode.AWARD_USED


# ---- contests and rounds


async def test_an_application_that_an_award_alone_opens_uses_it_until_it_is_taken_back(contests: Contests) -> None:
    yard, winner = contests.yard, await contests.fitter()
    cup, other = await contests.cup(winner), await contests.award(winner)
    await yard.opened()
    row = await yard.apply(winner, **TECHNICIAN)
    assert (row.skill_award_id, row.title_award_id) == (cup.id, None)
    error = await contests.refused(cup, TECHNICIAN, own=True)
    assert (error.code, "评价批次中未办结的申报" in error.message.zh) == (ErrorCode.AWARD_USED, True)
    await contests.ask(other, TECHNICIAN)
    seen = await yard.seen_application(row)
    await yard.do(yard.acting(winner), take_back_application, seen)
    await contests.ask(cup, TECHNICIAN, own=True)
    # Now the award waits in the contest: one is warned before applying, and refused.
    wanted = yard.application(None, **TECHNICIAN)
    warnings = await yard.do(yard.acting(winner), without_reason(warnings_before), read_document, wanted)
    assert [one.code for one in warnings] == [WarningCode.AWARD_USED]
    error = await yard.refuses(yard.acting(winner), file_application, read_document, wanted)
    assert (error.code, error.message) == (ErrorCode.AWARD_USED, warnings[0].text)
    assert error.message.en.partition(" (")[2] == (
        "silver, 2026-02-01) is used by another request on its strength that waits for a decision, and does not lead "
        "to a skill certificate once more: wait until it is settled, let the person take it back first, or use "
        "another award"
    )
    assert (error.where.entry if error.where else None) == "skill_level"


async def test_who_is_eligible_without_an_award_or_not_even_with_it_uses_none(contests: Contests) -> None:
    yard, winner = contests.yard, await contests.yard.worker()
    await contests.cup(winner)
    await yard.opened()
    assert (await yard.apply(winner)).title_award_id is None, "the years are enough"
    late = await contests.fitter()
    await contests.cup(late, ContestRank.EXCELLENCE)
    assert (await yard.apply(late, **TECHNICIAN)).skill_award_id is None


async def test_another_award_that_is_free_serves(contests: Contests) -> None:
    yard, winner = contests.yard, await contests.fitter()
    first, second = await contests.cup(winner), await contests.cup(winner)
    await contests.ask(first, TECHNICIAN, own=True)
    await yard.opened()
    assert (await yard.apply(winner, **TECHNICIAN)).skill_award_id == second.id


async def test_a_pack_may_leave_rounds_out_of_the_count(contests: Contests) -> None:
    yard, winner = contests.yard, await contests.fitter()
    cup = await contests.cup(winner)
    yard.policy = policy_with(contest__award_counts_in_rounds=False)
    await contests.ask(cup, TECHNICIAN, own=True)
    await yard.opened()
    assert (await yard.apply(winner, **TECHNICIAN)).skill_award_id is None


async def test_the_review_finds_what_was_asked_since(contests: Contests) -> None:
    """The award goes on record after the application was filed, and is asked on in a contest before the review."""
    yard, winner = contests.yard, await contests.fitter()
    await yard.opened()
    row = await yard.apply(winner, **TECHNICIAN)
    cup = await contests.cup(winner)
    waiting = await contests.ask(cup, TECHNICIAN, own=True)
    await yard.reviewing()
    now = await yard.row(Application, row.id)
    given = Review(key=key(), application_id=row.id, revision=now.revision, admitted=True)
    error = await yard.refuses(yard.office, review_application, read_document, given)
    assert error.code is ErrorCode.AWARD_USED
    seen = SeenContest(key=key(), request_id=waiting.id, revision=waiting.revision)
    await yard.do(yard.acting(winner), withdraw_contest, seen)
    assert (await yard.review(row)).skill_award_id == cup.id
    assert (await contests.refused(cup, TECHNICIAN, own=True)).code is ErrorCode.AWARD_USED


async def test_an_application_and_a_request_at_the_same_moment_do_not_both_use_an_award(contests: Contests) -> None:
    yard, winner = contests.yard, await contests.fitter()
    cup = await contests.cup(winner)
    await yard.opened()
    asking = yard.do(contests.office, ask_contest, read_document, contests.asking(cup, TECHNICIAN, own=True))
    done, errors = await at_once(yard.apply(winner, **TECHNICIAN), asking)
    assert (len(done), [error.code for error in errors]) == (1, [ErrorCode.AWARD_USED])


async def filed(contests: Contests) -> tuple[Award, Application]:
    """A round whose results are filed, of somebody whom a cup alone made eligible."""
    yard, winner = contests.yard, await contests.fitter()
    cup = await contests.cup(winner)
    await yard.opened()
    row = await yard.apply(winner, **TECHNICIAN)
    await yard.scoring(row)
    for assessor in yard.assessors:
        await yard.mark(row, assessor, craft=80, hands_on=80)
    await yard.step(conclude_round)
    await yard.step(notice_results)
    await yard.filed()
    return cup, row


async def test_a_certificate_of_a_round_uses_the_award_for_good(contests: Contests) -> None:
    cup, row = await filed(contests)
    [certificate] = await contests.yard.certified()
    assert certificate.application_id == row.id
    error = await contests.refused(cup, TECHNICIAN, own=True)
    assert (error.code, "评价批次已颁发的同类证书" in error.message.zh) == (ErrorCode.AWARD_USED, True)


async def test_what_another_certificate_was_issued_on_is_withheld(contests: Contests) -> None:
    """As where a contest was granted before applications said on what they rest."""
    cup, row = await filed(contests)
    asked = ContestRequest(
        award_id=cup.id,
        person_id=row.person_id,
        enterprise_id=row.enterprise_id,
        path=ContestPath.ENTERPRISE,
        asked_on=contests.yard.today,
        occupation=make.FITTER,
        skill_level=Level.TECHNICIAN,
    )
    granted = ContestDecision(
        request_id=asked.id,
        award_id=cup.id,
        person_id=row.person_id,
        enterprise_id=row.enterprise_id,
        side=CriterionSide.SKILL,
        granted=True,
        decided_on=contests.yard.today,
        decided_by="示例",
        reason="示例",
    )
    await store(contests.yard.database, asked, granted)
    assert await contests.yard.certified() == []
    told = [one for one in await events(contests.yard.database) if one.tag == "person:certificate:withhold"]
    assert ['"blocks":["award_used"]' in one.body for one in told] == [True]
