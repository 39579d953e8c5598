"""Switching versions on record on, holding them, retiring them."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry

from core import models
from core.services.activations import Switch, activate, retire, suspend
from core.services.withdrawals import withdraw_retirement
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.types.filing import Filing
from schema.types.problem import Problem


@strawberry.input(description="A version, from a day, until a day. 启用、暂停")
class SwitchSchemeInput:
    """Which version, and when."""

    filing: strawberry.ID = strawberry.field(description="Id of the version's filing. 备案申请标识")
    starts: date | None = strawberry.field(
        description="First day; today unless told, never earlier. 起始日期", default=None
    )
    ends: date | None = strawberry.field(
        description="First day no longer so; open unless told. 截止日期（不含）", default=None
    )
    reason: str = strawberry.field(description="Why, for the audit. 理由")

    def read(self) -> Switch:
        return Switch(filing_id=row_key(self.filing, "Filing"), starts=self.starts, ends=self.ends)


@strawberry.input(description="A version to retire for good. 停用")
class RetireSchemeInput:
    """Which version, and from when."""

    filing: strawberry.ID = strawberry.field(description="Id of the version's filing. 备案申请标识")
    starts: date | None = strawberry.field(
        description="First day; today unless told, never earlier. 起始日期", default=None
    )
    reason: str = strawberry.field(description="Why, for the audit. 理由")

    def read(self) -> Switch:
        return Switch(filing_id=row_key(self.filing, "Filing"), starts=self.starts)


@strawberry.input(description="A retirement to take back. 撤回停用")
class WithdrawRetirementInput:
    """Which version."""

    filing: strawberry.ID = strawberry.field(description="Id of the version's filing. 备案申请标识")
    reason: str = strawberry.field(description="Why, for the audit. 理由")

    def read(self) -> UUID:
        return row_key(self.filing, "Filing")


@strawberry.type(description="A version that was switched. 启用结果")
class SwitchedScheme:
    """The filing of the version, with its activations."""

    filing: Filing = strawberry.field(description="The filing; its activations as they stand now. 备案申请")


ActivationResult = Annotated[
    SwitchedScheme | Problem, strawberry.union("ActivationResult", description="What came of it. 启用结果")
]
SwitchIt = Annotated[SwitchSchemeInput, argument("Which version, and when. 启用内容")]
RetireIt = Annotated[RetireSchemeInput, argument("Which version, and from when. 停用内容")]
KeepIt = Annotated[WithdrawRetirementInput, argument("Which version. 撤回内容")]
UseCase = Callable[..., Awaitable[models.Filing]]


async def _switched(info: Info, use_case: UseCase, input: Any) -> SwitchedScheme | Problem:
    async def step() -> SwitchedScheme:
        return SwitchedScheme(filing=Filing.of(await info.context.do(use_case, input.read(), input.reason)))

    return await attempt(step)


@strawberry.type
class ActivationMutations:
    """Mutations over activations."""

    @mutation(
        "Switch a version on from a day, in place of the one before; also ends a suspension. 启用",
        requires=rights.SWITCH,
    )
    async def activate_scheme(self, info: Info, input: SwitchIt) -> ActivationResult:
        return await _switched(info, activate, input)

    @mutation(
        "Hold an active version from a day; with an end it is active again from then on. 暂停",
        requires=rights.SWITCH,
    )
    async def suspend_scheme(self, info: Info, input: SwitchIt) -> ActivationResult:
        return await _switched(info, suspend, input)

    @mutation("Retire a version from a day, for good. 停用", requires=rights.SWITCH)
    async def retire_scheme(self, info: Info, input: RetireIt) -> ActivationResult:
        return await _switched(info, retire, input)

    @mutation("Take back a retirement whose first day has not come. 撤回停用", requires=rights.SWITCH)
    async def withdraw_retirement(self, info: Info, input: KeepIt) -> ActivationResult:
        return await _switched(info, withdraw_retirement, input)
