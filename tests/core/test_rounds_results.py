"""Results: corrected in the notice, objected to, returned, issued, reported, revoked."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.errors import ErrorCode
from core.facts import ObtainedBy
from core.models import (
    Application,
    Authority,
    Certificate,
    Credential,
    Evaluation,
    NoticeRow,
    Objection,
    ObjectionState,
    Outcome,
    Person,
    PublicNotice,
    ResultFiling,
    ResultFilingState,
    ResultRow,
    RoundStep,
    Score,
    ScoreEntry,
    Tally,
)
from core.permissions import Actor, Role
from core.rounds.deadlines import Term
from core.rounds.steps import RoundState
from core.services.applications import file_application
from core.services.certificates import issue_certificates, report_certificates
from core.services.marking import Correction, correct_mark
from core.services.objections import Answer, NewObjection, answer_objection, raise_objection
from core.services.people import establish_fraud
from core.services.replays import replay_evaluation
from core.services.results import (
    ResultReturn,
    RowComment,
    accept_results,
    conclude_round,
    file_results,
    notice_results,
    return_results,
    rework_results,
)
from core.services.revocations import Revocation, revoke_certificate
from core.storage.database import Database
from core.storage.queries.rounds import tallies_of
from core.storage.row_scope import EVERY_ROW, RowScope
from tests import builders as make
from tests.core.calls import OFFICER, events, said, store
from tests.core.filing_world import read_document
from tests.core.round_case import BOTH
from tests.core.round_stages import noticed
from tests.core.round_world import Rounds, key, rounds_in

pytestmark = pytest.mark.anyio


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


async def correct(yard: Rounds, criterion: str, points: int) -> ScoreEntry:
    """The first assessor puts a mark right."""
    actor = yard.acting(yard.assessors[0], Role.ASSESSOR)
    own = (col(ScoreEntry.assessor_person_id) == actor.person_id, col(ScoreEntry.criterion) == criterion)
    latest = (await yard.rows(ScoreEntry, *own))[-1]
    given = Correction(key=key(), entry_id=latest.id, points=points)
    return await yard.do(actor, correct_mark, read_document, given, reason="抄写有误")  # type: ignore[no-any-return]


async def test_a_correction_in_the_notice_is_worked_out_and_noticed_anew(yard: Rounds) -> None:
    await noticed(yard)
    yard.on(date(2026, 3, 18))
    assert (await yard.blocked(rework_results)).message.zh == "评分没有更正，结果无须重新核算"
    assert (await yard.blocked(notice_results)).message.zh == "结果与已公示的一致，无须重新公示"
    await correct(yard, "hands_on", 10)
    yard.on(date(2026, 3, 21))
    assert (await yard.blocked(file_results)).message.zh == "有 1 份申报的评分已更正，须重新核算结果"
    await yard.step(rework_results)
    first, second = await yard.tallies()
    assert (first.skill_total, second.skill_total) == (80_000, 68_500), "the mean of 10, 80 and 80 is 57"
    assert (first.skill_outcome, second.skill_outcome) == (Outcome.PASSED, Outcome.FAILED)
    assert (second.title_total, second.title_outcome) == (first.title_total, Outcome.PASSED)
    assert (await yard.blocked(file_results)).message.zh == "公示之后结果有变，须重新公示"
    await yard.step(notice_results)
    assert [one.number for one in await yard.rows(PublicNotice)] == [1, 2]
    said_of = [(one.skill_outcome, one.title_outcome, one.corrections) for one in await yard.rows(NoticeRow)]
    assert said_of == [(Outcome.PASSED, Outcome.PASSED, 0), (Outcome.FAILED, Outcome.PASSED, 1)]
    assert (await yard.deadline(Term.NOTICE)).due == date(2026, 3, 27)
    assert (await yard.blocked(file_results)).message.zh == "公示至 2026-03-27，期满次日方可报备"


async def test_a_correction_that_changes_no_result_needs_no_new_notice(yard: Rounds) -> None:
    """81 instead of 80 from one of three: the mean is still 80."""
    await noticed(yard)
    await correct(yard, "craft", 81)
    await yard.step(rework_results)
    assert (await yard.filed()).state is RoundState.FILED


async def _object(yard: Rounds, person: Person, row: Application | None = None) -> Objection:
    given = NewObjection(key=key(), round_id=yard.round_id, application_id=row and row.id, text="业绩不实")
    return await yard.do(yard.acting(person), raise_objection, read_document, given)  # type: ignore[no-any-return]


async def _answer(yard: Rounds, row: Objection, upheld: bool = False) -> Objection:
    given = Answer(key=key(), objection_id=row.id, revision=1, upheld=upheld, answer="经核查属实无误")
    return await yard.do(yard.office, answer_objection, read_document, given)  # type: ignore[no-any-return]


async def test_an_objection_in_time_holds_everything_up_until_it_is_answered(yard: Rounds) -> None:
    row, _ = await noticed(yard)
    colleague = await yard.worker(name="实名人")
    raised = await _object(yard, colleague, row)
    assert (raised.answer_days, raised.answer_due) == (10, date(2026, 3, 27))
    yard.on(date(2026, 3, 21))
    error = await yard.blocked(file_results)
    assert said(error)[:2] == (ErrorCode.STEP_REFUSED, "尚有 1 件异议未答复")
    assert "异议处理" in (error.clause or "")
    answered = await _answer(yard, raised)
    assert (answered.state, answered.answered_on, answered.answered_by) == (
        ObjectionState.DISMISSED,
        yard.today,
        "示例评价经办",
    )
    assert (await yard.step(file_results)).state is RoundState.FILED
    log = await events(yard.database)
    texts = [event.body for event in log if event.tag.startswith("person:objection:")]
    assert len(texts) == 2
    assert not any("业绩不实" in body or "经核查" in body for body in texts), "what was written stands apart"
    assert '"late":false' in texts[1]


async def test_an_upheld_objection_leads_to_a_correction(yard: Rounds) -> None:
    row, _ = await noticed(yard)
    raised = await _object(yard, await yard.worker(), row)
    await _answer(yard, raised, upheld=True)
    await correct(yard, "hands_on", 0)
    await yard.step(rework_results)
    await yard.step(notice_results)
    await yard.filed()
    [title] = await yard.certified()
    assert title.side == "title"


async def test_what_was_objected_to_with_success_is_not_filed_as_it_was(yard: Rounds) -> None:
    """The applicant turns out to have been barred: no mark is corrected, and the result is another one all the same."""
    row, worker = await noticed(yard)
    raised = await _object(yard, await yard.worker(), row)
    await _answer(yard, raised, upheld=True)
    error = await yard.blocked(file_results)
    assert said(error)[:2] == (ErrorCode.STEP_REFUSED, "异议成立的 1 份申报尚未更正并重新核算结果")
    assert "异议处理" in (error.clause or "")
    await yard.do(OFFICER, establish_fraud, worker.id, yard.today)
    await yard.step(rework_results)
    assert (await yard.tallies())[-1].title_outcome is Outcome.FAILED
    await yard.step(notice_results)
    await yard.filed()
    assert await yard.certified() == []


async def test_an_upheld_objection_to_all_results_works_all_of_them_out_anew(yard: Rounds) -> None:
    await noticed(yard)
    raised = await _object(yard, await yard.worker(), None)
    await _answer(yard, raised, upheld=True)
    await yard.step(rework_results)
    assert [one.number for one in await yard.tallies()] == [1, 2]
    error = await yard.blocked(rework_results)
    assert error.message.zh == "评分没有更正，结果无须重新核算"


async def test_objections_are_raised_by_name_in_the_notice_and_no_later(yard: Rounds) -> None:
    await yard.opened()
    worker = await yard.worker(both=True)
    given = {"round_id": yard.round_id, "text": "业绩不实"}
    early = NewObjection(key=key(), **given)
    error = await yard.refuses(yard.acting(worker), raise_objection, read_document, early)
    assert said(error)[:2] == (ErrorCode.STEP_REFUSED, "本批次正在申报，异议须在公示期内提出")
    row = await yard.apply(worker, **BOTH)
    await yard.scoring(row)
    await yard.noticed(row)
    outsider = Actor.of(Role.WORKER, "路人")
    again = early.model_copy(update={"key": key()})
    assert (await yard.refuses(outsider, raise_objection, read_document, again)).code is ErrorCode.NOT_FOUND
    assert (await yard.refuses(OFFICER, raise_objection, read_document, again)).code is ErrorCode.NOT_PERMITTED
    yard.on(date(2026, 3, 21))
    error = await yard.refuses(yard.acting(worker), raise_objection, read_document, again)
    assert said(error)[:2] == (ErrorCode.STEP_LATE, "公示已于 2026-03-20 期满，异议须在公示期内提出")
    assert "异议处理" in (error.clause or "")


async def test_an_answer_is_given_once_by_somebody_else(yard: Rounds) -> None:
    row, _ = await noticed(yard)
    raised = await _object(yard, await yard.worker(name="示例评价经办"), row)
    given = Answer(key=key(), objection_id=raised.id, revision=1, upheld=False, answer="无")
    error = await yard.refuses(yard.office, answer_objection, read_document, given)
    assert error.code is ErrorCode.RECUSED
    other = await _object(yard, await yard.worker(), row)
    await _answer(yard, other)
    stale = Answer(key=key(), objection_id=other.id, revision=1, upheld=True, answer="无")
    assert (await yard.refuses(yard.office, answer_objection, read_document, stale)).code is ErrorCode.OUT_OF_DATE
    again = stale.model_copy(update={"revision": 2})
    error = await yard.refuses(yard.office, answer_objection, read_document, again)
    assert error.message.zh == "该异议已答复"


async def test_a_return_is_corrected_and_filed_anew_within_its_term(yard: Rounds) -> None:
    row, _ = await noticed(yard)
    await yard.filed()
    comments = (RowComment(row=str(row.id), comment="理论成绩缺附件"),)
    given = ResultReturn(**await yard.seen(comments=comments))
    await yard.do(OFFICER, return_results, read_document, given, reason="材料不全")
    assert (await yard.deadline(Term.CORRECTION)).due == date(2026, 3, 27)
    yard.on(date(2026, 3, 28))
    error = await yard.blocked(file_results)
    assert said(error)[:2] == (ErrorCode.STEP_LATE, "改正并重新报备的期限 2026-03-27 已过；须由主管部门准予延期")
    yard.on(date(2026, 3, 27))
    await yard.step(file_results)
    first, second = await yard.rows(ResultFiling)
    assert (first.state, first.comments, first.reason) == (
        ResultFilingState.RETURNED,
        [{"row": str(row.id), "comment": "理论成绩缺附件"}],
        "材料不全",
    )
    assert (second.number, second.state) == (2, ResultFilingState.SUBMITTED)
    assert len(await yard.rows(ResultRow)) == 2
    await yard.certified()
    [returned] = [one for one in await yard.rows(RoundStep) if one.step == "return"]
    assert returned.comments == first.comments


async def test_the_bureau_reviews_no_case_of_its_own(yard: Rounds) -> None:
    await yard.opened()
    worker = await yard.worker(both=True, name="示例经办")
    row = await yard.apply(worker, **BOTH)
    await yard.scoring(row)
    await yard.noticed(row)
    await yard.filed()
    assert (await yard.blocked(accept_results, OFFICER)).code is ErrorCode.RECUSED
    other = Actor.of(Role.BUREAU_OFFICER, "另一经办")
    assert (await yard.step(accept_results, other)).state is RoundState.ACCEPTED


async def test_the_authority_is_asked_for_on_the_day_of_the_decision(yard: Rounds) -> None:
    await yard.opened()
    row = await yard.apply(await yard.worker())
    await yard.scoring(row)
    await yard.mark_all(row)
    await yard.deliberated(row)
    async with yard.database.write(EVERY_ROW) as session:
        ended = sa.update(Authority).values(ends=date(2026, 3, 10)).where(col(Authority.series) == "engineering")
        await session.exec(ended)
    error = await yard.blocked(conclude_round)
    assert said(error)[:2] == (ErrorCode.STEP_REFUSED, "“示例船厂”在 2026-03-14 没有评价助理级职称的权限")
    assert "试点范围" in (error.clause or "")


async def test_certificate_data_are_reported_in_time(yard: Rounds) -> None:
    await noticed(yard)
    await yard.filed()
    await yard.certified()
    assert (await yard.deadline(Term.CERTIFICATE_DATA)).due == date(2026, 3, 27)
    yard.on(date(2026, 3, 30))
    error = await yard.blocked(report_certificates)
    assert said(error)[:2] == (ErrorCode.STEP_LATE, "证书数据报送的期限 2026-03-27 已过；须由主管部门准予延期")


async def test_nothing_is_issued_before_the_bureau_has_accepted(yard: Rounds) -> None:
    await noticed(yard)
    await yard.filed()
    assert (await yard.blocked(issue_certificates)).message.zh == "本批次结果已报备，不能发证：须在已审核通过时办理"
    assert await yard.rows(Certificate) == []


async def test_marks_of_the_evaluation_are_those_that_count(yard: Rounds) -> None:
    await noticed(yard)
    await correct(yard, "craft", 71)
    await yard.step(rework_results)
    await yard.step(notice_results)
    await yard.filed()
    await yard.certified()
    scores = await yard.rows(Score, col(Score.criterion) == "craft")
    assert sorted(one.points for one in scores) == [71, 80, 80]
    assert {one.assessor_name for one in scores} == {"示例考评员0", "示例考评员1", "示例考评员2"}
    async with yard.database.read(EVERY_ROW) as session:
        [evaluation] = (await session.exec(select(Evaluation))).all()
        assert (await replay_evaluation(session, OFFICER, evaluation.id, read_document)).is_equal


async def test_a_revoked_certificate_keeps_history_and_reason(yard: Rounds) -> None:
    await noticed(yard)
    await yard.filed()
    skill, title = await yard.certified()
    yard.later(3)
    given = Revocation(key=key(), certificate_id=skill.id)
    await yard.do(yard.office, revoke_certificate, given, reason="证书打印错误")
    one, other = [await yard.row(Credential, row.credential_id) for row in (skill, title)]
    assert (one.revoked_on, one.revoked_reason, other.revoked_on) == (yard.today, "证书打印错误", None)
    assert (await yard.row(Certificate, skill.id)).number == skill.number
    again = Revocation(key=key(), certificate_id=skill.id)
    assert (await yard.refuses(yard.office, revoke_certificate, again)).code is ErrorCode.DUPLICATE
    fraud = Revocation(key=key(), certificate_id=title.id, fraud=True)
    error = await yard.refuses(yard.office, revoke_certificate, fraud)
    assert said(error)[:2] == (ErrorCode.NOT_PERMITTED, "弄虚作假由主管部门认定")


async def test_deceit_takes_both_certificates_and_bars_the_holder(yard: Rounds) -> None:
    _, worker = await noticed(yard)
    await yard.filed()
    skill, title = await yard.certified()
    await yard.reported()
    given = Revocation(key=key(), certificate_id=skill.id, fraud=True)
    await yard.do(OFFICER, revoke_certificate, given, reason="伪造工作经历")
    for row in (skill, title):
        assert (await yard.row(Credential, row.credential_id)).revoked_on == yard.today
    await yard.opened(applications_until=date(2026, 12, 1))
    error = await yard.refuses(yard.acting(worker), file_application, read_document, yard.application(None))
    assert (error.code, error.message.zh) == (ErrorCode.NOT_ELIGIBLE, "弄虚作假，2029-03-21 前不得申报")


async def test_who_is_barred_before_the_decision_passes_nothing(yard: Rounds) -> None:
    await yard.opened()
    worker = await yard.worker(both=True)
    row = await yard.apply(worker, **BOTH)
    await yard.scoring(row)
    await yard.do(OFFICER, establish_fraud, worker.id, yard.today)
    await yard.noticed(row)
    [tally] = await yard.tallies()
    assert (tally.skill_outcome, tally.title_outcome) == (Outcome.FAILED, Outcome.FAILED)


async def test_a_second_skill_certificate_of_the_year_is_withheld(yard: Rounds) -> None:
    """Another body gave one between the decision and the issue: the title is issued, the skill level is not."""
    _, worker = await noticed(yard)
    await yard.filed()
    await store(yard.database, make.credential(worker, awarded_on=date(2026, 3, 20), occupation="6-18-01-01"))
    [title] = await yard.certified()
    assert (title.side, title.pair_id) == ("title", None)
    assert (await yard.row(Credential, title.credential_id)).obtained_by is ObtainedBy.REVIEW
    [withheld] = [one for one in await events(yard.database) if one.tag == "person:certificate:withhold"]
    assert '"blocks":["one_a_year"]' in withheld.body


async def test_applicants_read_their_results_from_the_notice_on(yard: Rounds) -> None:
    await yard.opened()
    worker, colleague = await yard.worker(both=True), await yard.worker()
    row = await yard.apply(worker, **BOTH)
    await yard.scoring(row)
    await yard.mark_all(row)
    await yard.deliberated(row)
    await yard.step(conclude_round)
    assert await _tallies_seen(yard, yard.acting(worker), row) == 0
    await yard.step(notice_results)
    assert await _tallies_seen(yard, yard.acting(worker), row) == 1
    assert await _tallies_seen(yard, yard.acting(colleague), row) == 0
    assert await _tallies_seen(yard, OFFICER, row) == 1


async def _tallies_seen(yard: Rounds, actor: Actor, row: Application) -> int:
    async with yard.database.read(RowScope.of(actor)) as session:
        return len((await tallies_of(session, actor, [row.id]))[row.id])


async def test_what_is_on_record_is_never_changed(yard: Rounds) -> None:
    await noticed(yard)
    for table in (Tally, ScoreEntry, RoundStep, PublicNotice):
        async with yard.database.write(EVERY_ROW) as session:
            row: Any = (await session.exec(select(table).limit(1))).one()
            row.round_id = uuid4()
            with pytest.raises(RuntimeError, match="never changed or deleted"):
                await session.flush()
            await session.rollback()
