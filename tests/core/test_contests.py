"""Contests in place of an evaluation: two paths, two issuers, two linked certificates, and every refusal's clause."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.errors import ErrorCode
from core.facts import ContestRank, ContestTier, ObtainedBy
from core.ladders import Level
from core.models import (
    Award,
    ContestDecision,
    ContestPath,
    ContestRequest,
    ContestState,
    Credential,
    Evaluation,
    Outcome,
    Person,
    PilotListing,
    Snapshot,
)
from core.permissions import Role
from core.schemes import NoSchemes
from core.scoring_tables import CriterionSide
from core.services.activations import Switch, suspend
from core.services.contest_case import AwardOutcome, award_outcomes
from core.services.contest_replays import replay_contest
from core.services.contests import SeenContest, ask_contest, decide_contest, withdraw_contest
from core.services.people import establish_fraud
from core.services.replays import replay_evaluation
from core.services.snapshots import erase_snapshots
from core.storage.database import Database
from core.storage.queries.contests import (
    ContestFilter,
    contest_requests_by_id,
    contest_requests_page,
    count_contest_requests,
    decisions_of_contests,
)
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import OFFICER, evaluator_of, events, store
from tests.core.contest_world import ENGINEER, TECHNICIAN, Contests, contests_in
from tests.core.filing_world import read_document
from tests.core.round_world import key

pytestmark = pytest.mark.anyio
CITY_RULE, SCOPE = "推动建立“以赛代评”人才评价模式", "试点范围"


@pytest.fixture
async def contests(database: Database) -> Contests:
    return await contests_in(database)


async def replayed(contests: Contests, row: ContestRequest) -> bool:
    """Whether everything that was granted on a request replays equal."""
    equal = []
    async with contests.yard.database.read(EVERY_ROW) as session:
        for one in await contests.decisions(row):
            equal.append((await replay_contest(session, OFFICER, one.id, read_document)).is_equal)
            if one.evaluation_id is not None:
                equal.append((await replay_evaluation(session, OFFICER, one.evaluation_id, read_document)).is_equal)
    return bool(equal) and all(equal)


# ---- by the policy's own rule


async def test_a_national_winner_gets_a_title_of_the_bureau_and_a_skill_certificate_of_the_body(
    contests: Contests,
) -> None:
    winner = await contests.fitter()
    row = await contests.ask(await contests.award(winner))
    assert (row.path, row.state, row.by_applicant) == (ContestPath.POLICY, ContestState.ASKED, True)

    waiting = await contests.decide(OFFICER, row)
    assert waiting.state is ContestState.ASKED, "the skill certificate is not the bureau's to issue"
    settled = await contests.decide(contests.office, row)
    assert (settled.state, settled.revision) == (ContestState.GRANTED, 3)

    title, skill = await contests.credentials(row)
    assert (title.issuer_name, title.issuer_enterprise_id) == ("广州市人力资源和社会保障局", None)
    assert (title.title_name, title.number, title.review_year) == ("工程师", "440100-2026-000001", None)
    assert (skill.issuer_enterprise_id, skill.number) == (contests.yard.own.id, "Y000044000001262000001")
    assert {title.obtained_by, skill.obtained_by} == {ObtainedBy.CONTEST}
    assert (title.linked_credential_id, skill.linked_credential_id) == (skill.id, title.id)
    assert await replayed(contests, row)
    tags = [event.tag for event in await events(contests.yard.database)]
    assert tags.count("person:contest:grant") == 2


async def test_each_side_is_decided_by_its_issuer_alone(contests: Contests) -> None:
    row = await contests.ask(await contests.award(await contests.fitter()), TECHNICIAN)
    error = await contests.not_decided(OFFICER, row)
    assert error.code is ErrorCode.NOT_PERMITTED
    assert CITY_RULE in (error.clause or "")
    title = await contests.ask(await contests.award(await contests.fitter()), ENGINEER)
    assert "组织实施评价" in ((await contests.not_decided(contests.office, title)).clause or "")
    other = make.enterprise()
    await store(contests.yard.database, other)
    assert (await contests.not_decided(evaluator_of(other), title)).code is ErrorCode.NOT_FOUND
    winner = await contests.yard.row(Person, title.person_id)
    assert (await contests.not_decided(contests.yard.acting(winner), title)).code is ErrorCode.NOT_PERMITTED


async def test_a_refusal_has_a_reason_and_issues_nothing(contests: Contests) -> None:
    row = await contests.ask(await contests.award(await contests.fitter()))
    await contests.decide(OFFICER, row, granted=False)
    settled = await contests.decide(contests.office, row)
    assert settled.state is ContestState.GRANTED, "one of the two was granted"
    refused, granted = await contests.decisions(row)
    assert (refused.side, refused.granted, refused.credential_id, refused.reason) == (
        CriterionSide.TITLE,
        False,
        None,
        "示例理由",
    )
    [credential] = await contests.credentials(row)
    assert credential.linked_credential_id is None
    assert granted.credential_id == credential.id


@pytest.mark.parametrize(
    ("spell", "clause", "gap"),
    [
        ({"starts": date(2025, 9, 1)}, CITY_RULE, "2026-09-01 满足"),
        ({"frontline": False}, SCOPE, "一线在岗"),
    ],
)
async def test_a_year_in_the_city_and_a_post_on_the_front_line_are_needed(
    contests: Contests, spell: dict[str, Any], clause: str, gap: str
) -> None:
    award = await contests.award(await contests.fitter(**spell))
    error = await contests.refused(award, ENGINEER)
    assert error.code is ErrorCode.NOT_ELIGIBLE
    assert clause in (error.clause or "")
    assert gap in error.message.zh


async def test_a_year_since_graduation_does_as_well(contests: Contests) -> None:
    """Either form will do; work before graduation counts for the first alone."""
    winner = await contests.fitter(starts=date(2025, 2, 1))
    award = await contests.award(winner)
    outcomes = await outcomes_of(contests, award)
    engineer = next(one.decision for one in outcomes if one.decision.targets[0].level == ENGINEER["title_level"])
    assert {route.route.id.rpartition(".")[2] for route in engineer.routes} == {"experience", "graduate"}
    assert engineer.is_open
    assert (await contests.ask(award, ENGINEER)).state is ContestState.ASKED


async def outcomes_of(contests: Contests, award: Award) -> list[AwardOutcome]:
    return await contests.yard.do(  # type: ignore[no-any-return]
        contests.office, lambda made, _reason: award_outcomes(made, NoSchemes(), award.id)
    )


async def test_what_an_award_leads_to_is_told_with_need_have_gap_and_clause(contests: Contests) -> None:
    award = await contests.award(await contests.fitter(starts=date(2025, 9, 1)))
    found = await outcomes_of(contests, award)
    told = {
        (one.decision.targets[0].level.value, one.issuer): one.decision
        for one in found
        if getattr(one.decision.targets[0], "specialty", "mechanical") == "mechanical"
    }
    assert {name for name, _ in told} == {
        "skill:technician",
        "skill:senior_technician",
        "title:intermediate",
        "title:associate_senior",
    }
    assert told["skill:technician", "evaluation_body"].is_open
    engineer = told["title:intermediate", "city_bureau"]
    assert engineer.may_apply_from == date(2026, 9, 1)
    [lacking] = [one for one in engineer.explanation.conditions if not one.is_met]
    assert lacking.citation is not None
    assert (lacking.due, CITY_RULE in str(lacking.citation)) == (date(2026, 9, 1), True)
    assert told["skill:senior_technician", "evaluation_body"].may_apply_from is None, "only a technician's next step"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"rank": ContestRank.PARTICIPANT}, "低于优胜奖"),
        ({"tier": ContestTier.PROVINCE, "rank": ContestRank.GOLD}, "不在认可的竞赛之列"),
        ({"occupation": "6-18-01-01"}, "获奖职业 6-18-01-01 与目标不对应"),
    ],
)
async def test_no_winner_no_tier_no_corresponding_occupation(
    contests: Contests, given: dict[str, Any], says: str
) -> None:
    error = await contests.refused(await contests.award(await contests.fitter(), **given), TECHNICIAN)
    assert error.code is ErrorCode.NOT_ELIGIBLE
    assert says in error.message.zh
    assert CITY_RULE in (error.clause or "")


async def test_what_is_held_already_barred_or_had_this_year_is_refused_with_its_clause(contests: Contests) -> None:
    holder, cheat, other = [await contests.fitter() for _ in range(3)]
    await store(contests.yard.database, make.credential(holder, level=Level.TECHNICIAN, awarded_on=date(2024, 6, 1)))
    await contests.yard.do(OFFICER, establish_fraud, cheat.id, date(2026, 2, 2))
    welder = make.credential(other, occupation="6-18-02-04", awarded_on=date(2026, 1, 20))
    await store(contests.yard.database, welder)
    for person, says in ((holder, "同级或更高级"), (cheat, "弄虚作假"), (other, "同一年度限")):
        error = await contests.refused(await contests.award(person), TECHNICIAN)
        assert error.code is ErrorCode.NOT_ELIGIBLE
        assert says in error.message.zh
        assert error.clause
    assert (await contests.ask(await contests.award(other), ENGINEER)).state is ContestState.ASKED, (
        "a title is no skill"
    )


async def test_one_award_is_not_spent_twice_on_the_same_kind(contests: Contests) -> None:
    award = await contests.award(await contests.fitter())
    row = await contests.ask(award, TECHNICIAN)
    waiting = await contests.refused(award, TECHNICIAN)
    assert waiting.code is ErrorCode.AWARD_USED
    await contests.decide(contests.office, row)
    contests.yard.on(date(2027, 3, 2))
    senior = {**TECHNICIAN, "skill_level": "skill:senior_technician"}
    error = await contests.refused(award, senior)
    assert error.code is ErrorCode.AWARD_USED
    assert "平台默认" in (error.clause or "")


async def test_who_works_elsewhere_or_where_nobody_may_evaluate_is_refused(contests: Contests) -> None:
    outsider = make.person()
    elsewhere = make.enterprise(is_municipal=True)
    await store(contests.yard.database, elsewhere, outsider, make.employment(outsider, elsewhere))
    award = await contests.award(outsider)
    acting = contests.yard.acting(outsider)
    error = await contests.yard.refuses(acting, ask_contest, read_document, contests.asking(award, TECHNICIAN))
    assert SCOPE in (error.clause or "")
    theirs = contests.asking(award, TECHNICIAN, enterprise_id=elsewhere.id)
    error = await contests.yard.refuses(acting, ask_contest, read_document, theirs)
    assert "无此职业、等级的评价权" in error.message.zh


# ---- by an enterprise's own contest


async def test_one_contest_gives_two_linked_certificates_of_the_enterprise(contests: Contests) -> None:
    winner = await contests.fitter()
    row = await contests.ask(await contests.cup(winner), own=True)
    settled = await contests.decide(contests.office, row)
    assert (settled.path, settled.state) == (ContestPath.ENTERPRISE, ContestState.GRANTED)
    skill, title = await contests.credentials(row)
    assert {skill.issuer_enterprise_id, title.issuer_enterprise_id} == {contests.yard.own.id}
    assert (skill.number, title.number) == ("Y000044000001262000001", "EX01-2026-000001")
    assert (skill.linked_credential_id, title.linked_credential_id) == (title.id, skill.id)
    assert "钳工岗位竞赛" in skill.legal_basis
    [evaluation] = await contests.yard.rows(Evaluation)
    assert (evaluation.skill_outcome, evaluation.title_outcome) == (Outcome.PASSED, Outcome.PASSED)
    assert (evaluation.skill_score_digest, evaluation.application_id) == (None, None)
    assert {skill.evaluation_id, title.evaluation_id} == {evaluation.id}
    assert await replayed(contests, row)
    assert (await contests.not_decided(OFFICER, row)).code is ErrorCode.DUPLICATE


async def test_the_bureau_does_not_decide_an_enterprises_contest(contests: Contests) -> None:
    row = await contests.ask(await contests.cup(await contests.fitter()), own=True)
    assert (await contests.not_decided(OFFICER, row)).code is ErrorCode.NOT_PERMITTED


async def test_another_enterprises_contest_or_a_lower_rank_is_none_of_the_scheme(contests: Contests) -> None:
    stranger = make.enterprise()
    await store(contests.yard.database, stranger)
    for award, says in (
        (await contests.cup(await contests.fitter(), host=stranger), "不是本企业举办"),
        (await contests.cup(await contests.fitter(), ContestRank.EXCELLENCE), "低于铜牌"),
    ):
        error = await contests.refused(award, own=True)
        assert error.code is ErrorCode.NOT_ELIGIBLE
        assert says in error.message.zh
        assert error.clause


async def test_the_listing_and_the_authority_are_those_of_the_day(contests: Contests) -> None:
    """What was asked for while all was well is not granted after the enterprise left the list."""
    row = await contests.ask(await contests.cup(await contests.fitter()), own=True)
    waiting = await contests.cup(await contests.fitter())
    await change(contests, sa.update(PilotListing).values(ends=contests.yard.today))
    for error in (await contests.not_decided(contests.office, row), await contests.refused(waiting, own=True)):
        assert error.code is ErrorCode.NOT_ELIGIBLE
        assert "不在试点名单" in error.message.zh
        assert SCOPE in (error.clause or "")
    assert await contests.decisions(row) == []


async def test_a_suspended_scheme_grants_nothing(contests: Contests) -> None:
    row = await contests.ask(await contests.cup(await contests.fitter()), own=True)
    waiting = await contests.cup(await contests.fitter())
    await contests.yard.do(OFFICER, suspend, Switch(filing_id=contests.yard.filing_id))
    assert (await contests.not_decided(contests.office, row)).code is ErrorCode.NOT_IN_FORCE
    error = await contests.refused(waiting, own=True)
    assert error.code is ErrorCode.NOT_ELIGIBLE
    assert "明确评价标准" in (error.clause or "")


async def change(contests: Contests, statement: Any) -> None:
    async with contests.yard.database.write(EVERY_ROW) as session:
        await session.exec(statement)


# ---- requests


async def test_a_request_is_done_once_and_decided_as_it_was_seen(contests: Contests) -> None:
    winner = await contests.fitter()
    award = await contests.award(winner)
    wanted = contests.asking(award)
    first = await contests.yard.do(contests.office, ask_contest, read_document, wanted)
    again = await contests.yard.do(contests.office, ask_contest, read_document, wanted)
    assert (first.id, first.by_applicant) == (again.id, False)
    verdict = await contests.verdict(first)
    await contests.yard.do(OFFICER, decide_contest, read_document, verdict)
    await contests.yard.do(OFFICER, decide_contest, read_document, verdict)
    assert len(await contests.decisions(first)) == 1
    stale = verdict.model_copy(update={"key": key()})
    error = await contests.yard.refuses(contests.office, decide_contest, read_document, stale)
    assert error.code is ErrorCode.OUT_OF_DATE


async def test_a_request_is_taken_back_before_it_is_decided(contests: Contests) -> None:
    winner = await contests.fitter()
    award = await contests.award(winner)
    row = await contests.ask(award)
    acting = contests.yard.acting(winner)
    taken = await contests.yard.do(acting, withdraw_contest, SeenContest(key=key(), request_id=row.id, revision=1))
    assert taken.state is ContestState.WITHDRAWN
    again = await contests.ask(award)
    await contests.decide(OFFICER, again)
    late = SeenContest(key=key(), request_id=again.id, revision=2)
    assert (await contests.yard.refuses(acting, withdraw_contest, late)).code is ErrorCode.DUPLICATE


async def test_nobody_decides_their_own_case(contests: Contests) -> None:
    row = await contests.ask(await contests.cup(await contests.fitter()), own=True)
    winner = await contests.yard.row(Person, row.person_id)
    same = contests.office.of(Role.EVALUATION_OFFICER, winner.name, enterprise_id=contests.yard.own.id)
    error = await contests.not_decided(same, row)
    assert error.code is ErrorCode.RECUSED


async def test_requests_are_read_by_those_they_concern(contests: Contests) -> None:
    row = await contests.ask(await contests.award(await contests.fitter()))
    await contests.decide(OFFICER, row)
    winner = await contests.yard.row(Person, row.person_id)
    other, stranger = make.enterprise(), make.person()
    await store(contests.yard.database, other, stranger)
    wanted = ContestFilter(states=frozenset({ContestState.ASKED}), award_id=row.award_id)
    async with contests.yard.database.read(EVERY_ROW) as session:
        for actor, number in (
            (contests.office, 1),
            (OFFICER, 1),
            (contests.yard.acting(winner), 1),
            (evaluator_of(other), 0),
            (contests.yard.acting(stranger), 0),
        ):
            assert await count_contest_requests(session, actor, wanted) == number
            assert len((await contest_requests_page(session, actor, wanted)).rows) == number
            assert len(await contest_requests_by_id(session, actor, [row.id])) == number
            found = (await decisions_of_contests(session, actor, [row.id])).get(row.id, [])
            assert len(found) == number


async def test_an_erased_persons_snapshots_go_and_what_was_granted_stays(contests: Contests) -> None:
    row = await contests.ask(await contests.award(await contests.fitter()), ENGINEER)
    await contests.decide(OFFICER, row)
    async with contests.yard.database.write(EVERY_ROW) as session:
        assert await erase_snapshots(session, row.person_id) == 2
        kept = (await session.exec(select(Snapshot.digest))).all()
    [decision] = await contests.decisions(row)
    assert decision.decision_digest not in kept
    assert len(await contests.yard.rows(Credential, col(Credential.person_id) == row.person_id)) == 2
    error = await contests.yard.refuses(
        OFFICER, lambda made, _reason: replay_contest(made.session, OFFICER, decision.id, read_document)
    )
    assert error.code is ErrorCode.NOT_FOUND


async def test_a_changed_decision_is_found_by_its_replay(contests: Contests) -> None:
    row = await contests.ask(await contests.award(await contests.fitter()), ENGINEER)
    await contests.decide(OFFICER, row)
    [decision] = await contests.decisions(row)
    earlier = decision.decided_on - timedelta(days=1)
    await change(contests, sa.update(ContestDecision).values(decided_on=earlier))
    async with contests.yard.database.read(EVERY_ROW) as session:
        replay = await replay_contest(session, OFFICER, decision.id, read_document)
    assert not replay.is_equal
