"""One rung of either ladder, where both may stand."""

from datetime import date

import strawberry

from core.ladders import Ladder, Level
from core.vocabulary import load_vocabulary
from schema.enums import SkillLevel, TitleLevel
from schema.types.text import Text


@strawberry.type(description="One rung of either ladder. 等级或层级")
class Rung:
    """A level of the skill ladder or of the ladder of titles; exactly one of the two is given."""

    ladder: Ladder = strawberry.field(description="Which ladder. 发展通道")
    skill_level: SkillLevel | None = strawberry.field(description="The skill level. 职业技能等级")
    title_level: TitleLevel | None = strawberry.field(description="The title level. 职称层级")
    name: Text = strawberry.field(description="In words. 名称")

    @classmethod
    def known(cls, _known: object, _day: date, level: str) -> "Rung":
        """The same of a stored level, for compiled reads."""
        return cls.of(Level(level))

    @classmethod
    def of(cls, level: Level) -> "Rung":
        is_skill = level.ladder is Ladder.SKILL
        return cls(
            ladder=level.ladder,
            skill_level=SkillLevel(level.value) if is_skill else None,
            title_level=None if is_skill else TitleLevel(level.value),
            name=Text.of(load_vocabulary().level_text(level)),
        )
