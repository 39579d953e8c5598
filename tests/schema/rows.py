"""Further rows for tests of the graph, with everything invented."""

from datetime import date
from typing import Any

from core.citations import Citation, Confidence, Source
from core.dates import Period
from core.facts import ContestRank, ContestTier, EducationLevel
from core.ladders import Level, SkillTarget, TitleTarget
from core.models import (
    Authority,
    AuthorityKind,
    Award,
    Competition,
    Enterprise,
    Evaluation,
    Person,
    PilotListing,
    Schooling,
    Score,
)
from core.schemes import CatalogRow, CriterionSide, DirectedRule, Scheme
from core.texts import Text
from tests.builders import FITTER

CLAUSE = Citation(
    Source("example", "示例方案", "示例1号", "示例企业", date(2025, 12, 1), ""), "第1行", Confidence.VERBATIM
)


def listing(listed: Enterprise, **given: Any) -> PilotListing:
    return PilotListing(
        **{
            "enterprise_id": listed.id,
            "batch": "示例第一批",
            "basis": "示例文件",
            "starts": date(2026, 1, 1),
            "reason": "示例理由",
            **given,
        }
    )


def authority(holder: Enterprise, **given: Any) -> Authority:
    return Authority(
        **{
            "enterprise_id": holder.id,
            "kind": AuthorityKind.TITLE_REVIEW,
            "series": "engineering",
            "highest": Level.FULL_SENIOR,
            "document": "示例授权",
            "starts": date(2025, 1, 1),
            **given,
        }
    )


def skill_authority(holder: Enterprise, **given: Any) -> Authority:
    kind = AuthorityKind.SKILL_RECOGNITION
    fields = {"kind": kind, "series": None, "occupation": FITTER, "highest": Level.CHIEF_TECHNICIAN}
    return authority(holder, **{**fields, **given})


def competition(**given: Any) -> Competition:
    fields = {"zh": "示例技能大赛", "tier": ContestTier.NATIONAL, "year": 2025, "held_on": date(2025, 9, 20)}
    return Competition(**{**fields, "basis": "示例通知", "is_example": True, **given})


def award(winner: Person, at: Competition, **given: Any) -> Award:
    fields = {"occupation": FITTER, "rank": ContestRank.EXCELLENCE, "awarded_on": at.held_on}
    return Award(**{"competition_id": at.id, "person_id": winner.id, **fields, **given})


def schooling(of: Person, **given: Any) -> Schooling:
    fields = {"level": EducationLevel.JUNIOR_COLLEGE, "graduated_on": date(2012, 7, 1), "school": "示例学院"}
    return Schooling(**{"person_id": of.id, **fields, **given})


def score(of: Evaluation, **given: Any) -> Score:
    fields = {"criterion": "contribution", "side": CriterionSide.BOTH, "points": 88, "weight": 400}
    return Score(**{"evaluation_id": of.id, **fields, "assessor_name": "示例考评员", **given})


def recorded_scheme(owner: Enterprise, **given: Any) -> Scheme:
    """A scheme of one row as core reads it: 高级工 to 助理工程师 and back, both directions open, 一评双证."""
    row = CatalogRow(
        number=7,
        skill=SkillTarget(FITTER, Level.SENIOR_WORKER),
        title=TitleTarget("engineering", "mechanical", Level.ASSISTANT),
        period=Period(date(2026, 1, 1)),
        skill_to_title=DirectedRule(None, CLAUSE),
        title_to_skill=DirectedRule(None, CLAUSE),
        dual_certificate=True,
    )
    fields = {"key": "example_scheme", "version": "1.0.0", "name": Text("示例方案", "example scheme")}
    period = Period(date(2026, 1, 1))
    return Scheme(**{**fields, "enterprise": owner.uscc, "period": period, "rows": (row,), "digest": "d1", **given})
