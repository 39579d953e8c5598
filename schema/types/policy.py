"""The policy as data: every value, clock, reading of a level and requirement, and the routes they make up."""

from datetime import date

import strawberry

from core.policy.entries import PackRequirement, PackRoute
from core.policy.model import Direction, PackHeader
from core.policy.show import PolicyRow, RowKind
from schema.enums import describe
from schema.fields import listed
from schema.types.citation import Citation
from schema.types.opportunity import IssuingBody
from schema.types.rung import Rung
from schema.types.text import Text

describe(
    RowKind,
    "What a policy value is. 政策取值类别",
    {
        RowKind.VALUE: "A threshold, limit, list or format. 取值",
        RowKind.CLOCK: "A way of counting years. 年限起算",
        RowKind.LEVEL_GROUP: "How a loosely named level is read. 等级读法",
        RowKind.REQUIREMENT: "One requirement of a route. 申报条件",
    },
    name="PolicyValueKind",
)


@strawberry.type(description="A policy pack. 政策包")
class PolicyPack:
    """The values of one jurisdiction."""

    id: str = strawberry.field(description="Id of the pack. 政策包编号")
    name: Text = strawberry.field(description="Its name. 名称")
    jurisdiction: str = strawberry.field(description="Where it applies. 适用地区")
    breadth: int = strawberry.field(description="0 national, 1 province, 2 city: the higher decides. 层级")

    @classmethod
    def of(cls, header: PackHeader) -> "PolicyPack":
        name = Text(zh=header.zh, en=header.en)
        return cls(id=header.id, name=name, jurisdiction=header.jurisdiction, breadth=header.breadth)


@strawberry.type(description="One dated value of the policy. 政策取值")
class PolicyValue:
    """A value with its period, its pack and what it rests on."""

    kind: RowKind = strawberry.field(description="What it is. 类别")
    id: str = strawberry.field(description="Id within the policy, not a global id. 编号")
    label: Text = strawberry.field(description="What the value governs. 名称")
    text: Text = strawberry.field(description="The value in words. 取值")
    unit: Text | None = strawberry.field(description="Its unit. 单位")
    starts: date = strawberry.field(description="First day in force. 起始日期")
    ends: date | None = strawberry.field(description="First day no longer in force. 截止日期（不含）")
    pack: PolicyPack = strawberry.field(description="The pack that sets it. 政策包")
    citation: Citation = strawberry.field(description="The clause, with its confidence. 依据")

    @classmethod
    def of(cls, row: PolicyRow) -> "PolicyValue":
        return cls(
            kind=row.kind,
            id=row.id,
            label=Text.of(row.label),
            text=Text.of(row.text),
            unit=Text.maybe(row.unit),
            starts=row.period.start,
            ends=row.period.until,
            pack=PolicyPack.of(row.pack),
            citation=Citation.of(row.citation),
        )


@strawberry.type(description="One requirement of a route. 申报条件")
class PolicyRequirement:
    """A requirement in general terms."""

    years: int = strawberry.field(description="Years it asks for, 0 when none. 年限")
    held: list[Rung] = listed("Levels of which one must be held, lowest first. 应持等级或层级", 2)
    citation: Citation = strawberry.field(description="The clause. 依据")

    @classmethod
    def of(cls, requirement: PackRequirement) -> "PolicyRequirement":
        held = [Rung.of(level) for level in requirement.named]
        return cls(years=requirement.years, held=held, citation=Citation.of(requirement.citation))


@strawberry.type(description="One way to a level that the policy opens. 政策通道")
class PolicyRoute:
    """A route in force for a period."""

    id: str = strawberry.field(description="Id within the policy, not a global id. 通道编号")
    label: Text = strawberry.field(description="Its name. 名称")
    direction: Direction = strawberry.field(description="Which way it leads. 方向")
    target: Rung = strawberry.field(description="The level it leads to. 目标等级或层级")
    floor_for: list[Rung] = listed("Held levels whose catalog rows it bounds from below. 作为底线的来源等级或层级", 2)
    series: list[str] | None = strawberry.field(description="The only series it leads to, if some. 适用系列")
    is_open_to_everyone: bool = strawberry.field(
        description="Whether it stands without an enterprise's scheme. 是否面向所有人"
    )
    is_appointment: bool = strawberry.field(description="Whether it also appoints to a post. 是否评聘")
    issued_by: IssuingBody = strawberry.field(description="Who issues the certificate. 发证单位")
    starts: date = strawberry.field(description="First day in force. 起始日期")
    ends: date | None = strawberry.field(description="First day no longer in force. 截止日期（不含）")
    requirements: list[PolicyRequirement] = listed("All that it asks for. 申报条件", 2)
    pack: PolicyPack = strawberry.field(description="The pack that sets it. 政策包")
    citations: list[Citation] = listed("What it rests on besides its requirements. 依据", 2)

    @classmethod
    def of(cls, route: PackRoute) -> "PolicyRoute":
        return cls(
            id=route.id,
            label=Text.of(route.label),
            direction=route.direction,
            target=Rung.of(route.target),
            floor_for=[Rung.of(level) for level in sorted(route.floor_for)],
            series=None if route.series is None else sorted(route.series),
            is_open_to_everyone=route.open_to == "everyone",
            is_appointment=route.appointment,
            issued_by=IssuingBody(route.issuer),
            starts=route.period.start,
            ends=route.period.until,
            requirements=[PolicyRequirement.of(one) for one in route.requires],
            pack=PolicyPack.of(route.pack),
            citations=[Citation.of(one) for one in route.citations],
        )
