"""Marks of assessors (评分记录), what they come to (评价结果), and how a vote stands (表决)."""

from datetime import date, datetime

import strawberry

from core import models
from core.models import Outcome
from core.schemes import CriterionSide
from core.storage.queries.applications import APPLICATION_BY_ID
from core.storage.queries.round_lookups import ROUND_ASSESSOR_BY_ID
from schema import rights
from schema.compiled.declared import One, shows
from schema.context import Info
from schema.fields import computed, stored
from schema.types import application, expert
from schema.types.node import Node
from schema.types.refs import ApplicationRef, RoundAssessorRef


@shows(models.ScoreEntry)
@strawberry.type(
    description="Points on one criterion by one assessor; a correction is another entry, and both stay. 评分记录"
)
class ScoreEntry(Node):
    """A mark; never changed."""

    row: strawberry.Private[models.ScoreEntry]
    criterion: str = stored("Key of the criterion. 评价标准代码")
    side: CriterionSide = stored("Which certificate it serves. 适用证书")
    points: int = stored("Points, 0 to 100. 得分")
    weight: int = stored("Weight in thousandths. 权重（千分比）")
    at: datetime = stored("When. 评分时间")
    reason: str = stored("Why; of a correction, what was wrong. 理由")

    @classmethod
    def of(cls, row: models.ScoreEntry) -> "ScoreEntry":
        return cls(
            key=str(row.id),
            row=row,
            criterion=row.criterion,
            side=row.side,
            points=row.points,
            weight=row.weight,
            at=row.at,
            reason=row.reason,
        )

    @computed("The mark that it corrects. 被更正的评分")
    async def replaces(self, info: Info) -> "ScoreEntry | None":
        if self.row.replaces_id is None:
            return None
        row = await info.context.loaders.rounds.marks_by_id.load(self.row.replaces_id)
        return ScoreEntry.of(row) if row else None

    @computed("Whether no correction stands in its place. 是否现行评分")
    async def is_current(self, info: Info) -> bool:
        beside = await info.context.loaders.rounds.marks.load(self.row.application_id)
        return all(one.replaces_id != self.row.id for one in beside)

    @computed("Who gave it. 考评人员", requires=rights.ROUND_STAFF, reads=One(ROUND_ASSESSOR_BY_ID, "assessor_id"))
    async def assessor(self, info: Info) -> RoundAssessorRef | None:
        row = await info.context.loaders.rounds.assessors_by_id.load(self.row.assessor_id)
        return expert.RoundAssessor.of(row) if row else None

    @computed("What it is about, where the reader may read it. 申报", reads=One(APPLICATION_BY_ID, "application_id"))
    async def application(self, info: Info) -> ApplicationRef | None:
        row = await info.context.loaders.rounds.applications_by_id.load(self.row.application_id)
        return application.Application.of(row) if row else None


@shows(models.Tally)
@strawberry.type(description="What the marks and the vote on an application came to; worked out by core. 评价结果")
class Tally:
    """A result; one that was worked out again is another, with the next number."""

    number: int = stored("The highest counts. 次序")
    decided_on: date = stored("Day. 核算日期")
    skill_outcome: Outcome | None = stored("Of the skill level. 技能等级评价结果")
    title_outcome: Outcome | None = stored("Of the title. 职称评价结果")
    skill_total: int | None = stored("In thousandths of a point. 技能总分（千分之一分）")
    title_total: int | None = stored("In thousandths of a point. 职称总分（千分之一分）")
    voters: int | None = stored("Members present who could vote. 参加表决人数")
    agree: int | None = stored("How many agreed. 同意票数")
    marks_digest: str = stored("Digest of the marks that it rests on. 评分摘要")
    decision_digest: str = stored("Digest of the kept decision. 判定快照摘要")
    reason: str = stored("Why it was worked out. 理由")

    @classmethod
    def of(cls, row: models.Tally) -> "Tally":
        return cls(
            number=row.number,
            decided_on=row.decided_on,
            skill_outcome=row.skill_outcome,
            title_outcome=row.title_outcome,
            skill_total=row.skill_total,
            title_total=row.title_total,
            voters=row.voters,
            agree=row.agree,
            marks_digest=row.marks_digest,
            decision_digest=row.decision_digest,
            reason=row.reason,
        )


@shows(models.TitleBallot)
@strawberry.type(description="A secret vote on a title, as three numbers and nothing else. 表决结果")
class TitleBallot:
    """Shown once voting is over."""

    agree: int = stored("How many agreed. 同意票数")
    disagree: int = stored("How many disagreed. 不同意票数")
    abstain: int = stored("How many abstained. 弃权票数")

    @classmethod
    def of(cls, row: models.TitleBallot) -> "TitleBallot":
        return cls(agree=row.agree, disagree=row.disagree, abstain=row.abstain)
