"""The expert pool (专家库), who scores in a round (考评人员), and ties that recuse (回避申明)."""

from datetime import date

import strawberry

from core import models
from core.rounds.recusal import Ground
from core.storage.queries.enterprises import ENTERPRISE
from core.storage.queries.people import PERSON
from schema.compiled.declared import One, shows
from schema.context import Info
from schema.enums import TitleLevel
from schema.fields import computed, stored
from schema.types import enterprise, person
from schema.types.node import Node
from schema.types.refs import EnterpriseRef, PersonRef
from schema.types.title_series import Specialty


@shows(models.Expert)
@strawberry.type(description="Somebody of the expert pool of an enterprise. 专家")
class Expert(Node):
    """An entry of the pool."""

    row: strawberry.Private[models.Expert]
    number: str = stored("Number in the pool: a draw takes this. 专家编号")
    level: TitleLevel = strawberry.field(description="Level of the own title. 职称层级")
    unit: str = stored("Employer. 工作单位")
    is_outside: bool = stored("From outside the enterprise. 是否外单位")
    starts: date = stored("First day in the pool. 入库日期")
    ends: date | None = stored("First day no longer in it. 出库日期")
    revision: int = stored("A release names it. 办理次序")

    @classmethod
    def of(cls, row: models.Expert) -> "Expert":
        return cls(
            key=str(row.id),
            row=row,
            number=row.number,
            level=TitleLevel(row.level.value),
            unit=row.unit,
            is_outside=row.is_outside,
            starts=row.starts,
            ends=row.ends,
            revision=row.revision,
        )

    @computed("The specialty, while the vocabulary lists it. 职称专业")
    def specialty(self, info: Info) -> Specialty | None:
        return Specialty.at(info, self.row.series, self.row.specialty)

    @computed(
        "Whose pool it is, where the reader may read the enterprise. 企业", reads=One(ENTERPRISE, "enterprise_id")
    )
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        row = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        return enterprise.Enterprise.of(row) if row else None

    @computed("Who it is, where the reader may read the person. 人员", reads=One(PERSON, "person_id"))
    async def person(self, info: Info) -> PersonRef | None:
        row = await info.context.loaders.people.load(self.row.person_id)
        return person.Person.of(row) if row else None


@shows(models.RoundAssessor)
@strawberry.type(description="Somebody who scores in a round. 考评人员")
class RoundAssessor(Node):
    """An assessor of a round, until released."""

    row: strawberry.Private[models.RoundAssessor]
    name: str = stored("Name, as marks are shown with it. 姓名")
    assigned_on: date = stored("Day of the assignment. 指派日期")
    released_on: date | None = stored("Day from which they score no more. 解除日期")

    @classmethod
    def of(cls, row: models.RoundAssessor) -> "RoundAssessor":
        return cls(key=str(row.id), row=row, name=row.name, assigned_on=row.assigned_on, released_on=row.released_on)

    @computed("Who it is, where the reader may read the person. 人员", reads=One(PERSON, "person_id"))
    async def person(self, info: Info) -> PersonRef | None:
        row = await info.context.loaders.people.load(self.row.person_id)
        return person.Person.of(row) if row else None


@shows(models.TieDeclaration)
@strawberry.type(description="A declared tie between one who acts in a round and one who applies. 回避申明")
class TieDeclaration:
    """From its day on the one does not act on the case of the other."""

    row: strawberry.Private[models.TieDeclaration]
    ground: Ground = stored("Why. 回避情形")
    declared_by: str = stored("Who declared it. 申明人")
    declared_on: date = stored("Day. 申明日期")
    reason: str = stored("In their words. 说明")

    @classmethod
    def of(cls, row: models.TieDeclaration) -> "TieDeclaration":
        return cls(
            row=row,
            ground=row.ground,
            declared_by=row.declared_by,
            declared_on=row.declared_on,
            reason=row.reason,
        )

    @computed("Who acts, where the reader may read the person. 办理人员", reads=One(PERSON, "actor_person_id"))
    async def actor(self, info: Info) -> PersonRef | None:
        row = await info.context.loaders.people.load(self.row.actor_person_id)
        return person.Person.of(row) if row else None

    @computed("Who applies, where the reader may read the person. 申报人", reads=One(PERSON, "applicant_person_id"))
    async def applicant(self, info: Info) -> PersonRef | None:
        row = await info.context.loaders.people.load(self.row.applicant_person_id)
        return person.Person.of(row) if row else None
