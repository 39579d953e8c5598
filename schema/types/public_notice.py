"""Public notices (公示) of results, and objections (异议) to them."""

from datetime import date

import strawberry

from core import models
from core.models import ObjectionState, Outcome
from core.services.targets import targets_of
from core.services.tasks import answer_due
from core.storage.queries.applications import APPLICATION_BY_ID
from core.storage.queries.people import PERSON
from core.storage.queries.rounds import ROUND_BY_ID
from schema import rights
from schema.compiled.declared import One, shows
from schema.context import Info
from schema.fields import computed, stored
from schema.ids import encode_id
from schema.types import application, person, round
from schema.types.node import Node
from schema.types.refs import ApplicationRef, PersonRef, RoundRef
from schema.types.round_clock import RoundClock
from schema.types.target import Target, target_of


@shows(models.NoticeRow)
@strawberry.type(
    description="What a notice says of one application: a name, what was aimed at, what came of it; no number of a "
    "document and no points. 公示名单"
)
class NoticeRow:
    """A row, readable by everybody who may object to it."""

    row: strawberry.Private[models.NoticeRow]
    name: str = stored("Name, as the policy has it shown. 姓名")
    skill_outcome: Outcome | None = stored("Of the skill level. 技能等级评价结果")
    title_outcome: Outcome | None = stored("Of the title. 职称评价结果")
    corrections: int = stored("How many marks were put right. 更正的评分数")

    @classmethod
    def of(cls, row: models.NoticeRow) -> "NoticeRow":
        return cls(
            row=row,
            name=row.name,
            skill_outcome=row.skill_outcome,
            title_outcome=row.title_outcome,
            corrections=row.corrections,
        )

    @computed("Id of the application, for an objection to it. 申报标识")
    def application_id(self) -> strawberry.ID:
        return strawberry.ID(encode_id("Application", self.row.application_id))

    @computed("What was aimed at. 申报目标", size=2)
    def targets(self) -> list[Target]:
        return [target_of(one) for one in targets_of(self.row)]


@shows(models.PublicNotice)
@strawberry.type(description="A public notice of the results of a round. 公示")
class PublicNotice(Node):
    """A notice; never changed. Everybody who may read the round reads it while it lasts."""

    row: strawberry.Private[models.PublicNotice]
    number: int = stored("The highest counts. 公示次序")
    posted_on: date = stored("Day of posting. 公示日期")
    results_digest: str = stored("Digest of the results that it is of. 结果摘要")

    @classmethod
    def of(cls, row: models.PublicNotice) -> "PublicNotice":
        return cls(
            key=str(row.id),
            row=row,
            number=row.number,
            posted_on=row.posted_on,
            results_digest=row.results_digest,
        )

    @computed("Its rows, by name. 公示名单", size=30)
    async def rows(self, info: Info) -> list[NoticeRow]:
        return [NoticeRow.of(row) for row in await info.context.loaders.rounds.notice_rows.load(self.row.id)]


@shows(models.Objection)
@strawberry.type(description="An objection by name to results in public notice. 异议")
class Objection(Node):
    """An objection, and its answer."""

    row: strawberry.Private[models.Objection]
    text: str = stored("What is objected. 异议内容")
    raised_on: date = stored("Day. 提出日期")
    state: ObjectionState = stored("What became of it. 处理状态")
    revision: int = stored("An answer names it. 办理次序")
    answer: str | None = stored("The answer. 答复内容")
    answered_on: date | None = stored("Day of the answer. 答复日期")
    answered_by: str | None = stored("Who answered. 答复人")

    @classmethod
    def of(cls, row: models.Objection) -> "Objection":
        return cls(
            key=str(row.id),
            row=row,
            text=row.text,
            raised_on=row.raised_on,
            state=row.state,
            revision=row.revision,
            answer=row.answer,
            answered_on=row.answered_on,
            answered_by=row.answered_by,
        )

    @computed("Until when it is to be answered. 答复期限")
    def clock(self, info: Info) -> RoundClock:
        return RoundClock.of(answer_due(info.context.policy, self.row, info.context.calendar), info.context.today)

    @computed("In which round. 评价批次", reads=One(ROUND_BY_ID, "round_id"))
    async def round(self, info: Info) -> RoundRef | None:
        row = await info.context.loaders.rounds.by_id.load(self.row.round_id)
        return round.Round.of(row) if row else None

    @computed(
        "Against which application; none: all results. Where the reader may read it. 所涉申报",
        reads=One(APPLICATION_BY_ID, "application_id"),
    )
    async def application(self, info: Info) -> ApplicationRef | None:
        if self.row.application_id is None:
            return None
        row = await info.context.loaders.rounds.applications_by_id.load(self.row.application_id)
        return application.Application.of(row) if row else None

    @computed(
        "Who objects, where the reader may read the person. 异议人",
        requires=rights.OBJECTIONS,
        reads=One(PERSON, "objector_person_id"),
    )
    async def objector(self, info: Info) -> PersonRef | None:
        row = await info.context.loaders.people.load(self.row.objector_person_id)
        return person.Person.of(row) if row else None
