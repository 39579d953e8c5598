"""Use cases about applications and evaluations outside rounds: those that were decided before they came here."""

from datetime import date
from uuid import UUID

from core.audit import Tag
from core.errors import ErrorCode, GuantongError, Where
from core.models import Application, ApplicationStatus, Evaluation, EvaluationOrigin, Outcome, Person
from core.permissions import Permission
from core.rounds.gates import PROCESS
from core.schemes import DocumentReader, Scheme
from core.scoring_tables import CriterionSide
from core.services.call import Call, use_case
from core.services.decisions import Decided, keep_decision, keep_score
from core.services.pinned import Pinned, content_of_version, pinned_version, require_running
from core.services.reach import existing, not_found, person_in_reach, person_met
from core.services.rules import duplicate, not_in_future, values_of
from core.services.scores import NewScore, check_scores, points_for, score_rows
from core.services.targets import Targets, check_targets, sides_of, targets_of
from core.texts import Text

APPLICATION = Text("申报", "application")


class NewApplication(Targets):
    """An application to the actor's enterprise; the person by id, or by the whole identity number."""

    person_id: UUID | None = None
    identity_number: str | None = None
    scheme_version_id: UUID
    filed_on: date


class NewEvaluation(Targets):
    """A decided evaluation; an outcome for each target."""

    application_id: UUID | None = None
    person_id: UUID
    scheme_version_id: UUID
    reference_day: date
    skill_outcome: Outcome | None = None
    title_outcome: Outcome | None = None
    decided_on: date
    scores: tuple[NewScore, ...] = ()
    is_example: bool = False


@use_case
async def record_application(call: Call, read: DocumentReader, given: NewApplication, reason: str) -> Application:
    """Record that a person applied to the actor's enterprise; from then on it may read the person's credentials.

    What eligibility says on the day of filing is kept with it. The version must run on that day.
    """
    call.require(Permission.ENTERPRISE_EVALUATION_RECORD)
    pinned = await pinned_version(call, given.scheme_version_id)
    person = await person_met(call, given.person_id, given.identity_number)
    check_targets(call, given)
    not_in_future(call, given.filed_on, "filed_on")
    await require_running(call, pinned, given.filed_on)
    scheme = await content_of_version(pinned, read)
    decided = await keep_decision(call, pinned, scheme, person, targets_of(given), given.filed_on)
    application = Application(
        person_id=person.id,
        enterprise_id=pinned.owner.id,
        facts_digest=decided.basis.facts,
        decision_digest=decided.digest,
        **given.model_dump(exclude={"person_id", "identity_number"}),
    )
    await call.store(application)
    await call.note(Tag.PERSON_APPLICATION_RECORD, application, reason, after=values_of(application))
    return application


@use_case
async def withdraw_application(call: Call, application_id: UUID, reason: str) -> Application:
    """Take an application back before it is evaluated; the enterprise loses what it could read through it."""
    call.require(Permission.ENTERPRISE_EVALUATION_RECORD)
    application = await _own_application(call, application_id)
    _open(application)
    application.status = ApplicationStatus.WITHDRAWN
    await call.store(application)
    statuses = {"before": {"status": ApplicationStatus.FILED}, "after": {"status": application.status}}
    await call.note(Tag.PERSON_APPLICATION_WITHDRAW, application, reason, **statuses)
    return application


@use_case
async def record_evaluation(call: Call, read: DocumentReader, given: NewEvaluation, reason: str) -> Evaluation:
    """Record a decided evaluation of the actor's enterprise with its scores, and keep all that it can be replayed from.

    The version must have run on the reference day; what was done to it later does not matter.
    """
    call.require(Permission.ENTERPRISE_EVALUATION_RECORD)
    pinned = await pinned_version(call, given.scheme_version_id)
    person = await person_in_reach(call, given.person_id)
    check_targets(call, given)
    _check_outcomes(given)
    not_in_future(call, given.decided_on, "decided_on")
    not_after_decision(given)
    await require_running(call, pinned, given.reference_day)
    scheme = await content_of_version(pinned, read)
    check_scores(scheme, sides_of(given), given.scores)
    await _close_application(call, given)
    evaluation = await _stored(call, pinned, scheme, person, given)
    scores = score_rows(evaluation.id, scheme, given.scores)
    await call.store(*scores)
    told = [values_of(score, "evaluation_id", "assessor_name") for score in scores]
    personal = {"assessors": [score.assessor_name for score in scores]} if scores else None
    after = values_of(evaluation) | {"scores": told}
    await call.note(Tag.PERSON_EVALUATION_RECORD, evaluation, reason, after=after, personal=personal)
    return evaluation


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


async def _own_application(call: Call, application_id: UUID) -> Application:
    application = await existing(call, Application, application_id, APPLICATION)
    if application.enterprise_id != call.actor.enterprise_id:
        raise not_found(APPLICATION)
    if application.round_id is not None:
        raise GuantongError(
            ErrorCode.STEP_REFUSED,
            Text(
                "该申报属于评价批次，须在批次中办理",
                "the application belongs to a round; what becomes of it is decided there",
            ),
            clause=str(call.policy.value(PROCESS, call.today).citation),
        )
    return application


_CLOSED = {
    ApplicationStatus.WITHDRAWN: Text("撤回", "withdrawn"),
    ApplicationStatus.EVALUATED: Text("评价", "evaluated"),
    ApplicationStatus.ADMITTED: Text("通过资格审核", "admitted"),
    ApplicationStatus.REFUSED: Text("审核为不通过", "refused"),
}


def _open(application: Application) -> None:
    closed = _CLOSED.get(application.status)
    if closed is not None:
        raise duplicate(f"该申报已{closed.zh}", f"the application is {closed.en} already")


async def _close_application(call: Call, given: NewEvaluation) -> None:
    if given.application_id is None:
        return
    application = await _own_application(call, given.application_id)
    if (application.person_id, application.scheme_version_id) != (given.person_id, given.scheme_version_id):
        raise not_found(APPLICATION)
    _open(application)
    application.status = ApplicationStatus.EVALUATED
    await call.store(application)
