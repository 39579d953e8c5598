"""One condition of an opportunity: needed, had, missing, and from when."""

from datetime import date

import strawberry

from core.eligibility.explain import ConditionResult
from schema.fields import listed
from schema.types.citation import Citation
from schema.types.text import Text


@strawberry.type(description="One condition for one person on one day. 资格条件")
class EligibilityCondition:
    """A condition with the clause it rests on."""

    need: Text = strawberry.field(description="What is needed. 要求")
    have: Text = strawberry.field(description="What the person has. 现状")
    gap: Text | None = strawberry.field(description="What is still to come or to do. 差距")
    is_met: bool = strawberry.field(description="Whether it is met on the day asked. 是否满足")
    due: date | None = strawberry.field(
        description="The day from which it is met; none when an act is needed. 满足日期"
    )
    fulfilled_on: date | None = strawberry.field(
        description="When its years are full; later than due where they count to 31 December. 年限届满日期"
    )
    citation: Citation | None = strawberry.field(description="The clause. 依据")
    any_of: list["EligibilityCondition"] = listed("The parts of a condition that is made of several. 组成条件", 2)

    @classmethod
    def of(cls, result: ConditionResult) -> "EligibilityCondition":
        return cls(
            need=Text.of(result.need),
            have=Text.of(result.have),
            gap=Text.maybe(result.gap),
            is_met=result.is_met,
            due=result.due,
            fulfilled_on=result.fulfilled_on,
            citation=Citation.maybe(result.citation),
            any_of=[cls.of(part) for part in result.any_of],
        )
