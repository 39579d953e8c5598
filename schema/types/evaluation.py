"""Evaluations and their scores."""

from datetime import date
from functools import partial

import strawberry

from core import models
from core.errors import GuantongError
from core.models import EvaluationOrigin, Outcome
from core.published import ON_EVALUATION
from core.schemes import CriterionSide
from core.storage.queries.enterprises import ENTERPRISE
from core.storage.queries.evaluations import SCORES
from core.storage.queries.kept_facts import KEPT_OF, RECORDINGS
from core.storage.queries.people import PERSON
from core.storage.queries.schemes import VERSION
from schema import rights
from schema.compiled.declared import Inner, KeptFacts, Known, Many, One, UnderRunning, shows
from schema.context import Info
from schema.enums import SkillLevel, TitleLevel
from schema.fields import STATEMENT, computed, stored
from schema.types import enterprise, person, scheme
from schema.types.node import Node
from schema.types.occupation import Occupation
from schema.types.problem import Problem
from schema.types.refs import EnterpriseRef, PersonRef, SchemeVersionRef
from schema.types.replay import Replay, ReplayResult
from schema.types.scheme_fact import SchemeFact, SchemeFactRecord, SchemeKey
from schema.types.title_series import Specialty


@shows(models.Score)
@strawberry.type(description="Points on one criterion by one assessor. 评分")
class Score:
    """A score."""

    criterion: str = stored("Key of the criterion. 评价标准代码")
    side: CriterionSide = stored("Which certificate it serves. 适用证书")
    points: int = stored("Points. 得分")
    weight: int = stored("Weight in thousandths. 权重（千分比）")
    assessor: str = stored("Who scored. 考评人员", "assessor_name")

    @classmethod
    def of(cls, row: models.Score) -> "Score":
        return cls(
            criterion=row.criterion, side=row.side, points=row.points, weight=row.weight, assessor=row.assessor_name
        )


@strawberry.type(description="The skill side of an evaluation. 技能等级评价")
class SkillResult:
    """What was evaluated on the skill ladder, and with what outcome."""

    occupation_code: str | None = stored("Code of the occupation. 职业编码", "occupation")
    trade: str | None = stored("Trade within the occupation. 工种")
    level: SkillLevel = stored("Skill level. 职业技能等级", "skill_level")
    outcome: Outcome | None = stored("Result; none while open. 评价结果", "skill_outcome")

    @computed("The occupation, while the vocabulary lists it. 职业", reads=Known(("occupation",), Occupation.known))
    def occupation(self, info: Info) -> Occupation | None:
        return Occupation.at(info, self.occupation_code)


@strawberry.type(description="The title side of an evaluation. 职称评价")
class TitleResult:
    """What was evaluated on the ladder of titles, and with what outcome."""

    row: strawberry.Private[models.Evaluation]
    level: TitleLevel = stored("Level of the title. 职称层级", "title_level")
    outcome: Outcome | None = stored("Result; none while open. 评价结果", "title_outcome")

    @computed(
        "The specialty, while the vocabulary lists it. 职称专业", reads=Known(("series", "specialty"), Specialty.known)
    )
    def specialty(self, info: Info) -> Specialty | None:
        return Specialty.at(info, self.row.series, self.row.specialty)


