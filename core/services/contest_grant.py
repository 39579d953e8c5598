"""What is granted on the strength of an award: an evaluation under a scheme, and certificates that name each other."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from core.audit import Tag
from core.eligibility.decisions import Decision
from core.facts import ObtainedBy
from core.models import ContestDecision, ContestRequest, Credential, Evaluation, EvaluationOrigin, Outcome
from core.replay.snapshots import Basis
from core.rounds.numbers import title_series
from core.rounds.steps import Party
from core.scoring_tables import CriterionSide
from core.services.call import Call, checked_reason
from core.services.contest_case import TITLE_ISSUER, AwardCase, Under, issuing_party
from core.services.decisions import Kept, keep_decision_on
from core.services.issuing import Grounds, issue_credential, link_pair, number_of
from core.services.numbering import issuer_code, next_number
from core.services.rules import values_of
from core.services.targets import Targets

TITLE_HEAD = "contest.title_record_code"


async def grant_sides(
    call: Call,
    case: AwardCase,
    row: ContestRequest,
    decisions: Mapping[CriterionSide, Decision],
    before: Sequence[ContestDecision],
    reason: str,
) -> list[ContestDecision]:
    """Issue each side that is open, with the decision kept that it rests on; ``before`` was decided earlier."""
    targets = [target for one in decisions.values() for target in one.targets]
    kept = await keep_decision_on(call, case.won.facts, targets, call.today, case.under)
    evaluation_id = None if case.under is None else await _evaluated(call, case.under, row, kept, reason)
    made = []
    for side, decision in decisions.items():
        credential = await _issued(call, case, row, side, decision, evaluation_id, reason)
        made.append(_decision(call, row, side, kept, evaluation_id, credential.id, reason))
    await call.store(*made)
    pair = [one.credential_id for one in (*before, *made) if one.credential_id is not None]
    if len(pair) == 2:
        await link_pair(call, pair[0], pair[1])
    return made


def _decision(
    call: Call,
    row: ContestRequest,
    side: CriterionSide,
    kept: Kept,
    evaluation_id: UUID | None,
    credential_id: UUID,
    reason: str,
) -> ContestDecision:
    basis: Basis = kept.basis
    return ContestDecision(
        request_id=row.id,
        award_id=row.award_id,
        person_id=row.person_id,
        enterprise_id=row.enterprise_id,
        side=side,
        granted=True,
        decided_on=call.today,
        decided_by=call.actor.name,
        reason=checked_reason(reason),
        policy_digest=basis.policy,
        facts_digest=basis.facts,
        decision_digest=kept.digest,
        engine_version=basis.engine,
        evaluation_id=evaluation_id,
        credential_id=credential_id,
    )


async def _evaluated(call: Call, under: Under, row: ContestRequest, kept: Kept, reason: str) -> UUID:
    """The evaluation of the enterprise that a contest stands for; nobody scored it, so no side has a score."""
    pinned, basis = under[0], kept.basis
    evaluation = Evaluation(
        person_id=row.person_id,
        enterprise_id=pinned.owner.id,
        scheme_version_id=pinned.version.id,
        reference_day=call.today,
        skill_outcome=Outcome.PASSED if row.skill_level is not None else None,
        title_outcome=Outcome.PASSED if row.title_level is not None else None,
        decided_on=call.today,
        scheme_digest=pinned.version.digest,
        policy_digest=basis.policy,
        calendar_digest=basis.calendar,
        facts_digest=basis.facts,
        engine_version=basis.engine,
        decision_digest=kept.digest,
        origin=EvaluationOrigin.CONTEST,
        is_example=row.is_example,
        **row.model_dump(include=set(Targets.model_fields)),
    )
    await call.store(evaluation)
    await call.note(Tag.PERSON_EVALUATION_RECORD, evaluation, reason, after=values_of(evaluation) | {"scores": []})
    return evaluation.id


async def _issued(
    call: Call,
    case: AwardCase,
    row: ContestRequest,
    side: CriterionSide,
    decision: Decision,
    evaluation_id: UUID | None,
    reason: str,
) -> Credential:
    by_bureau = issuing_party(row.path, side) is Party.BUREAU
    issuer = call.policy.value(TITLE_ISSUER, call.today).citation.source.issued_by or ""
    grounds = Grounds(
        issuer_name=issuer if by_bureau else case.enterprise.zh,
        issuer_enterprise_id=None if by_bureau else case.enterprise.id,
        basis=_basis(case, decision),
        obtained_by=ObtainedBy.CONTEST,
        evaluation_id=evaluation_id,
        is_example=row.is_example,
    )
    number = await _number(call, row, side, by_bureau)
    return await issue_credential(call, case.won.person, row, side, number, grounds, reason)


async def _number(call: Call, row: ContestRequest, side: CriterionSide, by_bureau: bool) -> str:
    if by_bureau:
        return await next_number(call, title_series(str(call.policy.value(TITLE_HEAD, call.today).is_), call.today))
    return await number_of(call, await issuer_code(call, row.enterprise_id), row, side)


def _basis(case: AwardCase, decision: Decision) -> str:
    """What the certificate says that it rests on."""
    rule = decision.routes[0].route.label.zh
    if case.under is not None:
        version = case.under[0].version
        return f"{version.zh}（{version.record_number}）以赛代评：{rule}"
    return f"以赛代评：{case.won.competition.zh}；{rule}"
