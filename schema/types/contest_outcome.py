"""What an award leads to (以赛代评), target by target."""

from collections.abc import Collection

import strawberry

from core.models import ContestPath
from core.services.contest_case import AwardOutcome, side_of
from core.storage.queries.award_uses import AwardUse
from schema.contest_words import ContestIssuer
from schema.context import Info
from schema.fields import computed
from schema.types import enterprise
from schema.types.citation import Citation
from schema.types.opportunity import Opportunity
from schema.types.refs import EnterpriseRef


@strawberry.type(description="What an award leads to for one target, on one day. 以赛代评结果")
class ContestOutcome:
    """The decision, by whose rule, and who issues."""

    found: strawberry.Private[AwardOutcome]
    path: ContestPath = strawberry.field(description="By whose rule. 途径")
    issuer: ContestIssuer = strawberry.field(description="Who issues the certificate. 发证单位")
    issuer_citation: Citation = strawberry.field(description="The clause by which that body issues. 发证依据")
    decision: Opportunity = strawberry.field(description="Need, have and gap, and from which day. 资格判定")

    is_used: bool = strawberry.field(
        description="Whether the award has led to a certificate of this kind already, wherever that was. 是否已使用"
    )
    is_waited_for: bool = strawberry.field(
        description="Whether a request or an application that rests on the award waits for a certificate of this kind, "
        "wherever that is: another one is refused meanwhile, where the policy says so. 是否有未办结的申请"
    )

    @classmethod
    def of(cls, found: AwardOutcome, uses: Collection[AwardUse]) -> "ContestOutcome":
        by_policy = found.path is ContestPath.POLICY
        sides = {side_of(target) for target in found.decision.targets}
        return cls(
            found=found,
            path=found.path,
            issuer=ContestIssuer(found.issuer) if by_policy else ContestIssuer.ENTERPRISE,
            issuer_citation=Citation.of(found.citation),
            decision=Opportunity.of(found.decision),
            is_used=any(use.issued and use.side in sides for use in uses),
            is_waited_for=any(not use.issued and use.side in sides for use in uses),
        )

    @computed("The enterprise that issues; none by the policy's own rule. 发证企业")
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        if self.found.path is ContestPath.POLICY:
            return None
        row = await info.context.loaders.enterprises_by_uscc.load(self.found.issuer)
        return enterprise.Enterprise.of(row) if row else None
