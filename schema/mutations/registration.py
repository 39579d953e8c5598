"""Registering schemes and verifying them again, and letting a wheel run again after quarantine."""

from typing import Annotated

import strawberry

from core import models
from core.models import WheelState
from core.permissions import Permission
from core.services.artifacts import Upload
from core.services.quarantine import lift_quarantine
from core.services.wheels import register_scheme, verify_again
from plugins.artifact import PAIR_NAME, pack_pair
from schema import rights
from schema.context import Info
from schema.fields import argument, computed, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.relations import loaded
from schema.types.filing import Filing
from schema.types.finding import Finding
from schema.types.problem import Problem
from schema.types.wheel import Quarantine, Wheel


@strawberry.input(description="A scheme to register. 登记方案")
class RegisterSchemeInput:
    """One file, or a workbook with its manifest."""

    file: Upload = strawberry.field(
        description="A wheel, a zip of scheme.toml and catalog, or the catalog workbook alone. 方案包或目录工作簿"
    )
    manifest: Upload | None = strawberry.field(
        description="scheme.toml, where the file is the workbook alone. 方案清单", default=None
    )
    reason: str = strawberry.field(description="Why, for the audit. 理由")

    def artifact(self) -> Upload:
        """The one file that is kept."""
        if self.manifest is None:
            return self.file
        content = pack_pair(self.manifest.content, self.file.content)
        return Upload(filename=PAIR_NAME, media_type="application/zip", content=content)


@strawberry.input(description="A wheel to verify against the policy of today. 重新校验")
class VerifyWheelInput:
    """Which wheel."""

    digest: str = strawberry.field(description="Digest of its content. 内容摘要")
    reason: str = strawberry.field(description="Why, for the audit. 理由")


@strawberry.input(description="A quarantine to lift. 解除隔离")
class LiftQuarantineInput:
    """Of which wheel."""

    wheel: strawberry.ID = strawberry.field(description="Id of the wheel. 方案包标识")
    reason: str = strawberry.field(description="Why, for the audit. 理由")


@strawberry.type(description="An artifact that was read and verified; a rejected one is kept as well. 登记结果")
class VerifiedArtifact:
    """The wheel with what verification found."""

    wheel: Wheel = strawberry.field(description="Its content. 方案包")
    is_accepted: bool = strawberry.field(description="Whether it passed. 是否通过")

    @classmethod
    def of(cls, row: models.Wheel) -> "VerifiedArtifact":
        return cls(wheel=Wheel.of(row), is_accepted=row.state is WheelState.VERIFIED)

    @computed("Everything that was found. 校验结果", size=10)
    async def findings(self, info: Info) -> list[Finding]:
        *_, newest = await info.context.loaders.verifications.load(self.wheel.row.id)
        return [Finding.of(one) for one in newest.findings]

    @computed("The filing whose content it is, if it passed. 备案申请")
    async def filing(self, info: Info) -> Filing | None:
        row = await info.context.loaders.filings_by_wheel.load(self.wheel.row.id)
        return Filing.of(row) if row else None


@strawberry.type(description="A quarantine that was lifted. 隔离解除结果")
class LiftedQuarantine:
    """The quarantine with its wheel."""

    row: strawberry.Private[models.Quarantine]

    @computed("The quarantine. 隔离")
    def quarantine(self) -> Quarantine:
        return Quarantine.of(self.row)

    @computed("The wheel, which may run again. 方案包")
    async def wheel(self, info: Info) -> Wheel:
        return Wheel.of(await loaded(info.context.loaders.wheels, self.row.wheel_id))


ArtifactResult = Annotated[
    VerifiedArtifact | Problem, strawberry.union("ArtifactResult", description="What came of it. 登记结果")
]
QuarantineResult = Annotated[
    LiftedQuarantine | Problem, strawberry.union("QuarantineResult", description="What came of it. 隔离解除结果")
]
Register = Annotated[RegisterSchemeInput, argument("What to register. 登记内容")]
Verify = Annotated[VerifyWheelInput, argument("What to verify. 校验内容")]
Lift = Annotated[LiftQuarantineInput, argument("What to lift. 解除内容")]


@strawberry.type
class RegistrationMutations:
    """Mutations over wheels."""

    @mutation(
        "Register a scheme of one's own enterprise: keep it, verify it, draft its filing. 登记方案",
        requires=rights.REGISTER,
        weight=2000,
    )
    async def register_scheme(self, info: Info, input: Register) -> ArtifactResult:
        async def step() -> VerifiedArtifact:
            # Before anything is unpacked for somebody who may not even register.
            info.context.require(Permission.ENTERPRISE_SCHEME_REGISTER)
            info.context.require_first("registerScheme")
            upload, verifier = input.artifact(), info.context.deps.verifier
            return VerifiedArtifact.of(await info.context.do(register_scheme, verifier, upload, input.reason))

        return await attempt(step)

    @mutation("Verify a wheel again, against the policy of today. 重新校验", requires=rights.VERIFY, weight=2000)
    async def verify_wheel(self, info: Info, input: Verify) -> ArtifactResult:
        async def step() -> VerifiedArtifact:
            info.context.require_first("verifyWheel")
            verifier = info.context.deps.verifier
            return VerifiedArtifact.of(await info.context.do(verify_again, verifier, input.digest, input.reason))

        return await attempt(step)

    @mutation("Let a wheel run again after technical quarantine. 解除隔离", requires=rights.RELEASE)
    async def lift_quarantine(self, info: Info, input: Lift) -> QuarantineResult:
        async def step() -> LiftedQuarantine:
            wheel_id = row_key(input.wheel, "Wheel")
            return LiftedQuarantine(row=await info.context.do(lift_quarantine, wheel_id, input.reason))

        return await attempt(step)
