"""Deadlines as clocks: how many working days are left."""

from datetime import date

import strawberry

from core.rounds.deadlines import Deadline, Term
from schema.context import Info
from schema.fields import computed
from schema.types.text import Text


@strawberry.type(description="A deadline with its clock in working days. 期限")
class RoundClock:
    """The last day of a term, as the calendar of today counts it."""

    deadline: strawberry.Private[Deadline]
    day: strawberry.Private[date]
    term: Term = strawberry.field(description="What is due. 期限种类")
    label: Text = strawberry.field(description="The same in words. 期限名称")
    starts: date = strawberry.field(description="The day from which it is counted. 起算日期")
    days: int | None = strawberry.field(description="Its working days; none: the last day was set. 工作日数")
    due: date = strawberry.field(description="The last day. 截止日期")
    is_provisional: bool = strawberry.field(
        description="Counted in a year without announced holidays; moves when they are. 是否暂定"
    )
    calendar_digest: str = strawberry.field(description="Digest of the calendar that counted it. 日历摘要")

    @classmethod
    def of(cls, deadline: Deadline, day: date) -> "RoundClock":
        """The clock of a deadline as it is read on ``day``."""
        return cls(
            deadline=deadline,
            day=day,
            term=deadline.term,
            label=Text.of(deadline.term.label),
            starts=deadline.start,
            days=deadline.days,
            due=deadline.due,
            is_provisional=deadline.provisional,
            calendar_digest=deadline.calendar,
        )

    @computed("Working days from the day asked about to the last day; negative when it is over. 剩余工作日")
    def working_days_left(self, info: Info) -> int:
        return info.context.calendar.between(self.day, self.deadline.due)

    @computed("Whether the last day lies before the day asked about. 是否已过期")
    def is_over(self) -> bool:
        return self.deadline.is_over(self.day)
