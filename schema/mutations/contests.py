"""Requests on the strength of an award (以赛代评): asked, taken back, decided by whoever issues."""

from typing import Annotated, Any

import strawberry

from core import models
from core.services import contests, revocations
from plugins.document import scheme_from
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.mutations.seen import KEY, REASON, SeenContestRequestInput
from schema.round_inputs import TargetsInput
from schema.types.contest_request import ContestDecision, ContestRequest
from schema.types.problem import Problem


@strawberry.input(description="What to ask for on the strength of an award. 以赛代评申请内容")
class AskContestInput:
    """At the enterprise where the winner works: by the policy's own rule, or by a contest of its scheme."""

    key: str = strawberry.field(description=KEY)
    award: strawberry.ID = strawberry.field(description="Id of the award. 获奖标识")
    enterprise: strawberry.ID = strawberry.field(description="Id of the enterprise. 所在企业标识")
    scheme_version: strawberry.ID | None = strawberry.field(
        description="Id of the version with the contest; none by the policy's own rule. 方案版本标识", default=None
    )
    targets: TargetsInput = strawberry.field(description="What is asked for. 申请目标")
    is_example: bool = strawberry.field(description="Invented, for demonstration. 是否示例数据", default=False)
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "award_id": row_key(self.award, "CompetitionAward"),
            "enterprise_id": row_key(self.enterprise, "Enterprise"),
            "scheme_version_id": row_key(self.scheme_version, "SchemeVersion") if self.scheme_version else None,
            "is_example": self.is_example,
            **self.targets.read(),
        }


@strawberry.input(description="A request to take back. 撤回以赛代评申请")
class WithdrawContestInput:
    """Before anything of it is decided."""

    key: str = strawberry.field(description=KEY)
    seen: SeenContestRequestInput = strawberry.field(description="The request as one read it. 所据申请")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {"key": self.key, **self.seen.read()}


@strawberry.input(description="A decision on the certificates that one's own body issues. 以赛代评决定")
class DecideContestInput:
    """What is granted is issued at once."""

    key: str = strawberry.field(description=KEY)
    seen: SeenContestRequestInput = strawberry.field(description="The request as one read it. 所据申请")
    granted: bool = strawberry.field(description="Whether they are granted. 是否同意")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {"key": self.key, "granted": self.granted, **self.seen.read()}


@strawberry.input(description="A grant to revoke. 撤销以赛代评所发证书")
class RevokeGrantInput:
    """From today on; the award stays used up."""

    key: str = strawberry.field(description=KEY)
    decision: strawberry.ID = strawberry.field(description="Id of the decision that granted it. 决定标识")
    fraud: bool = strawberry.field(
        description="Whether by deceit: the linked certificate goes too, and the holder is barred. 是否弄虚作假",
        default=False,
    )
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {"key": self.key, "decision_id": row_key(self.decision, "ContestDecision"), "fraud": self.fraud}


@strawberry.type(description="A request that was made, taken back or decided. 以赛代评办理结果")
class ChangedContestRequest:
    """The request after that."""

    request: ContestRequest = strawberry.field(description="The request as it stands now. 以赛代评申请")

    @classmethod
    def of(cls, row: models.ContestRequest) -> "ChangedContestRequest":
        return cls(request=ContestRequest.of(row))


ContestRequestResult = Annotated[
    ChangedContestRequest | Problem,
    strawberry.union("ContestRequestResult", description="What came of it. 以赛代评办理结果"),
]


@strawberry.type(description="A grant that was revoked. 已撤销的以赛代评证书")
class RevokedGrant:
    """The decision, whose certificate no longer counts."""

    decision: ContestDecision = strawberry.field(description="The decision that granted it. 决定")


RevokeGrantResult = Annotated[
    RevokedGrant | Problem, strawberry.union("RevokeGrantResult", description="What came of it. 撤销结果")
]
Ask = Annotated[AskContestInput, argument("The request. 申请内容")]
TakeBack = Annotated[WithdrawContestInput, argument("Which request. 撤回内容")]
Verdict = Annotated[DecideContestInput, argument("The decision. 决定内容")]
RevokeIt = Annotated[RevokeGrantInput, argument("What to revoke, and why. 撤销内容")]


@strawberry.type
class ContestMutations:
    """Mutations over requests on the strength of awards."""

    @mutation(
        "Ask for what an award leads to today, for oneself or for a worker. 申请以赛代评", requires=rights.ASK_CONTEST
    )
    async def ask_contest(self, info: Info, input: Ask) -> ContestRequestResult:
        async def step() -> ChangedContestRequest:
            given = contests.NewContestRequest(**input.read())
            return ChangedContestRequest.of(
                await info.context.do(contests.ask_contest, scheme_from, given, input.reason)
            )

        return await attempt(step)

    @mutation("Take a request back. 撤回以赛代评申请", requires=rights.ASK_CONTEST)
    async def withdraw_contest(self, info: Info, input: TakeBack) -> ContestRequestResult:
        async def step() -> ChangedContestRequest:
            given = contests.SeenContest(**input.read())
            return ChangedContestRequest.of(await info.context.do(contests.withdraw_contest, given, input.reason))

        return await attempt(step)

    @mutation(
        "Grant or refuse what one's own body issues: by the policy's rule the bureau the title and the enterprise the "
        "skill certificate, by a scheme's contest the enterprise both. 决定以赛代评",
        requires=rights.DECIDE_CONTEST,
    )
    async def decide_contest(self, info: Info, input: Verdict) -> ContestRequestResult:
        async def step() -> ChangedContestRequest:
            given = contests.ContestVerdict(**input.read())
            row = await info.context.do(contests.decide_contest, scheme_from, given, input.reason)
            return ChangedContestRequest.of(row)

        return await attempt(step)

    @mutation(
        "Revoke from today on what was granted on the strength of an award. 撤销以赛代评所发证书",
        requires=rights.REVOKE_CERTIFICATE,
    )
    async def revoke_grant(self, info: Info, input: RevokeIt) -> RevokeGrantResult:
        async def step() -> RevokedGrant:
            given = revocations.GrantRevocation(**input.read())
            row = await info.context.do(revocations.revoke_granted, given, input.reason)
            return RevokedGrant(decision=ContestDecision.of(row))

        return await attempt(step)
