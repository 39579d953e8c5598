"""Steps of a round over the services: refused to strangers, out of order, late, on what has changed; done once."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from core.errors import ErrorCode
from core.models import PilotListing, Round, RoundDeadline, RoundStep
from core.permissions import Actor, Role
from core.rounds.deadlines import Term
from core.rounds.steps import RoundState
from core.rounds.workdays import WorkCalendar
from core.services.activations import Switch, suspend
from core.services.applications import file_application
from core.services.experts import Assignment, assign_assessor
from core.services.results import accept_results, conclude_round, file_results, notice_results
from core.services.round_docket import SeenRound
from core.services.rounds import (
    Extension,
    NewRound,
    OwnStepDone,
    announce_round,
    cancel_round,
    close_applications,
    do_own_step,
    end_review,
    extend_term,
    lay_before_committee,
    open_applications,
    plan_round,
    recount_terms,
)
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import OFFICER, REASON, admin_of, evaluator_of, events, said, store
from tests.core.filing_world import read_document
from tests.core.round_case import LAST_DAY
from tests.core.round_world import Rounds, key, known_until, rounds_in

pytestmark = pytest.mark.anyio
STEPS = (
    plan_round, open_applications, close_applications, end_review, lay_before_committee, conclude_round,
    notice_results, file_results, accept_results, cancel_round,
)  # fmt: skip


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


async def test_only_the_office_and_the_bureau_move_a_round(yard: Rounds) -> None:
    await yard.announce()
    worker = yard.acting(await yard.worker())
    other = make.enterprise()
    await store(yard.database, other)
    for step in STEPS:
        for actor in (admin_of(yard.own), worker, Actor.of(Role.BUREAU_AUDITOR, "示例审计")):
            assert (await yard.blocked(step, actor)).code is ErrorCode.NOT_PERMITTED
        if step is not accept_results:
            assert (await yard.blocked(step, OFFICER)).code is ErrorCode.NOT_PERMITTED
            assert (await yard.blocked(step, evaluator_of(other))).code is ErrorCode.NOT_FOUND
    assert (await yard.blocked(accept_results)).code is ErrorCode.NOT_PERMITTED


async def test_steps_out_of_order_are_refused_with_the_clause(yard: Rounds) -> None:
    await yard.announce()
    error = await yard.blocked(open_applications)
    assert said(error) == (
        ErrorCode.STEP_REFUSED,
        "本批次已发布通知，不能开始申报：须在已创建计划时办理",
        "the round is announced, so you cannot open to applications: that takes a round that is planned",
    )
    assert error.clause == "《高技能人才与专业技术人才职业融合发展试点实施方案》组织实施评价"


async def test_a_decision_on_what_has_changed_is_refused(yard: Rounds) -> None:
    await yard.announce()
    stale = await yard.seen()
    await yard.step(plan_round)
    error = await yard.refuses(yard.office, open_applications, read_document, SeenRound(**stale))
    assert said(error) == (
        ErrorCode.OUT_OF_DATE,
        "内容已改为第 2 版，您所据的是第 1 版；请重新查看后再决定",
        "it is at revision 2 by now, you decided on revision 1: read it again",
    )


async def test_the_same_request_is_done_once(yard: Rounds) -> None:
    await yard.announce()
    seen = SeenRound(**await yard.seen())
    first = await yard.do(yard.office, plan_round, read_document, seen)
    again = await yard.do(yard.office, plan_round, read_document, seen)
    assert (again.id, again.plan_number, again.revision) == (first.id, first.plan_number, first.revision)
    assert len(await yard.rows(RoundStep)) == 2
    changed = seen.model_copy(update={"revision": 2})
    error = await yard.refuses(yard.office, plan_round, read_document, changed)
    assert said(error) == (
        ErrorCode.KEY_REUSED,
        "此请求键已用于另一请求；请为新请求换一个",
        "this key came with another request before; take a new one for a new request",
    )


async def test_a_key_is_of_one_use_case_and_one_sender(yard: Rounds) -> None:
    await yard.announce()
    seen = SeenRound(**await yard.seen())
    await yard.do(yard.office, plan_round, read_document, seen)
    later = SeenRound(**await yard.seen(key=seen.key))
    opened = await yard.do(yard.office, open_applications, read_document, later)
    assert opened.state is RoundState.APPLYING
    namesake = replace(yard.office, name="另一经办")
    error = await yard.refuses(namesake, plan_round, read_document, seen)
    assert error.code is ErrorCode.OUT_OF_DATE, "another's key says nothing about this one's request"


async def test_a_failed_request_may_be_sent_again(yard: Rounds) -> None:
    await yard.announce()
    seen = SeenRound(**await yard.seen())
    await yard.refuses(yard.office, open_applications, read_document, seen)
    await yard.step(plan_round)
    later = SeenRound(**await yard.seen(key=seen.key))
    assert (await yard.do(yard.office, open_applications, read_document, later)).state is RoundState.APPLYING


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"applications_until": date(2026, 3, 1)}, ErrorCode.BAD_DATE, "申报截止日 2026-03-01 早于今天 2026-03-02"),
        ({"reference_day": date(2030, 1, 1)}, ErrorCode.NOT_IN_FORCE, "基准日 2030-01-01 不在"),
        ({"reference_day": date(2025, 12, 31)}, ErrorCode.NOT_IN_FORCE, "基准日 2025-12-31 不在"),
    ],
)
async def test_a_round_that_cannot_be(yard: Rounds, changed: dict[str, Any], code: ErrorCode, words: str) -> None:
    same = {"key": key(), "scheme_version_id": yard.version_id, "zh": "示例", "reference_day": date(2026, 3, 2)}
    given = NewRound(**same | {"applications_until": LAST_DAY} | changed)
    error = await yard.refuses(yard.office, announce_round, read_document, given)
    assert (error.code, error.message.zh.startswith(words)) == (code, True)


async def test_losing_the_listing_stops_new_rounds_and_applications_and_lets_others_end(yard: Rounds) -> None:
    await yard.opened()
    worker = await yard.worker()
    row = await yard.apply(worker)
    await _delist(yard, date(2026, 3, 10))
    yard.on(date(2026, 3, 10))
    late = yard.application(None)
    error = await yard.refuses(yard.acting(await yard.worker()), file_application, read_document, late)
    assert said(error)[:2] == (ErrorCode.STEP_REFUSED, "企业已移出试点名单，不再受理新申报")
    same = {"key": key(), "scheme_version_id": yard.version_id, "zh": "示例", "reference_day": date(2026, 3, 2)}
    new = NewRound(**same | {"applications_until": LAST_DAY})
    error = await yard.refuses(yard.office, announce_round, read_document, new)
    assert error.message.zh == "企业当日不在试点名单，不能开展新的评价"
    assert error.clause is not None
    await yard.scoring(row)
    assert (await yard.noticed(row)).state is RoundState.NOTICED


async def _delist(yard: Rounds, day: date) -> None:
    async with yard.database.write(EVERY_ROW) as session:
        ended = sa.update(PilotListing).values(ends=day).where(col(PilotListing.enterprise_id) == yard.own.id)
        await session.exec(ended)


async def test_a_suspended_scheme_takes_no_applications(yard: Rounds) -> None:
    await yard.opened()
    yard.filings.on(date(2026, 3, 3))
    await yard.filings.do(OFFICER, suspend, Switch(filing_id=yard.filing_id))
    yard.on(date(2026, 3, 3))
    worker = await yard.worker()
    error = await yard.refuses(yard.acting(worker), file_application, read_document, yard.application(None))
    assert said(error)[:2] == (ErrorCode.STEP_REFUSED, "方案已暂停或停用，不再受理新申报")


async def test_late_results_wait_for_the_bureau_to_extend_the_term(yard: Rounds) -> None:
    await yard.opened()
    row = await yard.apply(await yard.worker())
    await yard.scoring(row)
    await yard.noticed(row)
    results = await yard.deadline(Term.RESULTS)
    assert (results.days, results.due) == (10, date(2026, 3, 27))
    yard.on(date(2026, 3, 30))
    error = await yard.blocked(file_results)
    assert said(error) == (
        ErrorCode.STEP_LATE,
        "结果统计、公示并报备的期限 2026-03-27 已过；须由主管部门准予延期",
        "the term for tally, notice and filing of results ended on 2026-03-27; the bureau has to extend it first",
    )
    assert "用人单位" in (error.clause or "")
    wanted = Extension(**await yard.seen(), term=Term.RESULTS, due=date(2026, 4, 3))
    assert (await yard.refuses(yard.office, extend_term, read_document, wanted)).code is ErrorCode.NOT_PERMITTED
    shorter = Extension(**await yard.seen(), term=Term.RESULTS, due=date(2026, 3, 27))
    error = await yard.refuses(OFFICER, extend_term, read_document, shorter)
    assert error.message.zh == "延期须晚于原期限 2026-03-27，且不早于今天 2026-03-30"
    unknown = Extension(**await yard.seen(), term=Term.REVIEW, due=date(2026, 4, 3))
    error = await yard.refuses(OFFICER, extend_term, read_document, unknown)
    assert error.message.zh == "本批次现在没有“主管部门审核”的期限"
    await yard.do(OFFICER, extend_term, read_document, wanted)
    assert (await yard.step(file_results)).state is RoundState.FILED
    [extended] = [one for one in await yard.rows(RoundStep) if one.term is not None]
    assert (extended.term, extended.reason, extended.state) == (Term.RESULTS, REASON, RoundState.NOTICED)


async def test_a_scheme_adds_steps_and_lengthens_the_notice(database: Database) -> None:
    process = [
        "announcement", "plan", "training", "evaluation", ["public_notice", 7], "results_filing", "certificate_data",
    ]  # fmt: skip
    yard = await rounds_in(database, process=process)
    await yard.announce()
    await yard.step(plan_round)
    error = await yard.blocked(open_applications)
    assert error.message.zh == "方案的评价流程要求先完成“training”"
    typed = OwnStepDone(**await yard.seen(own_step="trainin"))
    error = await yard.refuses(yard.office, do_own_step, read_document, typed)
    assert (error.code, error.nearest) == (ErrorCode.UNKNOWN_CODE, "training")
    await yard.do(yard.office, do_own_step, read_document, OwnStepDone(**await yard.seen(own_step="training")))
    await yard.step(open_applications)
    row = await yard.apply(await yard.worker())
    await yard.scoring(row)
    await yard.noticed(row)
    notice = await yard.deadline(Term.NOTICE)
    assert (notice.days, notice.due) == (7, date(2026, 3, 24))


def _announced_2027() -> WorkCalendar:
    now = known_until(2026)
    off = frozenset({date(2027, 1, 1), date(2027, 10, 1)})
    return WorkCalendar(now.years | {2027}, now.rest | off, now.work | {date(2027, 1, 2)})


async def test_an_announced_calendar_moves_a_provisional_deadline(yard: Rounds) -> None:
    last = date(2026, 12, 24)
    await yard.opened(applications_until=last)
    yard.on(last)
    row = await yard.apply(await yard.worker())
    yard.on(last + timedelta(days=1))
    await yard.step(close_applications)
    await yard.review(row)
    await yard.staff()
    await yard.step(end_review)
    await yard.noticed(row)
    notice = await yard.deadline(Term.NOTICE)
    assert (notice.due, notice.provisional) == (date(2027, 1, 1), True)
    assert (await yard.blocked(recount_terms)).message.zh == "没有因新公布的节假日而变的期限"
    yard.calendar = _announced_2027()
    yard.on(date(2027, 1, 2))
    error = await yard.blocked(file_results)
    assert error.message.zh == "公示至 2027-01-02，期满次日方可报备", (
        "New Year's Day is off, and the Saturday is worked"
    )
    await yard.step(recount_terms)
    moved = await yard.deadline(Term.NOTICE)
    assert (moved.due, moved.provisional, moved.number) == (date(2027, 1, 2), False, 2)
    assert len(await yard.rows(RoundDeadline, col(RoundDeadline.term) == Term.NOTICE)) == 2
    yard.on(date(2027, 1, 3))
    assert (await yard.step(file_results)).state is RoundState.FILED


async def test_a_cancelled_round_keeps_its_number(yard: Rounds) -> None:
    first = await yard.opened()
    await yard.step(cancel_round)
    assert (await yard.blocked(open_applications)).code is ErrorCode.STEP_REFUSED
    second = await yard.opened()
    assert [first.plan_number, second.plan_number] == ["EX01/2026/03/001", "EX01/2026/03/002"]
    cancelled: Round = await yard.row(Round, first.id)
    assert (cancelled.state, cancelled.plan_number) == (RoundState.CANCELLED, "EX01/2026/03/001")


async def test_a_step_tells_the_log_what_it_did(yard: Rounds) -> None:
    await yard.opened()
    last = (await events(yard.database))[-1]
    assert (last.tag, last.reason, last.actor_name) == ("enterprise:round:open", REASON, "示例评价经办")
    assert '"before":{"revision":2,"state":"planned"}' in last.body
    assert '"deadlines":{"applications":{"due":"2026-03-13","provisional":false}}' in last.body


async def test_nobody_runs_a_round_in_which_they_apply(yard: Rounds) -> None:
    """By the account's person where there is one, else by the name; who only announces or plans may."""
    await yard.opened()
    worker = await yard.worker(name="王评价")
    row = await yard.apply(worker)
    await yard.reviewing()
    await yard.review(row)
    own = Actor.of(Role.EVALUATION_OFFICER, "示例评价经办", enterprise_id=yard.own.id, person_id=worker.id)
    error = await yard.blocked(end_review, own)
    assert said(error)[:2] == (ErrorCode.RECUSED, "须回避：本人参评")
    namesake = replace(yard.office, name="王评价")
    error = await yard.blocked(end_review, namesake)
    assert said(error)[:2] == (ErrorCode.RECUSED, "须回避：与申报人同名，请由他人办理")
    given = Assignment(**await yard.seen(), person_id=worker.id)
    assert (await yard.refuses(namesake, assign_assessor, read_document, given)).code is ErrorCode.RECUSED
