"""Why a mutation did nothing, as data: what its caller can mend is part of its result, never a field of ``errors``."""

from collections.abc import Awaitable

import strawberry

from core.errors import ErrorCode, GuantongError
from schema.types.text import Text


@strawberry.type(description="Why nothing was done, and what would be right. 未办理的原因")
class Problem:
    """A refusal. Nothing of the mutation that gave it is kept."""

    code: ErrorCode = strawberry.field(description="What went wrong; the code never changes. 错误代码")
    message: Text = strawberry.field(description="The same in words, with the remedy. 说明")
    where: str | None = strawberry.field(description="File, row or entry that it concerns. 位置")
    nearest: str | None = strawberry.field(description="The nearest right value. 最接近的正确值")
    clause: str | None = strawberry.field(description="The clause that it rests on. 依据条款")

    @classmethod
    def of(cls, error: GuantongError) -> "Problem":
        return cls(
            code=error.code,
            message=Text.of(error.message),
            where=None if error.where is None else str(error.where),
            nearest=error.nearest,
            clause=error.clause,
        )


async def fault_of(reading: Awaitable[object]) -> Problem | None:
    """Why something cannot be read, None when it can."""
    try:
        await reading
    except GuantongError as fault:
        return Problem.of(fault)
    return None
