"""What one may hold or aim at: a skill certificate of an occupation, or a title of a specialty."""

import strawberry

from core import ladders
from core.ladders import Ladder, Level
from core.vocabulary import Vocabulary
from schema.context import Info
from schema.enums import SkillLevel, TitleLevel
from schema.fields import computed
from schema.types.occupation import Occupation
from schema.types.text import Text
from schema.types.title_series import Specialty, TitleSeries


@strawberry.interface(description="What one may hold or aim at, on either ladder. 申报目标")
class Target:
    """A skill certificate or a title."""

    target: strawberry.Private[ladders.Target]

    @computed("Which ladder it stands on. 发展通道")
    def ladder(self) -> Ladder:
        return self.target.ladder

    @computed("In words, such as 焊工 技师（二级）. 名称")
    def name(self, info: Info) -> Text:
        return Text.of(info.context.vocabulary.target_text(self.target))


@strawberry.type(description="An occupation at a skill level. 技能等级目标")
class SkillTarget(Target):
    """A skill certificate one may hold or aim at."""

    occupation_code: str = strawberry.field(description="Code of the occupation. 职业编码")
    trade: str | None = strawberry.field(description="Trade within the occupation. 工种")
    skill_level: SkillLevel = strawberry.field(description="Skill level. 职业技能等级")

    @classmethod
    def of(cls, target: ladders.SkillTarget) -> "SkillTarget":
        level = SkillLevel(target.level.value)
        return cls(target=target, occupation_code=target.occupation, trade=target.trade, skill_level=level)

    @computed("The occupation, while the vocabulary lists it. 职业")
    def occupation(self, info: Info) -> Occupation | None:
        return Occupation.at(info, self.occupation_code)


@strawberry.type(description="A specialty of a title series at a level. 职称目标")
class TitleTarget(Target):
    """A title one may hold or aim at."""

    codes: strawberry.Private[ladders.TitleTarget]
    title_level: TitleLevel = strawberry.field(description="Level of the title. 职称层级")

    @classmethod
    def of(cls, target: ladders.TitleTarget) -> "TitleTarget":
        return cls(target=target, codes=target, title_level=TitleLevel(target.level.value))

    @computed("The series. 职称系列")
    def series(self, info: Info) -> TitleSeries:
        return TitleSeries.of(info.context.vocabulary.series_of(self.codes.series))

    @computed("The specialty. 职称专业")
    def specialty(self, info: Info) -> Specialty:
        known = info.context.vocabulary
        return Specialty.of(known.specialty(self.codes.series, self.codes.specialty), known)


def target_of(target: ladders.Target) -> Target:
    """A target as the graph shows it."""
    return SkillTarget.of(target) if isinstance(target, ladders.SkillTarget) else TitleTarget.of(target)


@strawberry.input(description="A skill level of an occupation. 技能等级目标")
class SkillTargetInput:
    """Which skill certificate is meant."""

    occupation: str = strawberry.field(description="Code of the occupation. 职业编码")
    level: SkillLevel = strawberry.field(description="Skill level. 职业技能等级")
    trade: str | None = strawberry.field(description="Trade within the occupation. 工种", default=None)

    def read(self, known: Vocabulary) -> ladders.SkillTarget:
        return ladders.SkillTarget(known.occupation(self.occupation).code, Level(self.level.value), self.trade)


@strawberry.input(description="A level of a title's specialty. 职称目标")
class TitleTargetInput:
    """Which title is meant."""

    series: str = strawberry.field(description="Code of the series. 系列代码")
    specialty: str = strawberry.field(description="Code of the specialty. 专业代码")
    level: TitleLevel = strawberry.field(description="Level of the title. 职称层级")

    def read(self, known: Vocabulary) -> ladders.TitleTarget:
        specialty = known.specialty(self.series, self.specialty)
        return ladders.TitleTarget(specialty.series, specialty.code, Level(self.level.value))


@strawberry.input(one_of=True, description="Exactly one target. 申报目标")
class TargetInput:
    """Either side."""

    skill: SkillTargetInput | None = strawberry.field(description="A skill level. 技能等级", default=strawberry.UNSET)
    title: TitleTargetInput | None = strawberry.field(description="A title. 职称", default=strawberry.UNSET)

    def read(self, known: Vocabulary) -> ladders.Target:
        """The target, its codes checked against the vocabulary."""
        given = self.skill or self.title
        if not given:
            raise AssertionError("exactly one is given: the schema says so")
        return given.read(known)
