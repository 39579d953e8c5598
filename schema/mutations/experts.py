"""The expert pool (专家库), who scores in a round (考评人员), ties that recuse (回避申明)."""

from datetime import date
from typing import Annotated, Any

import strawberry

from core.rounds.recusal import Ground
from core.services import experts
from plugins.document import scheme_from
from schema import rights
from schema.context import Info
from schema.enums import TitleLevel
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.mutations.seen import KEY, REASON, SeenExpertInput, SeenRoundInput
from schema.types.expert import Expert, RoundAssessor, TieDeclaration
from schema.types.problem import Problem


@strawberry.input(one_of=True, description="Somebody by id, or by the identity number that one was shown. 人员")
class WhoInput:
    """Whoever is not in one's reach is named by the whole identity number."""

    person: strawberry.ID | None = strawberry.field(description="Id of the person. 人员标识", default=strawberry.UNSET)
    identity_number: str | None = strawberry.field(
        description="The whole identity number. 证件号码", default=strawberry.UNSET
    )

    def read(self) -> dict[str, Any]:
        if self.person:
            return {"person_id": row_key(self.person, "Person")}
        return {"identity_number": self.identity_number}


@strawberry.input(description="Somebody for the expert pool. 专家入库")
class RecordExpertInput:
    """Who, for which specialty, since when."""

    key: str = strawberry.field(description=KEY)
    who: WhoInput = strawberry.field(description="Who. 人员")
    number: str = strawberry.field(description="Number in the pool: a draw takes this. 专家编号")
    series: str = strawberry.field(description="Code of the series. 系列代码")
    specialty: str = strawberry.field(description="Code of the specialty. 专业代码")
    level: TitleLevel = strawberry.field(description="Level of the own title. 职称层级")
    unit: str = strawberry.field(description="Employer. 工作单位")
    is_outside: bool = strawberry.field(description="From outside the enterprise. 是否外单位", default=False)
    starts: date = strawberry.field(description="First day in the pool. 入库日期")
    ends: date | None = strawberry.field(description="First day no longer in it. 出库日期", default=None)
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        same = {"key": self.key, "number": self.number, "series": self.series, "specialty": self.specialty}
        days = {"starts": self.starts, "ends": self.ends}
        more = {"level": self.level.value, "unit": self.unit, "is_outside": self.is_outside}
        return {**same, **more, **days, **self.who.read()}


@strawberry.input(description="An expert to take out of the pool. 专家出库")
class ReleaseExpertInput:
    """Who, from which day on."""

    key: str = strawberry.field(description=KEY)
    seen: SeenExpertInput = strawberry.field(description="The entry as one read it. 所据专家")
    ends: date = strawberry.field(description="First day no longer in the pool. 出库日期")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {"key": self.key, "ends": self.ends, **self.seen.read()}


@strawberry.input(description="Somebody who is to score in a round. 指派考评人员")
class AssignAssessorInput:
    """Who, in which round."""

    key: str = strawberry.field(description=KEY)
    seen: SeenRoundInput = strawberry.field(description="The round as one read it. 所据批次")
    who: WhoInput = strawberry.field(description="Who. 人员")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {"key": self.key, **self.seen.read(), **self.who.read()}


@strawberry.input(description="An assessor who is to score no more. 解除考评人员")
class ReleaseAssessorInput:
    """Which one."""

    key: str = strawberry.field(description=KEY)
    seen: SeenRoundInput = strawberry.field(description="The round as one read it. 所据批次")
    assessor: strawberry.ID = strawberry.field(description="Id of the assessor. 考评人员标识")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {"key": self.key, "assessor_id": row_key(self.assessor, "RoundAssessor"), **self.seen.read()}


@strawberry.input(description="A tie between one who acts in a round and one who applies. 回避申明")
class DeclareTieInput:
    """Declared by either, or by the office."""

    key: str = strawberry.field(description=KEY)
    round: strawberry.ID = strawberry.field(description="Id of the round. 批次标识")
    actor: strawberry.ID = strawberry.field(description="Id of the person who acts. 办理人员标识")
    applicant: strawberry.ID = strawberry.field(description="Id of the person who applies. 申报人标识")
    ground: Ground = strawberry.field(description="Why. 回避情形")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "round_id": row_key(self.round, "Round"),
            "actor_person_id": row_key(self.actor, "Person"),
            "applicant_person_id": row_key(self.applicant, "Person"),
            "ground": self.ground,
        }


