"""Use cases of certificates (证书): issued from accepted results, and their data reported.

What a round issues is a credential at once, so the person's graph shows it; the two of 一评双证 name each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from core.audit import Tag
from core.eligibility.blocks import person_blocks
from core.eligibility.warnings import WarningCode
from core.facts import ObtainedBy
from core.ladders import SkillTarget
from core.models import (
    Application,
    ApplicationStatus,
    Certificate,
    Credential,
    Evaluation,
    EvaluationOrigin,
    IssuerCode,
    Outcome,
    Person,
    Round,
    RoundAssessor,
    Score,
    ScoreEntry,
    Tally,
)
from core.rounds.steps import RoundStepKind
from core.schemes import DocumentReader
from core.scoring_tables import CriterionSide
from core.services.award_grounds import spent_in
from core.services.award_uses import USES
from core.services.call import Call
from core.services.issuing import Grounds, issue_credential, link_pair, number_of
from core.services.numbering import issuer_code
from core.services.once import once
from core.services.reach import PERSON, existing
from core.services.round_docket import RoundDocket, SeenRound
from core.services.round_machine import ready_for, take_round_step
from core.services.round_rows import admitted, applications_in, marks_in, tallies_in, ties_in
from core.services.rules import values_of
from core.services.targets import Targets, targets_of
from core.storage.facts import load_facts

K = RoundStepKind
_SAME = (
    "person_id",
    "enterprise_id",
    "round_id",
    "skill_outcome",
    "title_outcome",
    "decided_on",
    "scheme_digest",
    "policy_digest",
    "calendar_digest",
    "facts_digest",
    "engine_version",
    "decision_digest",
    "skill_score_digest",
    "title_score_digest",
)


@dataclass(frozen=True, slots=True)
class _Case:
    """One application with its result, and what its certificates are made of; ``used``: whose award is used up."""

    docket: RoundDocket
    application: Application
    person: Person
    tally: Tally
    evaluation: Evaluation
    code: IssuerCode
    used: frozenset[CriterionSide]

    @property
    def passed(self) -> list[CriterionSide]:
        outcomes = ((CriterionSide.SKILL, self.tally.skill_outcome), (CriterionSide.TITLE, self.tally.title_outcome))
        return [side for side, outcome in outcomes if outcome is Outcome.PASSED]


@once(Round)
async def issue_certificates(call: Call, read: DocumentReader, seen: SeenRound, reason: str) -> Round:
    """Record everybody's evaluation as it was accepted, and issue what was passed: each side for itself."""
    docket = await ready_for(call, read, seen, K.CERTIFY)
    code = await issuer_code(call, docket.round.enterprise_id)
    applications = admitted(await applications_in(call, docket.round.id))
    tallies, names = await tallies_in(call, docket.round.id), await _names(call, docket.round.id)
    marks = await marks_in(call, docket.round.id, applications, await ties_in(call, docket.round.id))
    spent = await spent_in(call, applications)
    for application in applications:
        person = await existing(call, Person, application.person_id, PERSON)
        tally = tallies[application.id]
        evaluation = await _evaluated(call, docket, application, tally, marks.get(application.id, []), names, reason)
        used = frozenset(side for id_, side in spent if id_ == application.id)
        await _issue(call, _Case(docket, application, person, tally, evaluation, code, used), reason)
    return await take_round_step(call, docket, K.CERTIFY, reason)


async def _names(call: Call, round_id: UUID) -> dict[UUID, str]:
    query = select(RoundAssessor.id, RoundAssessor.name).where(col(RoundAssessor.round_id) == round_id)
    return dict((await call.session.exec(query)).all())


async def _evaluated(
    call: Call,
    docket: RoundDocket,
    application: Application,
    tally: Tally,
    marks: Sequence[ScoreEntry],
    names: dict[UUID, str],
    reason: str,
) -> Evaluation:
    """The evaluation of a result, with the digests that the result was worked out on, and its marks."""
    evaluation = Evaluation(
        application_id=application.id,
        scheme_version_id=docket.round.scheme_version_id,
        reference_day=docket.round.reference_day,
        origin=EvaluationOrigin.ROUND,
        is_example=docket.round.is_example,
        **tally.model_dump(include=set(_SAME)),
        **application.model_dump(include=set(Targets.model_fields)),
    )
    application.status = ApplicationStatus.EVALUATED
    application.revision += 1
    await call.store(evaluation, application)
    scores = [_score(evaluation, one, names[one.assessor_id]) for one in marks]
    await call.store(*scores)
    told = [values_of(score, "evaluation_id", "assessor_name") for score in scores]
    personal = {"assessors": [score.assessor_name for score in scores]} if scores else None
    after = values_of(evaluation) | {"scores": told}
    await call.note(Tag.PERSON_EVALUATION_RECORD, evaluation, reason, after=after, personal=personal)
    return evaluation


