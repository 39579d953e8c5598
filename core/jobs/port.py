"""The port to the engine of long work. What a job has done is in its own row; the engine only sees that it is run.

A turn is one stretch of a job that needs nobody: checking a file, or applying what was confirmed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class TurnState(StrEnum):
    """How a turn stands with the engine."""

    WAITING = "waiting"
    RUNNING = "running"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of a job; ``applies`` after it was confirmed, checks before."""

    job_id: UUID
    applies: bool

    @property
    def key(self) -> str:
        """The name under which the engine runs it, once."""
        return f"{self.job_id}:{'apply' if self.applies else 'check'}"


@dataclass(frozen=True, slots=True)
class TurnStatus:
    """How a turn stands, and which executor has taken it."""

    state: TurnState
    executor: str | None = None


class Jobs(Protocol):
    """An engine of long work. Executors are the processes that run turns, by name."""

    async def start(self, turn: Turn) -> None:
        """Have some executor run the turn. Asked again, nothing more happens."""

    async def statuses(self, turns: Collection[Turn]) -> Mapping[Turn, TurnStatus]:
        """How turns stand; unknown ones are absent."""

    async def take_over(self, turn: Turn) -> None:
        """Have another executor run a turn whose own is gone."""
