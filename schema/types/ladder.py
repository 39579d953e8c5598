"""The rungs of the two ladders."""

import strawberry

from core.ladders import Level
from core.vocabulary import LevelInfo
from schema.enums import SkillLevel, TitleLevel
from schema.types.citation import Citation
from schema.types.text import Text


def skill_level(level: Level | None) -> SkillLevel | None:
    """A level as the graph names it."""
    return None if level is None else SkillLevel(level.value)


def title_level(level: Level | None) -> TitleLevel | None:
    """A level as the graph names it."""
    return None if level is None else TitleLevel(level.value)


def core_level(level: SkillLevel | TitleLevel) -> Level:
    """A level as core names it."""
    return Level(level.value)


@strawberry.type(description="One rung of the skill ladder. 职业技能等级说明")
class SkillLevelInfo:
    """A skill level with its names and its place."""

    level: SkillLevel = strawberry.field(description="The level. 等级")
    name: Text = strawberry.field(description="Its name. 名称")
    order: int = strawberry.field(description="Place on the skill ladder, from 1. 序号")
    tier: float = strawberry.field(description="Height in the picture of both ladders. 立交桥层高")
    band: Text = strawberry.field(description="Group of rungs of both ladders that stand side by side. 对应层级")
    standard_label: str | None = strawberry.field(description="As occupational standards write it. 国家职业标准写法")
    certificate_digit: str | None = strawberry.field(description="Its character in certificate numbers. 证书编号级别位")
    is_high_skill: bool = strawberry.field(description="Whether it counts as highly skilled. 是否高技能人才")
    citation: Citation = strawberry.field(description="Where this comes from. 来源")

    @classmethod
    def of(cls, info: LevelInfo) -> "SkillLevelInfo":
        return cls(
            level=SkillLevel(info.level.value),
            name=Text.of(info.name),
            order=info.order,
            tier=info.tier,
            band=Text.of(info.band_name),
            standard_label=info.standard_label,
            certificate_digit=info.certificate_digit,
            is_high_skill=info.high_skill,
            citation=Citation.of(info.citation),
        )


@strawberry.type(description="One rung of the ladder of titles. 职称层级说明")
class TitleLevelInfo:
    """A title level with its names and its place."""

    level: TitleLevel = strawberry.field(description="The level. 层级")
    name: Text = strawberry.field(description="Its name. 名称")
    order: int = strawberry.field(description="Place on the ladder of titles, from 1. 序号")
    tier: float = strawberry.field(description="Height in the picture of both ladders. 立交桥层高")
    band: Text = strawberry.field(description="Group of rungs of both ladders that stand side by side. 对应层级")
    citation: Citation = strawberry.field(description="Where this comes from. 来源")

    @classmethod
    def of(cls, info: LevelInfo) -> "TitleLevelInfo":
        return cls(
            level=TitleLevel(info.level.value),
            name=Text.of(info.name),
            order=info.order,
            tier=info.tier,
            band=Text.of(info.band_name),
            citation=Citation.of(info.citation),
        )
