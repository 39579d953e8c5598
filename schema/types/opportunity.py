"""What a person may apply for: now, from a date, or what is missing."""

from datetime import date
from enum import StrEnum

import strawberry

from core.eligibility.blocks import Block, BlockCode
from core.eligibility.decisions import Decision, RouteDecision, State
from core.eligibility.explain import Explanation
from core.eligibility.routes import Mode
from schema.enums import describe
from schema.fields import computed, listed
from schema.types.citation import Citation
from schema.types.condition import EligibilityCondition
from schema.types.offer import SchemeOffer
from schema.types.target import Target, target_of
from schema.types.text import Text


class IssuingBody(StrEnum):
    """Who issues the certificate of a route."""

    ENTERPRISE = "enterprise"
    BUREAU = "bureau"
    ASSESSOR = "assessor"
    COMMITTEE = "committee"


describe(
    IssuingBody,
    "Who issues the certificate. 发证单位",
    {
        IssuingBody.ENTERPRISE: "The enterprise. 企业",
        IssuingBody.BUREAU: "The human-resources bureau. 人力资源和社会保障局",
        IssuingBody.ASSESSOR: "An assessment organisation. 社会培训评价组织",
        IssuingBody.COMMITTEE: "A review committee. 职称评审委员会",
    },
)


@strawberry.type(description="Why one may not apply although every condition holds. 不得申报的情形")
class OpportunityBlock:
    """A block, apart from the conditions."""

    code: BlockCode = strawberry.field(description="Its kind. 类别")
    text: Text = strawberry.field(description="In words. 说明")
    until: date | None = strawberry.field(description="The day on which it lifts by itself. 解除日期")
    citation: Citation = strawberry.field(description="The clause. 依据")

    @classmethod
    def of(cls, block: Block) -> "OpportunityBlock":
        return cls(code=block.code, text=Text.of(block.text), until=block.until, citation=Citation.of(block.citation))


@strawberry.type(description="One route to a target, for one person on one day. 申报通道")
class OpportunityRoute:
    """A route with its own answer."""

    decision: strawberry.Private[RouteDecision]
    policy_route: str = strawberry.field(description="Id of the policy's route, or key of the contest. 政策通道编号")
    label: Text = strawberry.field(description="Name of the route. 通道名称")
    mode: Mode = strawberry.field(description="How the target is come by. 取得方式")
    target: Target = strawberry.field(description="What it leads to. 目标")
    state: State = strawberry.field(description="Where the person stands. 申报状态")
    may_apply_from: date | None = strawberry.field(description="First day on which one may apply. 可申报日期")
    issued_by: IssuingBody = strawberry.field(description="Who issues the certificate. 发证单位")
    is_appointment: bool = strawberry.field(description="Whether it also appoints to a post. 是否评聘")
    offered_by: SchemeOffer | None = strawberry.field(
        description="The scheme that offers it; none: the policy itself, open to everyone. 适用方案"
    )

    @classmethod
    def of(cls, decision: RouteDecision) -> "OpportunityRoute":
        route = decision.route
        return cls(
            decision=decision,
            policy_route=route.policy_route,
            label=Text.of(route.label),
            mode=route.mode,
            target=target_of(route.target),
            state=decision.state,
            may_apply_from=decision.may_apply_from,
            issued_by=IssuingBody(route.issuer),
            is_appointment=route.appointment,
            offered_by=SchemeOffer.maybe(route.offer, route.row),
        )

    @computed("Its conditions. 资格条件", size=4)
    def conditions(self) -> list[EligibilityCondition]:
        return [EligibilityCondition.of(one) for one in self.decision.explanation.conditions]

    @computed("Clauses that are inferred or platform defaults and decide it. 非原文依据", size=10)
    def weak_citations(self) -> list[Citation]:
        return [Citation.of(one) for one in self.decision.explanation.weak]


@strawberry.type(description="What a person may apply for, on one day, at one place. 申报机会")
class Opportunity:
    """The answer for one target, or for the two of one evaluation."""

    decision: strawberry.Private[Decision]
    targets: list[Target] = listed("One target, or the two of 一评双证. 申报目标", 2)
    mode: Mode = strawberry.field(description="How the target is come by. 取得方式")
    state: State = strawberry.field(description="Where the person stands. 申报状态")
    may_apply_from: date | None = strawberry.field(description="First day on which one may apply. 可申报日期")
    offered_by: SchemeOffer | None = strawberry.field(
        description="The scheme that offers it; none: the policy itself, open to everyone. 适用方案"
    )

    @classmethod
    def of(cls, decision: Decision) -> "Opportunity":
        return cls(
            decision=decision,
            targets=[target_of(one) for one in decision.targets],
            mode=decision.mode,
            state=decision.state,
            may_apply_from=decision.may_apply_from,
            offered_by=SchemeOffer.maybe(decision.offer, decision.routes[0].route.row),
        )

    @property
    def _explained(self) -> Explanation:
        return self.decision.explanation

    @computed("When the last condition is full; years of titles count to 31 December. 条件届满日期")
    def fulfilled_on(self) -> date | None:
        return self.decision.fulfilled_on

    @computed("Whether one may apply on the day: every condition holds and nothing blocks. 当日可否申报")
    def is_open(self) -> bool:
        return self.decision.is_open

    @computed("Conditions of the best route; of both targets, each once, under 一评双证. 资格条件", size=4)
    def conditions(self) -> list[EligibilityCondition]:
        return [EligibilityCondition.of(one) for one in self._explained.conditions]

    @computed("What the date assumes. 前提假设", size=2)
    def assumptions(self) -> list[Text]:
        return [Text.of(one) for one in self._explained.assumptions]

    @computed("Clauses that are inferred or platform defaults and decide it. 非原文依据", size=10)
    def weak_citations(self) -> list[Citation]:
        return [Citation.of(one) for one in self._explained.weak]

    @computed("Why one may not apply on the day although the conditions hold. 不得申报的情形", size=1)
    def blocks(self) -> list[OpportunityBlock]:
        return [OpportunityBlock.of(one) for one in self.decision.blocks]

    @computed("Id of the best route in the policy, or key of the contest. 政策通道编号")
    def policy_route(self) -> str:
        return self.decision.routes[0].route.policy_route

    @computed("Every route used: the best one, or one for each target of 一评双证. 采用通道", size=2)
    def routes(self) -> list[OpportunityRoute]:
        used = self.decision.routes if self.mode is Mode.DUAL_CERTIFICATE else self.decision.routes[:1]
        return [OpportunityRoute.of(one) for one in used]

    @computed("Other routes to the same target at the same place. 其他通道", size=4)
    def alternatives(self) -> list[OpportunityRoute]:
        others = () if self.mode is Mode.DUAL_CERTIFICATE else self.decision.routes[1:]
        return [OpportunityRoute.of(one) for one in others]