def _score(evaluation: Evaluation, one: ScoreEntry, name: str) -> Score:
    return Score(
        evaluation_id=evaluation.id,
        criterion=one.criterion,
        side=one.side,
        points=one.points,
        weight=one.weight,
        assessor_name=name,
    )


async def _issue(call: Call, case: _Case, reason: str) -> None:
    """The certificates of what was passed and nothing stands against by now; two of them name each other."""
    rows: list[Certificate] = []
    issued = await _to_issue(call, case, reason)
    for side in issued:
        credential = await _credential(call, case, side, len(issued) > 1, reason)
        row = Certificate(
            round_id=case.docket.round.id,
            enterprise_id=case.application.enterprise_id,
            application_id=case.application.id,
            person_id=case.person.id,
            evaluation_id=case.evaluation.id,
            credential_id=credential.id,
            side=side,
            number=credential.number or "",
            issued_on=call.today,
        )
        await call.store(row)
        rows.append(row)
    if len(rows) == 2:
        await _pair(call, *rows)
    for row in rows:
        personal = {"number": row.number}
        await call.note(Tag.PERSON_CERTIFICATE_ISSUE, row, reason, after=values_of(row, "number"), personal=personal)


async def _to_issue(call: Call, case: _Case, reason: str) -> list[CriterionSide]:
    """What is issued today: another round, or a contest, may have issued since, or deceit be established."""
    facts = (await load_facts(call.session, [case.person.id], call.today))[case.person.id]
    targets = {
        CriterionSide.SKILL if isinstance(target, SkillTarget) else CriterionSide.TITLE: target
        for target in targets_of(case.application)
    }
    issued: list[CriterionSide] = []
    for side in case.passed:
        blocks = list(person_blocks(facts, targets[side], call.today, call.policy))
        if not blocks and side not in case.used:
            issued.append(side)
            continue
        codes = [*(one.code for one in blocks), *([WarningCode.AWARD_USED] if side in case.used else [])]
        clause = blocks[0].citation if blocks else call.policy.value(USES, call.today).citation
        why = {"side": side, "blocks": codes, "clause": str(clause)}
        await call.note(Tag.PERSON_CERTIFICATE_WITHHOLD, case.evaluation, reason, after=why)
    return issued


async def _pair(call: Call, one: Certificate, other: Certificate) -> None:
    one.pair_id, other.pair_id = other.id, one.id
    await call.store(one, other)
    await link_pair(call, one.credential_id, other.credential_id)


async def _credential(call: Call, case: _Case, side: CriterionSide, both: bool, reason: str) -> Credential:
    owner = case.docket.pinned.owner
    alone = ObtainedBy.ASSESSMENT if side is CriterionSide.SKILL else ObtainedBy.REVIEW
    grounds = Grounds(
        issuer_name=owner.zh,
        issuer_enterprise_id=owner.id,
        basis=_basis(case),
        obtained_by=ObtainedBy.DUAL if both else alone,
        review_year=min(case.docket.round.reference_day.year, call.today.year),
        evaluation_id=case.evaluation.id,
        is_example=case.docket.round.is_example,
    )
    number = await number_of(call, case.code, case.application, side)
    return await issue_credential(call, case.person, case.application, side, number, grounds, reason)


def _basis(case: _Case) -> str:
    version = case.docket.pinned.version
    return f"{version.zh}（{version.record_number}）评价计划 {case.docket.round.plan_number}"


@once(Round)
async def report_certificates(call: Call, read: DocumentReader, seen: SeenRound, reason: str) -> Round:
    """Report the data of the certificates (证书数据报送), within the term; the round is over."""
    docket = await ready_for(call, read, seen, K.REPORT)
    of_round = select(Certificate).where(col(Certificate.round_id) == docket.round.id)
    rows = (await call.session.exec(of_round)).all()
    for row in rows:
        row.reported_on = call.today
    await call.store(*rows)
    return await take_round_step(call, docket, K.REPORT, reason)
