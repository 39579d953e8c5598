"""Evaluations of the past, put on record."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError
from core.facts import ObtainedBy
from core.ladders import Level
from core.models import (
    Evaluation,
    EvaluationOrigin,
    Outcome,
    SchemeVersion,
    Score,
    Snapshot,
    SnapshotKind,
)
from core.scoring_tables import CriterionSide
from core.services.credential_form import NewCredential
from core.services.credentials import record_credential
from core.services.evaluations import record_evaluation
from core.services.snapshots import load_snapshot
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import admin_of, done, evaluator_of, events, policy, refused, said, store
from tests.core.evaluation_world import DECIDED, Yard, score, yard_in
from tests.core.filing_world import read_document

pytestmark = pytest.mark.anyio


@pytest.fixture
async def yard(database: Database) -> Yard:
    return await yard_in(database)


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"series": None}, ErrorCode.BAD_ARGUMENT, "a target is a skill level"),
        ({"specialty": None}, ErrorCode.BAD_ARGUMENT, "a target is a skill level"),
        ({"occupation": make.FITTER}, ErrorCode.BAD_ARGUMENT, "a target is a skill level"),
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
        (
            {"reference_day": date(2025, 12, 31)},
            ErrorCode.NOT_IN_FORCE,
            "did not run on 2025-12-31: its own period is [2026",
        ),
        (
            {"reference_day": date(2026, 1, 4)},
            ErrorCode.NOT_IN_FORCE,
            "on 2026-01-04: it was not registered",
        ),
        ({"scheme_version_id": uuid4()}, ErrorCode.NOT_FOUND, "no such scheme version"),
        ({"person_id": uuid4()}, ErrorCode.NOT_FOUND, "no such person"),
    ],
)
async def test_a_target_that_cannot_be(
    database: Database, yard: Yard, changed: dict[str, Any], code: ErrorCode, words: str
) -> None:
    given = yard.title_only(**changed)
    error = await refused(database, record_evaluation, read_document, given, actor=yard.actor)
    assert error.code is code
    assert words in error.message.en


async def test_evaluations_are_of_the_own_enterprise(database: Database, yard: Yard) -> None:
    other = make.enterprise()
    await store(database, other, make.employment(yard.worker, other))
    given = (read_document, yard.evaluation())
    error = await refused(database, record_evaluation, *given, actor=evaluator_of(other))
    assert error.message.en == "no such scheme version within your reach; check the id"
    error = await refused(database, record_evaluation, *given, actor=admin_of(other))
    assert error.code is ErrorCode.NOT_PERMITTED


async def test_what_eligibility_said_is_kept_with_an_evaluation(database: Database, yard: Yard) -> None:
    given = (read_document, yard.title_only())
    filed: Evaluation = await done(database, record_evaluation, *given, actor=yard.actor)
    assert filed.decision_digest is not None
    async with database.read(EVERY_ROW) as session:
        decision = await load_snapshot(session, SnapshotKind.DECISION, filed.decision_digest)
        facts = await load_snapshot(session, SnapshotKind.FACTS, filed.facts_digest)
    assert f'"facts":"{filed.facts_digest}"' in decision
    assert '"day":"2026-02-01"' in decision
    assert '"may_apply_from":"2026-02-01"' in decision
    assert '"born_on":"1990-05-01"' in facts


async def test_an_evaluation_keeps_what_it_rests_on_and_where_it_comes_from(database: Database, yard: Yard) -> None:
    actor = yard.actor
    given = yard.evaluation()
    stored: Evaluation = await done(database, record_evaluation, read_document, given, actor=actor)
    assert (stored.skill_outcome, stored.title_outcome) == (Outcome.PASSED, Outcome.FAILED)
    assert (stored.policy_digest, stored.engine_version) == (policy().digest, "eligibility 1")
    async with database.read(EVERY_ROW) as session:
        assert (await session.exec(select(SchemeVersion.digest))).all() == [stored.scheme_digest]
        kept = {row.digest: row.kind.value for row in (await session.exec(select(Snapshot))).all()}
        rows = (await session.exec(select(Score).order_by(Score.criterion))).all()
    named = ("scheme", "policy", "calendar", "facts", "decision", "skill_score", "title_score")
    assert [kept[getattr(stored, f"{name}_digest")] for name in named] == [*named[:5], "score", "score"]
    both, skill, title = CriterionSide.BOTH, CriterionSide.SKILL, CriterionSide.TITLE
    assert [(row.criterion, row.points, row.side, row.weight) for row in rows] == [
        ("craft", 80, both, 500),
        ("defence", 55, title, 300),
        ("hands_on", 70, skill, 500),
    ]
    last = (await events(database))[-1]
    assert last.tag == "person:evaluation:record"
    assert stored.decision_digest is not None
    assert stored.decision_digest in last.body
    assert "示例评委" not in last.body
    assert (stored.origin, stored.source_document) == (EvaluationOrigin.IMPORT, "示例评价结果汇总表")
    assert '"origin":"import"' in last.body


async def test_the_score_is_that_of_the_scheme_over_assessors_and_evidence(database: Database, yard: Yard) -> None:
    await store(database, make.evidence(yard.worker, "improvements", 2))
    sheet = (score("craft", 80), score("craft", 71, "示例评委乙"), score("defence", 55))
    given = yard.title_only(scores=sheet)
    stored: Evaluation = await done(database, record_evaluation, read_document, given, actor=yard.actor)
    assert stored.skill_score_digest is None
    assert stored.title_score_digest is not None
    async with database.read(EVERY_ROW) as session:
        kept = await load_snapshot(session, SnapshotKind.SCORE, stored.title_score_digest)
    # The mean of the two assessors, 75.5, is 76 points; two improvements are 50 by the table.
    assert '"subjects":{"craft":38000,"defence":16500,"improving":10000},"total":64500' in kept
    assert '"points":{"craft":[71,80],"defence":[55]}' in kept


async def test_what_nobody_scored_has_no_score(database: Database, yard: Yard) -> None:
    given = yard.evaluation(scores=())
    stored: Evaluation = await done(database, record_evaluation, read_document, given, actor=yard.actor)
    assert (stored.skill_score_digest, stored.title_score_digest) == (None, None)
    assert stored.decision_digest is not None


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
        ({"reference_day": date(2025, 12, 31)}, ErrorCode.NOT_IN_FORCE, "did not run on 2025-12-31"),
        ({"decided_on": date(2026, 3, 3)}, ErrorCode.BAD_DATE, "after today"),
        ({"person_id": uuid4()}, ErrorCode.NOT_FOUND, "no such person"),
    ],
)
async def test_an_evaluation_that_cannot_be(
    database: Database, yard: Yard, changed: dict[str, Any], code: ErrorCode, words: str
) -> None:
    error = await refused(database, record_evaluation, read_document, yard.evaluation(**changed), actor=yard.actor)
    assert error.code is code
    assert words in error.message.en


@pytest.mark.parametrize(
    ("scores", "code", "words"),
    [
        (
            (score("craft", 1), score("craft", 2)),
            ErrorCode.DUPLICATE,
            "criterion 'craft' was scored twice by the same assessor",
        ),
        ((score("crafts", 1),), ErrorCode.UNKNOWN_CODE, "the scheme has no criterion 'crafts'"),
        (
            (score("improving", 50),),
            ErrorCode.BAD_ARGUMENT,
            "criterion 'improving' is scored from evidence, not by an assessor",
        ),
        (
            (score("craft", 80), score("defence", 55), score("hands_on", 70)),
            ErrorCode.BAD_ARGUMENT,
            "criterion 'hands_on' serves the skill level, which is not evaluated here",
        ),
        (
            (score("craft", 80),),
            ErrorCode.BAD_ARGUMENT,
            "the title lacks a score on criterion 'defence'; complete the sheet",
        ),
    ],
)
async def test_a_sheet_that_cannot_be(
    database: Database, yard: Yard, scores: tuple[Any, ...], code: ErrorCode, words: str
) -> None:
    given = yard.title_only(scores=scores)
    error = await refused(database, record_evaluation, read_document, given, actor=yard.actor)
    assert (error.code, error.message.en) == (code, words)


async def test_half_a_sheet_is_told_in_both_languages(database: Database, yard: Yard) -> None:
    given = yard.title_only(scores=(score("craft", 80),))
    error = await refused(database, record_evaluation, read_document, given, actor=yard.actor)
    assert said(error) == (
        ErrorCode.BAD_ARGUMENT,
        "职称缺少评价要素“defence”的评分；请补齐",
        "the title lacks a score on criterion 'defence'; complete the sheet",
    )


async def test_a_document_that_is_not_what_was_recorded_decides_nothing(database: Database, yard: Yard) -> None:
    async with database.write(EVERY_ROW) as session:
        await session.exec(
            sa.update(SchemeVersion).values(document="{}").where(col(SchemeVersion.id) == yard.version_id)
        )
    error = await refused(database, record_evaluation, read_document, yard.evaluation(), actor=yard.actor)
    assert error.code is ErrorCode.DIGEST_MISMATCH
    assert "the document of version 1.0.0 of scheme 'example_ship' should have digest" in error.message.en


@pytest.mark.parametrize("document", ["", "  "])
async def test_the_past_is_shown_by_a_document(yard: Yard, document: str) -> None:
    with pytest.raises(GuantongError, match="source_document"):
        yard.evaluation(source_document=document)


async def test_an_evaluation_of_the_past_issues_nothing(database: Database, yard: Yard) -> None:
    """The certificate that it led to is on record for itself, under the number on its own document."""
    past: Evaluation = await done(database, record_evaluation, read_document, yard.evaluation(), actor=yard.actor)
    same: dict[str, Any] = {"person_id": yard.worker.id, "kind": "skill_certificate", "occupation": make.FITTER}
    same |= {"level": Level.SENIOR_WORKER, "number": "Y000044000001263000001", "issuer_name": "示例机构"}
    same |= {"legal_basis": "示例依据", "obtained_by": ObtainedBy.ASSESSMENT, "awarded_on": DECIDED}
    error = await refused(database, record_credential, NewCredential(**same, evaluation_id=past.id))
    assert said(error) == (
        ErrorCode.BAD_ARGUMENT,
        "补录的评价不作颁发凭证的依据；其证书请按证书原件另行登记",
        "an evaluation of the past issues nothing; record the certificate that it led to for itself",
    )
    assert (await done(database, record_credential, NewCredential(**same))).evaluation_id is None
