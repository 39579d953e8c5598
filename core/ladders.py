"""The two ladders: eight skill levels (职业技能等级) and five levels of professional titles (职称).

The order, names, certificate digits and sources are data in ``core/vocabulary``; only the codes are here, because the
graph's enums and the type checker need them. A 卫生-series title named 技师 is a title, never a skill level: the
ladder is part of every level's identity.
"""

from dataclasses import dataclass
from enum import StrEnum


class Ladder(StrEnum):
    """Which of the two ladders a level belongs to."""

    SKILL = "skill"
    TITLE = "title"


class Level(StrEnum):
    """Every rung of both ladders; the value is ``ladder:rung``."""

    APPRENTICE = "skill:apprentice"
    JUNIOR_WORKER = "skill:junior_worker"
    INTERMEDIATE_WORKER = "skill:intermediate_worker"
    SENIOR_WORKER = "skill:senior_worker"
    TECHNICIAN = "skill:technician"
    SENIOR_TECHNICIAN = "skill:senior_technician"
    SPECIAL_TECHNICIAN = "skill:special_technician"
    CHIEF_TECHNICIAN = "skill:chief_technician"
    STAFF = "title:staff"
    ASSISTANT = "title:assistant"
    INTERMEDIATE = "title:intermediate"
    ASSOCIATE_SENIOR = "title:associate_senior"
    FULL_SENIOR = "title:full_senior"

    @property
    def ladder(self) -> Ladder:
        return Ladder.SKILL if self.value.startswith("skill:") else Ladder.TITLE


SKILL_LEVELS: tuple[Level, ...] = tuple(level for level in Level if level.ladder is Ladder.SKILL)
TITLE_LEVELS: tuple[Level, ...] = tuple(level for level in Level if level.ladder is Ladder.TITLE)
RANK: dict[Level, int] = {level: i for levels in (SKILL_LEVELS, TITLE_LEVELS) for i, level in enumerate(levels)}


def at_or_above(level: Level) -> frozenset[Level]:
    """``level`` and every higher one of its own ladder."""
    rungs = SKILL_LEVELS if level.ladder is Ladder.SKILL else TITLE_LEVELS
    return frozenset(rungs[RANK[level] :])


@dataclass(frozen=True, slots=True)
class SkillTarget:
    """A skill certificate one may hold or aim at: occupation (职业) × optional trade (工种) × level."""

    occupation: str
    level: Level
    trade: str | None = None

    @property
    def ladder(self) -> Ladder:
        return Ladder.SKILL

    @property
    def sort_key(self) -> tuple[str, ...]:
        """By ladder, then occupation, then upwards."""
        return (self.ladder, self.occupation, self.trade or "", str(RANK[self.level]))


@dataclass(frozen=True, slots=True)
class TitleTarget:
    """A title one may hold or aim at: series (系列) × specialty (专业) × level."""

    series: str
    specialty: str
    level: Level

    @property
    def ladder(self) -> Ladder:
        return Ladder.TITLE

    @property
    def sort_key(self) -> tuple[str, ...]:
        """By ladder, then series and specialty, then upwards."""
        return (self.ladder, self.series, self.specialty, str(RANK[self.level]))


Target = SkillTarget | TitleTarget
