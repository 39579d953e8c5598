"""Whose turn it is (待办)."""

from datetime import date

import strawberry

from core.rounds.steps import Party
from core.services.tasks import Task
from schema.fields import listed
from schema.types.round import Round
from schema.types.round_clock import RoundClock


@strawberry.type(description="A round under way, whose turn it is, and the clocks that run. 待办")
class RoundTask:
    """A task; the sooner it is due, the earlier it comes."""

    round: Round = strawberry.field(description="The round. 评价批次")
    party: Party = strawberry.field(description="Whose turn it is. 办理方")
    working_days_left: int | None = strawberry.field(
        description="Working days to the first last day; negative when it is over. 剩余工作日"
    )
    is_overdue: bool = strawberry.field(description="Whether the first last day is over. 是否已逾期")
    clocks: list[RoundClock] = listed("The deadlines that run. 在计期限", 3)

    @classmethod
    def of(cls, task: Task, day: date) -> "RoundTask":
        return cls(
            round=Round.of(task.round),
            party=task.party,
            working_days_left=task.left,
            is_overdue=task.is_overdue,
            clocks=[RoundClock.of(one, day) for one in task.deadlines],
        )
