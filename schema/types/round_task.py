"""Whose turn it is (待办)."""

from datetime import date

import strawberry

from core.rounds.steps import Party
from core.services.tasks import Task, TaskCase, Work
from schema.fields import listed
from schema.types.application import Application
from schema.types.round import Round
from schema.types.round_clock import RoundClock
from schema.types.standards import SchemeCriterion


@strawberry.type(description="A case that waits for the reader's own hand. 待办申报")
class RoundTaskCase:
    """A case of a task."""

    application: Application = strawberry.field(description="The application. 申报")
    criteria: list[SchemeCriterion] = listed("Criteria that the reader has not marked; of marking alone. 待评要素", 3)

    @classmethod
    def of(cls, case: TaskCase) -> "RoundTaskCase":
        return cls(
            application=Application.of(case.application), criteria=[SchemeCriterion.of(one) for one in case.criteria]
        )


@strawberry.type(description="A round under way, whose turn it is, and the clocks that run. 待办")
class RoundTask:
    """A task; the sooner it is due, the earlier it comes."""

    round: Round = strawberry.field(description="The round. 评价批次")
    party: Party = strawberry.field(description="Whose turn it is. 办理方")
    work: Work = strawberry.field(description="What is to be done. 待办事项")
    cases: list[RoundTaskCase] = listed(
        "Applications that wait for the reader; none of the round's own steps. 待办申报", 10
    )
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
            work=task.work,
            cases=[RoundTaskCase.of(one) for one in task.cases],
            working_days_left=task.left,
            is_overdue=task.is_overdue,
            clocks=[RoundClock.of(one, day) for one in task.deadlines],
        )