@shows(models.Evaluation)
@strawberry.type(description="One evaluation of a person, for one certificate or two. 评价")
class Evaluation(Node):
    """An evaluation with the digests of everything it rested on."""

    row: strawberry.Private[models.Evaluation]
    reference_day: date = stored("The day on which conditions were judged. 资格审核基准日")
    decided_on: date = stored("Day of the decision. 评定日期")
    scheme_digest: str = stored("Digest of the scheme. 方案摘要")
    policy_digest: str = stored("Digest of the policy packs. 政策摘要")
    calendar_digest: str = stored("Digest of the holiday calendar. 日历摘要")
    facts_digest: str = stored("Digest of the facts. 事实摘要")
    engine_version: str = stored("Version of the engine. 引擎版本")
    decision_digest: str | None = stored("Digest of the kept decision. 判定快照摘要")
    skill_score_digest: str | None = stored("Digest of the kept skill score. 技能评分快照摘要")
    title_score_digest: str | None = stored("Digest of the kept title score. 职称评分快照摘要")
    origin: EvaluationOrigin = stored("Where it comes from. 评价来源")
    source_document: str | None = stored("The document that shows an evaluation of the past. 补录依据")
    is_example: bool = stored("Invented, for demonstration. 是否示例数据")

    @classmethod
    def of(cls, row: models.Evaluation) -> "Evaluation":
        return cls(
            key=str(row.id),
            row=row,
            reference_day=row.reference_day,
            decided_on=row.decided_on,
            scheme_digest=row.scheme_digest,
            policy_digest=row.policy_digest,
            calendar_digest=row.calendar_digest,
            facts_digest=row.facts_digest,
            engine_version=row.engine_version,
            decision_digest=row.decision_digest,
            skill_score_digest=row.skill_score_digest,
            title_score_digest=row.title_score_digest,
            origin=row.origin,
            source_document=row.source_document,
            is_example=row.is_example,
        )

    @computed("The skill side, where there is one. 技能等级评价", reads=Inner("skill_level"))
    def skill(self) -> SkillResult | None:
        row = self.row
        if row.skill_level is None:
            return None
        level = SkillLevel(row.skill_level.value)
        return SkillResult(occupation_code=row.occupation, trade=row.trade, level=level, outcome=row.skill_outcome)

    @computed("The title side, where there is one. 职称评价", reads=Inner("title_level"))
    def title(self) -> TitleResult | None:
        row = self.row
        if row.title_level is None:
            return None
        return TitleResult(row=row, level=TitleLevel(row.title_level.value), outcome=row.title_outcome)

    @computed("Who was evaluated, where the reader may still read the person. 被评价人", reads=One(PERSON, "person_id"))
    async def person(self, info: Info) -> PersonRef | None:
        row = await info.context.loaders.people.load(self.row.person_id)
        return person.Person.of(row) if row else None

    @computed(
        "Who evaluated, where the reader may read the enterprise. 评价企业", reads=One(ENTERPRISE, "enterprise_id")
    )
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        row = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        return enterprise.Enterprise.of(row) if row else None

    @computed(
        "Under which version of the scheme, where the reader may read it. 方案版本",
        reads=One(VERSION, "scheme_version_id"),
    )
    async def scheme_version(self, info: Info) -> SchemeVersionRef | None:
        row = await info.context.loaders.versions.load(self.row.scheme_version_id)
        return scheme.SchemeVersion.of(row) if row else None

    @computed(
        "Recomputed from what it rested on, and compared. Heavy: at most 100 a request, beyond that a Problem. 重放",
        weight=1000,
    )
    async def replay(self, info: Info) -> ReplayResult:
        try:
            return Replay.of(await info.context.replays.of(self.row))
        except GuantongError as refused:
            return Problem.of(refused)

    @computed(
        "What the running scheme adds, by key, each with where it is from. 扩展事实",
        requires=rights.EVALUATIONS,
        weight=STATEMENT,
        size=3,
        reads=KeptFacts(KEPT_OF[ON_EVALUATION], partial(SchemeFact.of_running, what=ON_EVALUATION)),
    )
    async def scheme_facts(self, info: Info, scheme: SchemeKey = None) -> list[SchemeFact]:
        kept = await info.context.loaders.facts_of_evaluations.load(self.row.id)
        return SchemeFact.of_running(info.context.running, kept, scheme, what=ON_EVALUATION)

    @computed(
        "What was recorded of the facts that the running scheme declares, oldest first; corrections stand beside what "
        "they correct. 扩展事实登记记录",
        requires=rights.EVALUATIONS,
        weight=STATEMENT,
        size=3,
        reads=UnderRunning(RECORDINGS),
    )
    async def scheme_fact_records(self, info: Info, scheme: SchemeKey = None) -> list[SchemeFactRecord]:
        kept = await info.context.loaders.recordings.load(self.row.id)
        return SchemeFactRecord.of_running(info.context.running, kept, scheme)

    @computed("Scores by criterion. 评分", size=10, reads=Many(SCORES))
    async def scores(self, info: Info) -> list[Score]:
        return [Score.of(row) for row in await info.context.loaders.scores.load(self.row.id)]
