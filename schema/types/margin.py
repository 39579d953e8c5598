"""How far a scheme stands above the policy's floors."""

import strawberry

from core import scheme_diff, schemes
from core.policy.stack import PolicyStack
from schema.types.target import Target, target_of


@strawberry.type(description="How far one direction of a row stands above the floor. 高于底线的年限")
class FloorMargin:
    """Years, on the day on which the row begins."""

    row: int = strawberry.field(description="Number of the row. 行号")
    source: Target = strawberry.field(description="What must be held. 来源")
    target: Target = strawberry.field(description="What it leads to. 目标")
    floor_years: int = strawberry.field(description="Years that the policy asks for. 底线年限")
    own_years: int = strawberry.field(description="Years that the scheme asks for. 方案年限")
    above: int = strawberry.field(description="The difference. 高出年限")

    @classmethod
    def of(cls, margin: scheme_diff.Margin) -> "FloorMargin":
        return cls(
            row=margin.row,
            source=target_of(margin.source),
            target=target_of(margin.target),
            floor_years=margin.floor_years,
            own_years=margin.own_years,
            above=margin.above,
        )


def margins_of(scheme: schemes.Scheme, policy: PolicyStack) -> list[FloorMargin]:
    """The margins of every direction of every row."""
    return [FloorMargin.of(margin) for margin in scheme_diff.margins(scheme, policy)]
