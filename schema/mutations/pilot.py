"""The pilot list (试点名单), changed by one announced decision as a whole."""

from datetime import date
from typing import Annotated, Any

import strawberry

from core.services import pilot
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.mutations.seen import KEY, REASON
from schema.types.pilot_decision import PilotDecision
from schema.types.problem import Problem

A_BATCH = 500  # an announcement names a few dozen enterprises at most


@strawberry.input(description="An enterprise that joins the list. 列入企业")
class PilotJoiningInput:
    """It has to hold both authorities by then, where the policy says so."""

    enterprise: strawberry.ID = strawberry.field(description="Id of the enterprise. 企业标识")
    priority_industry: str | None = strawberry.field(
        description="Key of the priority industry that it belongs to. 重点产业代码", default=None
    )
    ends: date | None = strawberry.field(
        description="First day no longer on the list, where that is announced too. 移出日期", default=None
    )

    def read(self) -> dict[str, Any]:
        return {
            "enterprise_id": row_key(self.enterprise, "Enterprise"),
            "priority_industry": self.priority_industry,
            "ends": self.ends,
        }


@strawberry.input(description="One announced change of the pilot list. 名单动态更新")
class ChangePilotListInput:
    """Who joins and who leaves, at least one of them, each once."""

    key: str = strawberry.field(description=KEY)
    revision: int = strawberry.field(
        description="How many decisions there were on the list as one read it: pilotDecisions { totalCount }. 名单版次"
    )
    batch: str = strawberry.field(description="Its batch. 批次")
    basis: str = strawberry.field(description="The document that announces it. 依据")
    effective_on: date = strawberry.field(description="First day on which it holds. 生效日期")
    joins: list[PilotJoiningInput] = strawberry.field(description="Who joins. 列入", default_factory=list)
    leaves: list[strawberry.ID] = strawberry.field(
        description="Ids of the enterprises that leave. 移出", default_factory=list
    )
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "revision": self.revision,
            "batch": self.batch,
            "basis": self.basis,
            "effective_on": self.effective_on,
            "joins": tuple(one.read() for one in self.joins),
            "leaves": tuple(row_key(one, "Enterprise") for one in self.leaves),
        }


@strawberry.type(description="A change of the pilot list that was decided. 名单调整结果")
class ChangedPilotList:
    """The decision, who joined and who left beneath it."""

    decision: PilotDecision = strawberry.field(description="The decision. 名单调整决定")


PilotListResult = Annotated[
    ChangedPilotList | Problem, strawberry.union("PilotListResult", description="What came of it. 名单调整结果")
]
Change = Annotated[ChangePilotListInput, argument("The change. 调整内容")]


@strawberry.type
class PilotMutations:
    """Mutations over the pilot list."""

    @mutation(
        "Change the pilot list by one decision, as the bureau: as a whole or not at all. 调整试点名单",
        requires=rights.CHANGE_PILOT_LIST,
        weight=A_BATCH,
    )
    async def change_pilot_list(self, info: Info, input: Change) -> PilotListResult:
        async def step() -> ChangedPilotList:
            given = pilot.ListChange(**input.read())
            row = await info.context.do(pilot.change_pilot_list, given, input.reason)
            return ChangedPilotList(decision=PilotDecision.of(row))

        return await attempt(step)
