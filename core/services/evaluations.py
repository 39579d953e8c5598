"""Use cases about applications and evaluations with their scores."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from core.audit import Tag
from core.errors import ErrorCode, GuantongError, Where
from core.ladders import Ladder, Level
from core.models import Application, ApplicationStatus, Enterprise, Evaluation, Outcome, Scheme, SchemeVersion, Score
from core.permissions import Permission
from core.schemes import CriterionSide
from core.services.call import Call, use_case
from core.services.form import Code, Form, Name
from core.services.reach import ENTERPRISE, existing, not_found, person_in_reach, person_met
from core.services.rules import duplicate, known_specialty, not_in_future, values_of
from core.texts import Text

APPLICATION = Text("申报", "application")
VERSION = Text("方案版本", "scheme version")
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]  # SHA-256


class Targets(Form):
    """What is applied for or evaluated: a skill level, a title, or both (一评双证)."""

    occupation: Code | None = None
    trade: Code | None = None
    skill_level: Level | None = None
    series: Code | None = None
    specialty: Code | None = None
    title_level: Level | None = None


class NewApplication(Targets):
    """An application to the actor's enterprise; the person by id, or by the whole identity number."""

    person_id: UUID | None = None
    identity_number: str | None = None
    scheme_version_id: UUID
    filed_on: date


class NewScore(Form):
    """Points on one criterion by one assessor; ``weight`` in thousandths."""

    criterion: Code
    side: CriterionSide
    points: int = Field(ge=0, le=1_000_000)
    weight: int = Field(ge=0, le=1000)
    assessor_name: Name


class NewEvaluation(Targets):
    """A decided evaluation, with the digests of what it rested on; an outcome for each target."""

    application_id: UUID | None = None
    person_id: UUID
    scheme_version_id: UUID
    reference_day: date
    skill_outcome: Outcome | None = None
    title_outcome: Outcome | None = None
    decided_on: date
    policy_digest: Digest
    calendar_digest: Digest
    facts_digest: Digest
    engine_version: Name
    scores: tuple[NewScore, ...] = ()
    is_example: bool = False


@use_case
async def record_application(call: Call, given: NewApplication, reason: str) -> Application:
    """Record that a person applied to the actor's enterprise; from then on it may read the person's credentials."""
    call.require(Permission.ENTERPRISE_EVALUATION_RECORD)
    version, enterprise = await _version_of_own(call, given.scheme_version_id)
    person = await person_met(call, given.person_id, given.identity_number)
    _check_targets(call, given)
    not_in_future(call, given.filed_on, "filed_on")
    _on_record(version, given.filed_on)
    values = given.model_dump(exclude={"person_id", "identity_number"})
    application = Application(person_id=person.id, enterprise_id=enterprise.id, **values)
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
async def record_evaluation(call: Call, given: NewEvaluation, reason: str) -> Evaluation:
    """Record a decided evaluation of the actor's enterprise with its scores."""
    call.require(Permission.ENTERPRISE_EVALUATION_RECORD)
    version, enterprise = await _version_of_own(call, given.scheme_version_id)
    person = await person_in_reach(call, given.person_id)
    _check_targets(call, given)
    _check_outcomes(given)
    _check_scores(given)
    not_in_future(call, given.decided_on, "decided_on")
    not_after_decision(given)
    _on_record(version, given.reference_day)
    await _close_application(call, given)
    values = given.model_dump(exclude={"scores", "person_id"})
    evaluation = Evaluation(person_id=person.id, enterprise_id=enterprise.id, scheme_digest=version.digest, **values)
    await call.store(evaluation)
    await call.store(*(Score(evaluation_id=evaluation.id, **score.model_dump()) for score in given.scores))
    after = values_of(evaluation) | {"scores": [score.model_dump(exclude={"assessor_name"}) for score in given.scores]}
    personal = {"assessors": [score.assessor_name for score in given.scores]} if given.scores else None
    await call.note(Tag.PERSON_EVALUATION_RECORD, evaluation, reason, after=after, personal=personal)
    return evaluation


async def _version_of_own(call: Call, version_id: UUID) -> tuple[SchemeVersion, Enterprise]:
    """A scheme version of the actor's own enterprise, and that enterprise."""
    version = await existing(call, SchemeVersion, version_id, VERSION)
    scheme = await existing(call, Scheme, version.scheme_id, VERSION)
    if scheme.enterprise_id != call.actor.enterprise_id:
        raise not_found(VERSION)
    return version, await existing(call, Enterprise, scheme.enterprise_id, ENTERPRISE)


def _check_targets(call: Call, given: Targets) -> None:
    """Each side is whole or absent, and at least one is there."""
    skill = (given.occupation, given.skill_level)
    title = (given.series, given.specialty, given.title_level)
    for side in (skill, title):
        if any(part is None for part in side) and any(part is not None for part in side):
            raise _bad_targets()
    if given.skill_level is None and given.title_level is None:
        raise _bad_targets()
    if given.occupation is not None and given.skill_level is not None:
        call.vocabulary.occupation(given.occupation)
        _on_ladder(call, given.skill_level, Ladder.SKILL, "skill_level")
    known_specialty(call, given.series, given.specialty)
    if given.title_level is not None:
        _on_ladder(call, given.title_level, Ladder.TITLE, "title_level")


def _bad_targets() -> GuantongError:
    return GuantongError(
        ErrorCode.BAD_ARGUMENT,
        Text(
            "目标须为技能等级（职业、等级）、职称（系列、专业、层级），或两者",
            "a target is a skill level (occupation, level), a title (series, specialty, level), or both",
        ),
    )


def _on_ladder(call: Call, level: Level, ladder: Ladder, field: str) -> None:
    if level.ladder is not ladder:
        text = call.vocabulary.level_text(level)
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(f"“{text.zh}”不能用于“{field}”", f"'{text.en}' cannot be a '{field}'"),
            where=Where(entry=field),
        )


def _on_record(version: SchemeVersion, day: date) -> None:
    starts, ends = version.recorded_from, version.recorded_until
    if starts is None or day < starts or (ends is not None and day >= ends):
        raise GuantongError(
            ErrorCode.NOT_IN_FORCE,
            Text(
                f"方案版本 {version.version} 在 {day} 未备案",
                f"scheme version {version.version} was not on record on {day}",
            ),
        )


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


def _check_scores(given: NewEvaluation) -> None:
    seen: set[tuple[str, CriterionSide, str]] = set()
    for score in given.scores:
        key = (score.criterion, score.side, score.assessor_name)
        if key in seen:
            raise duplicate(
                f"评分项“{score.criterion}”由同一考评人员评了两次",
                f"criterion '{score.criterion}' was scored twice by the same assessor",
            )
        seen.add(key)


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
    return application


_CLOSED = {
    ApplicationStatus.WITHDRAWN: Text("撤回", "withdrawn"),
    ApplicationStatus.EVALUATED: Text("评价", "evaluated"),
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
