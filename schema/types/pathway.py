"""The earliest way to a target, step by step."""

from datetime import date

import strawberry

from core.conditions import All, Any_, Condition
from core.eligibility import pathways
from core.eligibility.routes import Mode
from core.eligibility.words import need_of, of_many
from schema.fields import listed
from schema.types.citation import Citation
from schema.types.offer import SchemeOffer
from schema.types.target import Target, target_of
from schema.types.text import Text


@strawberry.type(description="One condition of a step. 步骤条件")
class PathwayNeed:
    """A condition in words, with its clause."""

    need: Text = strawberry.field(description="What is needed. 要求")
    citation: Citation | None = strawberry.field(description="The clause; each alternative has its own. 依据")
    any_of: list["PathwayNeed"] = listed("Alternatives, of which one is enough. 任一条件", 2)

    @classmethod
    def all_of(cls, condition: Condition) -> "list[PathwayNeed]":
        """Conditions that are all needed, each once."""
        if not isinstance(condition, All):
            return [cls.of(condition)]
        return [need for part in condition.parts for need in cls.all_of(part)]

    @classmethod
    def of(cls, condition: Condition) -> "PathwayNeed":
        if isinstance(condition, All | Any_) and len(condition.parts) == 1:
            return cls.of(condition.parts[0])
        if isinstance(condition, All | Any_):
            alternatives = [cls.of(part) for part in condition.parts]
            return cls(
                need=Text.of(of_many(isinstance(condition, Any_), False, None)[0]), citation=None, any_of=alternatives
            )
        return cls(need=Text.of(need_of(condition)), citation=Citation.of(condition.citation), any_of=[])


@strawberry.type(description="One step of a pathway: a target obtained on the way. 成长步骤")
class PathwayStep:
    """A step."""

    target: Target = strawberry.field(description="What is obtained. 目标")
    on: date = strawberry.field(description="First day on which one may apply. 可申报日期")
    mode: Mode = strawberry.field(description="How it is come by. 取得方式")
    label: Text = strawberry.field(description="Name of the route. 通道名称")
    policy_route: str = strawberry.field(description="Id of the route in the policy. 政策通道编号")
    needs: list[PathwayNeed] = listed("Conditions of the route. 资格条件", 4)
    rests_on: list[Target] = listed("Earlier steps that it builds on. 前置步骤", 1)
    offered_by: SchemeOffer | None = strawberry.field(description="The scheme that offers it, if one does. 适用方案")

    @classmethod
    def of(cls, step: pathways.Step) -> "PathwayStep":
        route = step.route
        return cls(
            target=target_of(step.target),
            on=step.on,
            mode=route.mode,
            label=Text.of(route.label),
            policy_route=route.policy_route,
            needs=PathwayNeed.all_of(route.requires),
            rests_on=[target_of(one) for one in step.rests_on],
            offered_by=SchemeOffer.maybe(route.offer, route.row),
        )


@strawberry.type(description="The earliest way to a target over both ladders. 成长通道")
class Pathway:
    """A pathway."""

    target: Target = strawberry.field(description="What it leads to. 目标")
    reachable_on: date = strawberry.field(description="Earliest day on which one may apply. 最早可申报日期")
    steps: list[PathwayStep] = listed("Steps in order of time. 步骤", 4)
    assumptions: list[Text] = listed("What the dates assume. 前提假设", 2)

    @classmethod
    def of(cls, pathway: pathways.Pathway) -> "Pathway":
        return cls(
            target=target_of(pathway.target),
            reachable_on=pathway.reached_on,
            steps=[PathwayStep.of(step) for step in pathway.steps],
            assumptions=[Text.of(one) for one in pathways.ASSUMPTIONS],
        )
