"""Applications in rounds: warned of, filed, typed evidence, taken back, reviewed on what core decides."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from core.audit import Tag
from core.eligibility.warnings import WarningCode
from core.errors import ErrorCode, GuantongError
from core.ladders import Level
from core.models import (
    Application,
    ApplicationStatus,
    ClaimState,
    EvidenceClaim,
    EvidenceItem,
    Outcome,
    Person,
    Snapshot,
    SnapshotKind,
)
from core.permissions import Actor, Role
from core.replay.replayer import Replayer
from core.replay.snapshots import decision_from
from core.services.applications import (
    RoundApplication,
    SeenApplication,
    file_application,
    take_back_application,
    warnings_before,
)
from core.services.claims import ClaimDecision, NewClaim
from core.services.evaluations import NewEvaluation, record_evaluation
from core.services.people import establish_fraud
from core.services.qualification import Review, review_application
from core.services.snapshots import erase_snapshots, load_snapshot
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import OFFICER, evaluator_of, events, said, store
from tests.core.evidence_world import uploaded
from tests.core.filing_world import read_document
from tests.core.round_case import BOTH
from tests.core.round_stages import opened_in
from tests.core.round_world import Rounds, key

pytestmark = pytest.mark.anyio
SKILL = {
    "occupation": make.FITTER,
    "skill_level": Level.TECHNICIAN,
    "series": None,
    "specialty": None,
    "title_level": None,
}


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await opened_in(database)


async def warned(yard: Rounds, actor: Actor, given: RoundApplication) -> list[WarningCode]:
    async def asked(made: Any, wanted: RoundApplication, _reason: str) -> list[WarningCode]:
        return [one.code for one in await warnings_before(made, read_document, wanted)]

    return await yard.do(actor, asked, given)  # type: ignore[no-any-return]


async def filing_refused(yard: Rounds, actor: Actor, given: RoundApplication) -> GuantongError:
    return await yard.refuses(actor, file_application, read_document, given)


async def test_a_person_applies_and_what_was_decided_is_kept(yard: Rounds) -> None:
    row = await yard.apply(await yard.worker(both=True), **BOTH)
    assert row.round_id == yard.round_id
    assert row.decision_digest is not None
    async with yard.database.read(EVERY_ROW) as session:
        decision = await load_snapshot(session, SnapshotKind.DECISION, row.decision_digest)
    assert '"mode":"dual_certificate"' in decision
    assert f'"facts":"{row.facts_digest}"' in decision
    assert (await events(yard.database))[-1].tag == Tag.PERSON_APPLICATION_FILE


async def test_the_office_applies_for_somebody_it_met(yard: Rounds) -> None:
    worker = await yard.worker(name="来办的人")
    row: Application = await yard.do(yard.office, file_application, read_document, yard.application(worker))
    assert (row.by_applicant, row.person_id) == (False, worker.id)
    stranger = make.person()
    await store(yard.database, stranger)
    error = await filing_refused(yard, yard.office, yard.application(stranger))
    assert error.code is ErrorCode.NOT_FOUND


async def test_nobody_applies_for_somebody_else(yard: Rounds) -> None:
    worker, other = await yard.worker(), await yard.worker()
    error = await filing_refused(yard, yard.acting(worker), yard.application(other))
    assert error.message.zh == "没有此人员，或无权操作；请核对标识"
    assert (await filing_refused(yard, OFFICER, yard.application(other))).code is ErrorCode.NOT_PERMITTED
    elsewhere = make.enterprise()
    outsider = make.person()
    await store(yard.database, elsewhere, outsider, make.employment(outsider, elsewhere))
    error = await filing_refused(yard, yard.acting(outsider), yard.application(None))
    assert error.message.en == "no such round within your reach; check the id"
    error = await filing_refused(yard, evaluator_of(elsewhere), yard.application(worker))
    assert error.code is ErrorCode.NOT_FOUND


async def test_warnings_come_before_filing(yard: Rounds) -> None:
    worker = await yard.worker(both=True)
    await store(yard.database, make.title(worker, awarded_on=date(2025, 1, 1)))
    assert await warned(yard, yard.acting(worker), yard.application(None)) == [WarningCode.ALREADY_HELD]
    await yard.apply(worker, **BOTH)
    other = yard.application(None, **SKILL | {"occupation": "6-18-01-01"})
    found = await warned(yard, yard.acting(worker), other)
    assert found == [WarningCode.TWO_IN_A_YEAR, WarningCode.TWO_OCCUPATIONS]
    filed: Application = await yard.do(yard.acting(worker), file_application, read_document, other)
    assert filed.warnings == ["two_in_a_year", "two_occupations"]


async def test_a_skill_certificate_of_this_year_is_warned_of(yard: Rounds) -> None:
    worker = await yard.worker()
    await store(yard.database, make.credential(worker, awarded_on=date(2026, 1, 20)))
    found = await warned(yard, yard.acting(worker), yard.application(None, **SKILL))
    assert found == [WarningCode.TWO_IN_A_YEAR]


async def test_one_target_is_applied_for_once_in_a_round(yard: Rounds) -> None:
    worker = await yard.worker()
    first = await yard.apply(worker)
    error = await filing_refused(yard, yard.acting(worker), yard.application(None))
    assert said(error) == (ErrorCode.DUPLICATE, "本批次已申报该目标", "this target is applied for in the round already")
    await yard.do(yard.acting(worker), take_back_application, await yard.seen_application(first))
    assert (await yard.apply(worker)).id != first.id


async def test_deceit_bars_applications_for_the_years_of_the_policy(yard: Rounds) -> None:
    worker = await yard.worker()
    await yard.do(OFFICER, establish_fraud, worker.id, date(2026, 3, 2))
    error = await filing_refused(yard, yard.acting(worker), yard.application(None))
    assert said(error) == (
        ErrorCode.NOT_ELIGIBLE,
        "弄虚作假，2029-03-02 前不得申报",
        "barred for deceit until 2029-03-02",
    )
    assert "失信惩戒" in (error.clause or "")


async def test_who_is_barred_after_filing_is_not_admitted(yard: Rounds) -> None:
    worker = await yard.worker()
    row = await yard.apply(worker)
    await yard.reviewing()
    await yard.do(OFFICER, establish_fraud, worker.id, date(2026, 3, 14))
    given = Review(key=key(), application_id=row.id, revision=1, admitted=True)
    error = await yard.refuses(yard.office, review_application, read_document, given)
    assert error.message.zh == "弄虚作假，2029-03-14 前不得申报"


@pytest.mark.parametrize(
    ("day", "code", "words"),
    [
        (date(2026, 3, 13), None, ""),
        (date(2026, 3, 14), ErrorCode.STEP_LATE, "申报已于 2026-03-13 截止"),
    ],
)
async def test_applications_are_taken_to_the_last_day(
    yard: Rounds, day: date, code: ErrorCode | None, words: str
) -> None:
    worker = await yard.worker()
    yard.on(day)
    if code is None:
        assert (await yard.apply(worker)).filed_on == day
    else:
        error = await filing_refused(yard, yard.acting(worker), yard.application(None))
        assert said(error)[:2] == (code, words)


async def test_a_round_that_is_not_open_takes_none(yard: Rounds) -> None:
    worker = await yard.worker()
    await yard.reviewing()
    error = await filing_refused(yard, yard.acting(worker), yard.application(None))
    assert said(error)[:2] == (ErrorCode.STEP_REFUSED, "本批次正在资格审核，不受理申报")


async def test_levels_of_appointment_are_not_for_rounds(yard: Rounds) -> None:
    worker = await yard.worker()
    given = yard.application(None, **SKILL | {"skill_level": Level.SPECIAL_TECHNICIAN})
    error = await filing_refused(yard, yard.acting(worker), given)
    assert error.message.zh == "特级技师、首席技师为评聘，须有岗位，不经评价批次"


def _claim(**given: Any) -> NewClaim:
    return NewClaim(**{"evidence": "improvements", "amount": 2, "since": date(2025, 6, 1)} | given)


@pytest.mark.parametrize(
    ("claims", "code", "words"),
    [
        ((_claim(evidence="improvement"),), ErrorCode.UNKNOWN_CODE, "没有材料“improvement”"),
        ((_claim(amount=21),), ErrorCode.BAD_ARGUMENT, "“improvements”为 21，方案最多计至 20"),
        ((_claim(), _claim()), ErrorCode.DUPLICATE, "材料“improvements”出现两次"),
        ((_claim(since=date(2026, 3, 3)),), ErrorCode.BAD_DATE, "“since”为 2026-03-03，晚于今天 2026-03-02；请核对"),
        ((_claim(files=("0" * 64,)),), ErrorCode.BAD_ARGUMENT, f"申报人没有摘要为 {'0' * 64} 的文件；请先上传"),
    ],
)
async def test_evidence_is_typed_by_the_scheme(
    yard: Rounds, claims: tuple[NewClaim, ...], code: ErrorCode, words: str
) -> None:
    worker = await yard.worker()
    error = await filing_refused(yard, yard.acting(worker), yard.application(None, evidence=claims))
    assert said(error)[:2] == (code, words)


async def test_accepted_evidence_goes_on_record_and_refused_does_not(yard: Rounds) -> None:
    worker, colleague = await yard.worker(), await yard.worker()
    digest = (await uploaded(yard, worker)).digest
    row = await yard.apply(worker, evidence=(_claim(files=(digest,)),))
    other = await yard.apply(colleague, evidence=(_claim(),))
    await yard.reviewing()
    accepted = ClaimDecision(evidence="improvements", accepted=True)
    await yard.review(row, evidence=(accepted,))
    without = {"key": key(), "application_id": other.id, "revision": 1, "admitted": True}
    error = await yard.refuses(yard.office, review_application, read_document, Review(**without))
    assert error.message.zh == "材料“improvements”尚未审核"
    silent = ClaimDecision(evidence="improvements", accepted=False)
    error = await yard.refuses(yard.office, review_application, read_document, Review(**without, evidence=(silent,)))
    assert error.message.zh == "不予认可材料“improvements”须写明理由"
    strange = (silent.model_copy(update={"evidence": "papers"}),)
    error = await yard.refuses(yard.office, review_application, read_document, Review(**without, evidence=strange))
    assert error.code is ErrorCode.UNKNOWN_CODE
    refused = silent.model_copy(update={"reason": "缺少证明"})
    await yard.review(other, evidence=(refused,))
    items = await yard.rows(EvidenceItem)
    assert [(one.person_id, one.key, one.amount, one.scheme_key) for one in items] == [
        (worker.id, "improvements", 2, "example_ship")
    ]
    claims = {one.person_id: (one.state, one.files, one.reason) for one in await yard.rows(EvidenceClaim)}
    assert claims == {
        worker.id: (ClaimState.ACCEPTED, [digest], None),
        colleague.id: (ClaimState.REFUSED, [], "缺少证明"),
    }


async def test_nobody_is_admitted_who_is_not_eligible(yard: Rounds) -> None:
    """Two years after the certificate of a senior worker: on 2 March 2026 that is one awarded by then in 2024."""
    worker = make.person()
    late = make.credential(worker, awarded_on=date(2025, 6, 1))
    await store(yard.database, worker, make.employment(worker, yard.own), late)
    row = await yard.apply(worker)
    await yard.reviewing()
    given = Review(key=key(), application_id=row.id, revision=1, admitted=True)
    error = await yard.refuses(yard.office, review_application, read_document, given)
    assert said(error) == (
        ErrorCode.NOT_ELIGIBLE,
        "基准日尚有 1 项条件未满足；2027-06-01 起可申报",
        "1 condition(s) are not met on the day; from 2027-06-01 on one may apply",
    )
    assert "广州" in (error.clause or "") or "试点实施方案" in (error.clause or "")
    refused = await yard.review(row, admitted=False)
    assert (refused.status, refused.revision) == (ApplicationStatus.REFUSED, 2)


async def test_what_the_scheme_does_not_offer_is_not_admitted(yard: Rounds) -> None:
    row = await yard.apply(await yard.worker(both=True), **SKILL | {"occupation": "6-18-01-01"})
    await yard.reviewing()
    given = Review(key=key(), application_id=row.id, revision=1, admitted=True)
    error = await yard.refuses(yard.office, review_application, read_document, given)
    assert error.message.zh == "方案没有这一目标或两者合评的对应行"


async def test_a_block_is_named_with_its_clause(yard: Rounds) -> None:
    worker = await yard.worker()
    await store(yard.database, make.title(worker, awarded_on=date(2025, 1, 1)))
    row = await yard.apply(worker)
    assert row.warnings == ["already_held"]
    await yard.reviewing()
    given = Review(key=key(), application_id=row.id, revision=1, admitted=True)
    error = await yard.refuses(yard.office, review_application, read_document, given)
    assert (error.message.zh, "平台默认" in (error.clause or "")) == ("已持有同级或更高级", True)


async def test_nobody_reviews_their_own_case(yard: Rounds) -> None:
    worker = await yard.worker(name="示例评价经办")
    row = await yard.apply(worker)
    await yard.reviewing()
    given = Review(key=key(), application_id=row.id, revision=1, admitted=True)
    error = await yard.refuses(yard.office, review_application, read_document, given)
    assert said(error)[:2] == (ErrorCode.RECUSED, "须回避：与申报人同名，请由他人办理")
    named = Actor.of(Role.EVALUATION_OFFICER, "另一经办", enterprise_id=yard.own.id, person_id=worker.id)
    error = await yard.refuses(named, review_application, read_document, given)
    assert said(error)[:2] == (ErrorCode.RECUSED, "须回避：本人参评")


async def test_a_review_is_made_once_and_in_its_time(yard: Rounds) -> None:
    row = await yard.apply(await yard.worker())
    given = {"key": key(), "application_id": row.id, "revision": 1, "admitted": True}
    error = await yard.refuses(yard.office, review_application, read_document, Review(**given))
    assert error.message.zh == "本批次正在申报，不在资格审核中"
    await yard.reviewing()
    await yard.review(row)
    error = await yard.refuses(yard.office, review_application, read_document, Review(**given))
    assert error.code is ErrorCode.OUT_OF_DATE
    again = Review(**given | {"revision": 2})
    error = await yard.refuses(yard.office, review_application, read_document, again)
    assert said(error)[:2] == (ErrorCode.DUPLICATE, "该申报已审核")


async def test_a_reviewed_application_is_not_taken_back(yard: Rounds) -> None:
    worker = await yard.worker()
    row = await yard.apply(worker)
    stranger = yard.acting(await yard.worker())
    seen = await yard.seen_application(row)
    assert (await yard.refuses(stranger, take_back_application, seen)).code is ErrorCode.NOT_FOUND
    await yard.reviewing()
    await yard.review(row)
    error = await yard.refuses(yard.acting(worker), take_back_application, await yard.seen_application(row))
    assert said(error)[:2] == (ErrorCode.STEP_REFUSED, "该申报已审核，不能撤回")
    stale = SeenApplication(key=key(), application_id=row.id, revision=1)
    assert (await yard.refuses(yard.acting(worker), take_back_application, stale)).code is ErrorCode.OUT_OF_DATE


async def test_no_way_leads_past_the_round(yard: Rounds) -> None:
    """Once a version has a round, an evaluation of the past is one from before that round was announced."""
    worker = await yard.worker()
    same: dict[str, Any] = {"person_id": worker.id, "scheme_version_id": yard.version_id}
    same |= {"title_outcome": Outcome.PASSED, "source_document": "示例汇总表"}
    same |= {"series": "engineering", "specialty": "mechanical", "title_level": Level.ASSISTANT}
    before, announced = yard.today - timedelta(days=1), yard.today
    yard.later(1)
    for day in (announced, yard.today):
        past = NewEvaluation(reference_day=before, decided_on=day, **same)
        error = await yard.refuses(yard.office, record_evaluation, read_document, past)
        assert said(error) == (
            ErrorCode.STEP_REFUSED,
            "方案“example_ship”版本 1.0.0 的首个评价批次已于 2026-03-02 发布；"
            "此后的评价须在批次中办理，只补录此前评定的",
            "the first round of version 1.0.0 of scheme 'example_ship' was announced on 2026-03-02: what is decided "
            "from then on is decided in rounds, only what was decided before is put on record here",
        )
        assert "组织实施评价" in (error.clause or "")
    past = NewEvaluation(reference_day=before, decided_on=before, **same)
    assert (await yard.do(yard.office, record_evaluation, read_document, past)).origin == "import"


async def test_an_application_keeps_a_decision_that_replays(yard: Rounds) -> None:
    filed = await yard.apply(await yard.worker())
    assert filed.decision_digest is not None
    async with yard.database.read(EVERY_ROW) as session:
        then = decision_from(await load_snapshot(session, SnapshotKind.DECISION, filed.decision_digest))
        kept = {row.digest: row.content for row in (await session.exec(select(Snapshot))).all()}
    assert then.basis.facts == filed.facts_digest
    assert {one["state"] for one in then.outcome.values()} == {"now"}
    assert Replayer(read_document).decision(then, kept) == ()


async def test_both_decisions_can_be_erased_with_the_person(yard: Rounds) -> None:
    worker = await yard.worker()
    row = await yard.apply(worker)
    await yard.reviewing()
    await yard.review(row)
    [now] = await yard.rows(Application, col(Application.id) == row.id)
    assert now.review_decision_digest not in (None, now.decision_digest)
    async with yard.database.write(EVERY_ROW) as session:
        assert await erase_snapshots(session, worker.id) == 4
    assert (await yard.row(Person, worker.id)).name == "示例甲"