@strawberry.type(description="An entry of the pool that was made or ended. 专家库办理结果")
class ChangedExpert:
    """The entry as it stands now."""

    expert: Expert = strawberry.field(description="The entry as it stands now. 专家")


@strawberry.type(description="An assessor who was assigned or released. 考评人员办理结果")
class ChangedAssessor:
    """The assessor as it stands now."""

    assessor: RoundAssessor = strawberry.field(description="The assessor as it stands now. 考评人员")


@strawberry.type(description="A tie that was declared. 回避申明结果")
class DeclaredTie:
    """From now on it recuses."""

    tie: TieDeclaration = strawberry.field(description="The tie. 回避申明")


ExpertResult = Annotated[
    ChangedExpert | Problem, strawberry.union("ExpertResult", description="What came of it. 专家库办理结果")
]
AssessorResult = Annotated[
    ChangedAssessor | Problem, strawberry.union("AssessorResult", description="What came of it. 考评人员办理结果")
]
TieResult = Annotated[DeclaredTie | Problem, strawberry.union("TieResult", description="What came of it. 回避申明结果")]
NewOne = Annotated[RecordExpertInput, argument("Who. 入库内容")]
EndOne = Annotated[ReleaseExpertInput, argument("Who, from when. 出库内容")]
Assign = Annotated[AssignAssessorInput, argument("Who, in which round. 指派内容")]
Release = Annotated[ReleaseAssessorInput, argument("Which assessor. 解除内容")]
Declare = Annotated[DeclareTieInput, argument("The tie. 申明内容")]


@strawberry.type
class ExpertMutations:
    """Mutations over experts, assessors and ties."""

    @mutation("Put somebody into the expert pool of one's own enterprise. 专家入库", requires=rights.EXPERT_POOL)
    async def record_expert(self, info: Info, input: NewOne) -> ExpertResult:
        async def step() -> ChangedExpert:
            row = await info.context.do(experts.record_expert, experts.NewExpert(**input.read()), input.reason)
            return ChangedExpert(expert=Expert.of(row))

        return await attempt(step)

    @mutation("Take somebody out of the pool from a day on. 专家出库", requires=rights.EXPERT_POOL)
    async def release_expert(self, info: Info, input: EndOne) -> ExpertResult:
        async def step() -> ChangedExpert:
            row = await info.context.do(experts.release_expert, experts.SeenExpert(**input.read()), input.reason)
            return ChangedExpert(expert=Expert.of(row))

        return await attempt(step)

    @mutation("Let somebody score in a round. 指派考评人员", requires=rights.RUN)
    async def assign_assessor(self, info: Info, input: Assign) -> AssessorResult:
        async def step() -> ChangedAssessor:
            given = experts.Assignment(**input.read())
            row = await info.context.do(experts.assign_assessor, scheme_from, given, input.reason)
            return ChangedAssessor(assessor=RoundAssessor.of(row))

        return await attempt(step)

    @mutation("Let an assessor score no more; marks that were given stay. 解除考评人员", requires=rights.RUN)
    async def release_assessor(self, info: Info, input: Release) -> AssessorResult:
        async def step() -> ChangedAssessor:
            given = experts.Release(**input.read())
            row = await info.context.do(experts.release_assessor, scheme_from, given, input.reason)
            return ChangedAssessor(assessor=RoundAssessor.of(row))

        return await attempt(step)

    @mutation("Declare a tie: the one no longer acts on the case of the other. 回避申明", requires=rights.DECLARE_TIE)
    async def declare_tie(self, info: Info, input: Declare) -> TieResult:
        async def step() -> DeclaredTie:
            row = await info.context.do(experts.declare_tie, experts.NewTie(**input.read()), input.reason)
            return DeclaredTie(tie=TieDeclaration.of(row))

        return await attempt(step)
