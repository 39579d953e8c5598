"""Coaches of winners (技术指导专家)."""

import strawberry

from core import models
from core.storage.queries.people import PERSON
from core.storage.queries.person_records import AWARD
from schema.compiled.declared import One, shows
from schema.context import Info
from schema.fields import computed, stored
from schema.relations import loaded
from schema.types import award, person
from schema.types.node import Node
from schema.types.refs import CompetitionAwardRef, PersonRef


@shows(models.Coaching)
@strawberry.type(description="That somebody coached the holder of an award. 技术指导")
class Coaching(Node):
    """A coach with the award, as the organizers confirmed it."""

    row: strawberry.Private[models.Coaching]
    basis: str = stored("What shows it. 依据")

    @classmethod
    def of(cls, row: models.Coaching) -> "Coaching":
        return cls(key=str(row.id), row=row, basis=row.basis)

    @computed("Who coached. 技术指导专家", reads=One(PERSON, "person_id"))
    async def coach(self, info: Info) -> PersonRef:
        return person.Person.of(await loaded(info.context.loaders.people, self.row.person_id))

    @computed("The award, where the reader may read it. 获奖", reads=One(AWARD, "award_id"))
    async def award(self, info: Info) -> CompetitionAwardRef | None:
        row = await info.context.loaders.awards_by_id.load(self.row.award_id)
        return award.CompetitionAward.of(row) if row else None
