"""Use cases about applications and evaluations."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from core.errors import ErrorCode
from core.ladders import Level
from core.models import (
    Application,
    ApplicationStatus,
    Enterprise,
    Evaluation,
    Outcome,
    Person,
    SchemeVersion,
    Score,
)
from core.schemes import CriterionSide
from core.services.evaluations import (
    NewApplication,
    NewEvaluation,
    NewScore,
    record_application,
    record_evaluation,
    withdraw_application,
)
from core.storage.database import Database
from core.storage.queries import people
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import admin_of, done, evaluator_of, events, refused, said, store

pytestmark = pytest.mark.anyio


@pytest.fixture
async def own(database: Database) -> Enterprise:
    row = make.enterprise(zh="示例船厂")
    await store(database, row)
    return row


@pytest.fixture
async def version(database: Database, own: Enterprise) -> SchemeVersion:
    of = make.scheme(own)
    row = make.scheme_version(of, digest="0" * 64)
    await store(database, of, row)
    return row


@pytest.fixture
async def worker(database: Database, own: Enterprise) -> Person:
    row = make.person()
    await store(database, row, make.employment(row, own))
    return row


def _application(version: SchemeVersion, **given: Any) -> NewApplication:
    return NewApplication(
        **{
            "scheme_version_id": version.id,
            "series": "engineering",
            "specialty": "mechanical",
            "title_level": Level.ASSISTANT,
            "filed_on": date(2026, 2, 1),
            **given,
        }
    )


async def test_an_application_lets_its_enterprise_read_until_it_is_withdrawn(
    database: Database, own: Enterprise, version: SchemeVersion
) -> None:
    applicant = make.person(identity=make.identity_number(5), name="申报人")
    await store(database, applicant)
    actor = evaluator_of(own)
    unmet = await refused(database, record_application, _application(version, person_id=applicant.id), actor=actor)
    assert unmet.code is ErrorCode.NOT_FOUND
    met = _application(version, identity_number=make.identity_number(5))
    filed: Application = await done(database, record_application, met, actor=actor)
    assert (filed.status, filed.enterprise_id) == (ApplicationStatus.FILED, own.id)
    async with database.read(EVERY_ROW) as session:
        assert await people.count_people(session, actor, make.DAY) == 1
    await done(database, withdraw_application, filed.id, actor=actor)
    async with database.read(EVERY_ROW) as session:
        assert await people.count_people(session, actor, make.DAY) == 0
    again = await refused(database, withdraw_application, filed.id, actor=actor)
    assert said(again) == (ErrorCode.DUPLICATE, "该申报已撤回", "the application is withdrawn already")


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"series": None}, ErrorCode.BAD_ARGUMENT, "a target is a skill level"),
        ({"specialty": None}, ErrorCode.BAD_ARGUMENT, "a target is a skill level"),
        ({"occupation": make.FITTER}, ErrorCode.BAD_ARGUMENT, "a target is a skill level"),
        (
            {"series": None, "specialty": None, "title_level": None},
            ErrorCode.BAD_ARGUMENT,
            "a target is a skill level",
        ),
        ({"title_level": Level.TECHNICIAN}, ErrorCode.BAD_ARGUMENT, "cannot be a 'title_level'"),
        (
            {"occupation": make.FITTER, "skill_level": Level.ASSISTANT},
            ErrorCode.BAD_ARGUMENT,
            "cannot be a 'skill_level'",
        ),
        (
            {"occupation": "6-20-01-0", "skill_level": Level.TECHNICIAN},
            ErrorCode.UNKNOWN_CODE,
            "occupation code '6-20-01-0'",
        ),
        ({"specialty": "mechanics"}, ErrorCode.UNKNOWN_CODE, "title specialty 'mechanics'"),
        ({"filed_on": date(2025, 12, 31)}, ErrorCode.NOT_IN_FORCE, "1.0.0 was not on record on 2025-12-31"),
        ({"filed_on": date(2026, 3, 3)}, ErrorCode.BAD_DATE, "after today 2026-03-02"),
        ({"scheme_version_id": uuid4()}, ErrorCode.NOT_FOUND, "no such scheme version"),
        ({"person_id": uuid4()}, ErrorCode.NOT_FOUND, "no such person"),
    ],
)
async def test_an_application_that_cannot_be(
    database: Database,
    own: Enterprise,
    version: SchemeVersion,
    worker: Person,
    changed: dict[str, Any],
    code: ErrorCode,
    words: str,
) -> None:
    given = _application(version, **{"person_id": worker.id, **changed})
    error = await refused(database, record_application, given, actor=evaluator_of(own))
    assert error.code is code
    assert words in error.message.en


async def test_applications_go_to_the_own_enterprise(
    database: Database, version: SchemeVersion, worker: Person
) -> None:
    other = make.enterprise()
    await store(database, other, make.employment(worker, other))
    given = _application(version, person_id=worker.id)
    error = await refused(database, record_application, given, actor=evaluator_of(other))
    assert error.message.en == "no such scheme version within your reach; check the id"
    error = await refused(database, record_application, given, actor=admin_of(other))
    assert error.code is ErrorCode.NOT_PERMITTED


def _evaluation(person: Person, version: SchemeVersion, **given: Any) -> NewEvaluation:
    return NewEvaluation(
        **{
            "person_id": person.id,
            "scheme_version_id": version.id,
            "reference_day": date(2026, 2, 1),
            "occupation": make.FITTER,
            "skill_level": Level.SENIOR_WORKER,
            "series": "engineering",
            "specialty": "mechanical",
            "title_level": Level.ASSISTANT,
            "skill_outcome": Outcome.PASSED,
            "title_outcome": Outcome.FAILED,
            "decided_on": date(2026, 2, 20),
            "policy_digest": "a" * 64,
            "calendar_digest": "b" * 64,
            "facts_digest": "c" * 64,
            "engine_version": "0.1.0",
            "scores": (_score("craft", 80), _score("theory", 70)),
            **given,
        }
    )


def _score(criterion: str, points: int, **given: Any) -> NewScore:
    return NewScore(
        **{
            "criterion": criterion,
            "side": CriterionSide.BOTH,
            "points": points,
            "weight": 500,
            "assessor_name": "示例评委",
            **given,
        }
    )


async def test_an_evaluation_closes_its_application_and_keeps_its_digests(
    database: Database, own: Enterprise, version: SchemeVersion, worker: Person
) -> None:
    actor = evaluator_of(own)
    filed = await done(database, record_application, _application(version, person_id=worker.id), actor=actor)
    given = _evaluation(worker, version, application_id=filed.id)
    stored: Evaluation = await done(database, record_evaluation, given, actor=actor)
    assert (stored.skill_outcome, stored.title_outcome) == (Outcome.PASSED, Outcome.FAILED)
    assert stored.scheme_digest == version.digest
    async with database.read(EVERY_ROW) as session:
        points = (await session.exec(select(Score.criterion, Score.points).order_by(Score.criterion))).all()
        assert (await session.exec(select(Application.status))).all() == [ApplicationStatus.EVALUATED]
    assert [tuple(row) for row in points] == [("craft", 80), ("theory", 70)]
    last = (await events(database))[-1]
    assert last.tag == "person:evaluation:record"
    assert "示例评委" not in last.body
    again = await refused(database, record_evaluation, given, actor=actor)
    assert again.message.zh == "该申报已评价"


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"title_outcome": None}, ErrorCode.BAD_ARGUMENT, "each target, and only a target, has 'title_outcome'"),
        (
            {"occupation": None, "skill_level": None},
            ErrorCode.BAD_ARGUMENT,
            "each target, and only a target, has 'skill_outcome'",
        ),
        ({"reference_day": date(2026, 2, 21)}, ErrorCode.PERIOD_REVERSED, "is after the decision on 2026-02-20"),
        ({"reference_day": date(2025, 12, 31)}, ErrorCode.NOT_IN_FORCE, "was not on record on 2025-12-31"),
        ({"decided_on": date(2026, 3, 3)}, ErrorCode.BAD_DATE, "after today"),
        ({"scores": (_score("craft", 1), _score("craft", 2))}, ErrorCode.DUPLICATE, "'craft' was scored twice"),
        ({"application_id": uuid4()}, ErrorCode.NOT_FOUND, "no such application"),
        ({"person_id": uuid4()}, ErrorCode.NOT_FOUND, "no such person"),
    ],
)
async def test_an_evaluation_that_cannot_be(
    database: Database,
    own: Enterprise,
    version: SchemeVersion,
    worker: Person,
    changed: dict[str, Any],
    code: ErrorCode,
    words: str,
) -> None:
    error = await refused(database, record_evaluation, _evaluation(worker, version, **changed), actor=evaluator_of(own))
    assert error.code is code
    assert words in error.message.en


async def test_an_application_of_somebody_else_is_not_closed(
    database: Database, own: Enterprise, version: SchemeVersion, worker: Person
) -> None:
    colleague = make.person()
    await store(database, colleague, make.employment(colleague, own))
    actor = evaluator_of(own)
    filed = await done(database, record_application, _application(version, person_id=colleague.id), actor=actor)
    given = _evaluation(worker, version, application_id=filed.id)
    assert (await refused(database, record_evaluation, given, actor=actor)).code is ErrorCode.NOT_FOUND
