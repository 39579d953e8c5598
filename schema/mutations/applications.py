"""Applications (申报): filed by the person or the office, taken back, reviewed (资格审核)."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry

from core import models
from core.services.applications import RoundApplication, SeenApplication, file_application, take_back_application
from core.services.claims import ClaimDecision
from core.services.qualification import Review, review_application
from plugins.document import scheme_from
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.mutations.seen import KEY, REASON, SeenApplicationInput
from schema.round_inputs import EvidenceClaimInput, TargetsInput
from schema.types.application import Application
from schema.types.problem import Problem

DECIDING = 500  # deciding on somebody under a whole policy, and keeping it


@strawberry.input(description="An application in a round. 申报")
class FileApplicationInput:
    """For oneself; the office names the person by id, or by the identity number that it was shown."""

    key: str = strawberry.field(description=KEY)
    round: strawberry.ID = strawberry.field(description="Id of the round. 批次标识")
    targets: TargetsInput = strawberry.field(description="What is applied for. 申报目标")
    person: strawberry.ID | None = strawberry.field(description="Id of the applicant. 申报人标识", default=None)
    identity_number: str | None = strawberry.field(
        description="The applicant's whole identity number, in place of the id. 申报人证件号码", default=None
    )
    evidence: list[EvidenceClaimInput] = strawberry.field(description="Evidence. 业绩材料", default_factory=list)
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "round_id": row_key(self.round, "Round"),
            "person_id": row_key(self.person, "Person") if self.person else None,
            "identity_number": self.identity_number,
            "evidence": tuple(one.read() for one in self.evidence),
            **self.targets.read(),
        }


@strawberry.input(description="An application to take back. 撤回申报")
class TakeBackApplicationInput:
    """Which one."""

    key: str = strawberry.field(description=KEY)
    seen: SeenApplicationInput = strawberry.field(description="The application as one read it. 所据申报")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {"key": self.key, **self.seen.read()}


@strawberry.input(description="Whether a piece of evidence is accepted. 材料审核")
class EvidenceDecisionInput:
    """A refusal takes a reason."""

    evidence: str = strawberry.field(description="Key of the kind. 材料代码")
    accepted: bool = strawberry.field(description="Accepted. 是否认可")
    reason: str | None = strawberry.field(description="Why not. 不予认可的理由", default=None)

    def read(self) -> ClaimDecision:
        return ClaimDecision(evidence=self.evidence, accepted=self.accepted, reason=self.reason)


@strawberry.input(description="The qualification review of an application. 资格审核")
class ReviewApplicationInput:
    """Admitted or refused, with every piece of evidence decided on."""

    key: str = strawberry.field(description=KEY)
    seen: SeenApplicationInput = strawberry.field(description="The application as one read it. 所据申报")
    admitted: bool = strawberry.field(description="Admitted; core has to find the applicant eligible. 是否通过")
    evidence: list[EvidenceDecisionInput] = strawberry.field(
        description="Decisions on its evidence. 材料审核", default_factory=list
    )
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        evidence = tuple(one.read() for one in self.evidence)
        return {"key": self.key, "admitted": self.admitted, "evidence": evidence, **self.seen.read()}


@strawberry.type(description="An application that was filed, taken back, or reviewed. 申报办理结果")
class ChangedApplication:
    """The application as it stands now; its warnings with it."""

    application: Application = strawberry.field(description="The application as it stands now. 申报")


ApplicationResult = Annotated[
    ChangedApplication | Problem, strawberry.union("ApplicationResult", description="What came of it. 申报办理结果")
]
File = Annotated[FileApplicationInput, argument("The application. 申报内容")]
TakeBack = Annotated[TakeBackApplicationInput, argument("Which application. 撤回内容")]
Decide = Annotated[ReviewApplicationInput, argument("The review. 审核内容")]


async def changed(doing: Callable[[], Awaitable[models.Application]]) -> ChangedApplication | Problem:
    """What comes of a use case that changes an application."""

    async def step() -> ChangedApplication:
        return ChangedApplication(application=Application.of(await doing()))

    return await attempt(step)


@strawberry.type
class ApplicationMutations:
    """Mutations over applications."""

    @mutation(
        "Apply in a round, for oneself or as its office for a person; what eligibility says is kept. 申报",
        requires=rights.APPLY,
        weight=DECIDING,
    )
    async def file_application(self, info: Info, input: File) -> ApplicationResult:
        return await changed(
            lambda: info.context.do(file_application, scheme_from, RoundApplication(**input.read()), input.reason)
        )

    @mutation("Take an application back before it is reviewed. 撤回申报", requires=rights.APPLY)
    async def take_back_application(self, info: Info, input: TakeBack) -> ApplicationResult:
        return await changed(
            lambda: info.context.do(take_back_application, SeenApplication(**input.read()), input.reason)
        )

    @mutation("Admit or refuse an application, as the office. 资格审核", requires=rights.RUN, weight=DECIDING)
    async def review_application(self, info: Info, input: Decide) -> ApplicationResult:
        return await changed(
            lambda: info.context.do(review_application, scheme_from, Review(**input.read()), input.reason)
        )
