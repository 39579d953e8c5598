"""Evaluations of the past (补录评价): decided before their scheme version had a round, on record from a document.

What is evaluated from then on is evaluated in rounds or by contests. These issue nothing, and say where they come from.
"""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from core.audit import Tag
from core.errors import ErrorCode, GuantongError, Where
from core.models import Evaluation, EvaluationOrigin, Outcome, Person, Round, RoundStep
from core.permissions import Permission
from core.rounds.gates import PROCESS
from core.rounds.steps import RoundStepKind
from core.schemes import DocumentReader, Scheme
from core.scoring_tables import CriterionSide
from core.services.call import Call, use_case
from core.services.decisions import Decided, keep_decision, keep_score
from core.services.form import Basis
from core.services.pinned import Pinned, content_of_version, pinned_version, require_running
from core.services.reach import person_in_reach
from core.services.rules import not_in_future, values_of
from core.services.scores import NewScore, check_scores, points_for, score_rows
from core.services.targets import Targets, check_targets, sides_of, targets_of
from core.texts import Text


class NewEvaluation(Targets):
    """A decided evaluation, with the document that shows it; an outcome for each target."""

    person_id: UUID
    scheme_version_id: UUID
    reference_day: date
    skill_outcome: Outcome | None = None
    title_outcome: Outcome | None = None
    decided_on: date
    source_document: Basis
    scores: tuple[NewScore, ...] = ()
    is_example: bool = False


@use_case
async def record_evaluation(call: Call, read: DocumentReader, given: NewEvaluation, reason: str) -> Evaluation:
    """Record an evaluation of the past of the actor's enterprise with its scores, and all that it can be replayed from.

    The version must have run on the reference day, and have had no round by the day of the decision.
    """
    call.require(Permission.ENTERPRISE_EVALUATION_RECORD)
    pinned = await pinned_version(call, given.scheme_version_id)
    person = await person_in_reach(call, given.person_id)
    check_targets(call, given)
    _check_outcomes(given)
    not_in_future(call, given.decided_on, "decided_on")
    not_after_decision(given)
    await _before_rounds(call, pinned, given)
    await require_running(call, pinned, given.reference_day)
    scheme = await content_of_version(pinned, read)
    check_scores(scheme, sides_of(given), given.scores)
    evaluation = await _stored(call, pinned, scheme, person, given)
    scores = score_rows(evaluation.id, scheme, given.scores)
    await call.store(*scores)
    told = [values_of(score, "evaluation_id", "assessor_name") for score in scores]
    personal = {"assessors": [score.assessor_name for score in scores]} if scores else None
    after = values_of(evaluation) | {"scores": told}
    await call.note(Tag.PERSON_EVALUATION_RECORD, evaluation, reason, after=after, personal=personal)
    return evaluation


async def _before_rounds(call: Call, pinned: Pinned, given: NewEvaluation) -> None:
    """Raise STEP_REFUSED for what was decided since the version's first round was announced."""
    announced = col(RoundStep.step) == RoundStepKind.ANNOUNCE
    query = select(sa.func.min(RoundStep.taken_on)).join(Round, col(RoundStep.round_id) == col(Round.id))
    of_version = query.where(announced, col(Round.scheme_version_id) == pinned.version.id)
    first: date | None = (await call.session.exec(of_version)).one()
    if first is not None and given.decided_on >= first:
        raise GuantongError(
            ErrorCode.STEP_REFUSED,
            Text(
                f"{pinned.name.zh}的首个评价批次已于 {first} 发布；此后的评价须在批次中办理，只补录此前评定的",
                f"the first round of {pinned.name.en} was announced on {first}: what is decided from then on is "
                "decided in rounds, only what was decided before is put on record here",
            ),
            where=Where(entry="decided_on"),
            clause=str(call.policy.value(PROCESS, call.today).citation),
        )


async def _stored(call: Call, pinned: Pinned, scheme: Scheme, person: Person, given: NewEvaluation) -> Evaluation:
    """The evaluation with the digests of what it rests on, each of something that is kept."""
    decided = await keep_decision(call, pinned, scheme, person, targets_of(given), given.reference_day)
    basis, scored = decided.basis, await _scored(call, decided, given)
    evaluation = Evaluation(
        person_id=person.id,
        enterprise_id=pinned.owner.id,
        origin=EvaluationOrigin.IMPORT,
        scheme_digest=pinned.version.digest,
        policy_digest=basis.policy,
        calendar_digest=basis.calendar,
        facts_digest=basis.facts,
        engine_version=basis.engine,
        decision_digest=decided.digest,
        skill_score_digest=scored.get(CriterionSide.SKILL),
        title_score_digest=scored.get(CriterionSide.TITLE),
        **given.model_dump(exclude={"scores", "person_id"}),
    )
    await call.store(evaluation)
    return evaluation


async def _scored(call: Call, decided: Decided, given: NewEvaluation) -> dict[CriterionSide, str]:
    """The digests of the scores that are kept, by side."""
    sheets = {side: points_for(decided.scheme, side, given.scores) for side in sides_of(given)}
    return {
        side: (await keep_score(call, decided, side, sheet)).digest
        for side, sheet in sheets.items()
        if sheet is not None
    }


def _check_outcomes(given: NewEvaluation) -> None:
    sides = (("skill_outcome", given.skill_level), ("title_outcome", given.title_level))
    for field, target in sides:
        if (getattr(given, field) is None) != (target is None):
            raise GuantongError(
                ErrorCode.BAD_ARGUMENT,
                Text(
                    f"每个目标须有结果，且只有目标有结果：“{field}”", f"each target, and only a target, has '{field}'"
                ),
                where=Where(entry=field),
            )


def not_after_decision(given: NewEvaluation) -> None:
    """Refuse an evaluation that looked at a day after its decision."""
    if given.reference_day > given.decided_on:
        raise GuantongError(
            ErrorCode.PERIOD_REVERSED,
            Text(
                f"基准日 {given.reference_day} 晚于决定日 {given.decided_on}",
                f"reference day {given.reference_day} is after the decision on {given.decided_on}",
            ),
            where=Where(entry="reference_day"),
        )
