"""How steps of rounds answer, whoever takes them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry

from core import models
from plugins.document import scheme_from
from schema.context import Info
from schema.fields import argument
from schema.mutations.attempt import attempt
from schema.mutations.seen import RoundStepInput
from schema.types.problem import Problem
from schema.types.round import Round


@strawberry.type(description="A step of a round that was taken. 批次办理结果")
class MovedRound:
    """The round after the step."""

    round: Round = strawberry.field(description="The round as it stands now. 评价批次")


RoundResult = Annotated[
    MovedRound | Problem, strawberry.union("RoundResult", description="What came of it. 批次办理结果")
]
Step = Annotated[RoundStepInput, argument("Which round, and why. 办理内容")]
UseCase = Callable[..., Awaitable[models.Round]]


async def moved(info: Info, use_case: UseCase, form: Callable[..., Any], input: Any) -> MovedRound | Problem:
    """What comes of a use case that moves a round; ``form`` is what it takes, ``input`` what was sent for it."""

    async def step() -> MovedRound:
        given = form(**input.read())
        return MovedRound(round=Round.of(await info.context.do(use_case, scheme_from, given, input.reason)))

    return await attempt(step)
