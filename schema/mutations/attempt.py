"""How every mutation answers: with what was done, or with the problem for which nothing was."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.errors import GuantongError
from schema.observing import note_problem
from schema.types.problem import Problem

T = TypeVar("T")


async def attempt(step: Callable[[], Awaitable[T]]) -> T | Problem:
    """The result of a step, or why it was refused. Everything but a refusal fails the whole request."""
    try:
        return await step()
    except GuantongError as refused:
        note_problem(refused.code)
        return Problem.of(refused)
