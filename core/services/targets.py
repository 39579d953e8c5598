"""What an application or an evaluation aims at: a skill level, a title, or both, each whole."""

from core.errors import ErrorCode, GuantongError, Where
from core.ladders import Ladder, Level, SkillTarget, TitleTarget
from core.models import Application, ContestRequest, Evaluation, NoticeRow
from core.scoring_tables import CriterionSide
from core.services.call import Call
from core.services.form import Code, Form
from core.services.rules import known_specialty
from core.texts import Text


class Targets(Form):
    """What is applied for or evaluated: a skill level, a title, or both (一评双证)."""

    occupation: Code | None = None
    trade: Code | None = None
    skill_level: Level | None = None
    series: Code | None = None
    specialty: Code | None = None
    title_level: Level | None = None


Aimed = Targets | Evaluation | Application | ContestRequest | NoticeRow


def targets_of(given: Aimed) -> tuple[SkillTarget | TitleTarget, ...]:
    """The targets as eligibility knows them."""
    found: list[SkillTarget | TitleTarget] = []
    if given.occupation is not None and given.skill_level is not None:
        found.append(SkillTarget(given.occupation, given.skill_level, given.trade))
    if given.series is not None and given.specialty is not None and given.title_level is not None:
        found.append(TitleTarget(given.series, given.specialty, given.title_level))
    return tuple(found)


def sides_of(given: Aimed) -> tuple[CriterionSide, ...]:
    """The certificates that an evaluation is for."""
    sides = ((CriterionSide.SKILL, given.skill_level), (CriterionSide.TITLE, given.title_level))
    return tuple(side for side, level in sides if level is not None)


def check_targets(call: Call, given: Targets) -> None:
    """Each side is whole or absent, and at least one is there."""
    skill = (given.occupation, given.skill_level)
    title = (given.series, given.specialty, given.title_level)
    for side in (skill, title):
        if any(part is None for part in side) and any(part is not None for part in side):
            raise _bad_targets()
    if given.skill_level is None and given.title_level is None:
        raise _bad_targets()
    if given.occupation is not None and given.skill_level is not None:
        call.vocabulary.occupation(given.occupation)
        on_ladder(call, given.skill_level, Ladder.SKILL, "skill_level")
    known_specialty(call, given.series, given.specialty)
    if given.title_level is not None:
        on_ladder(call, given.title_level, Ladder.TITLE, "title_level")


def _bad_targets() -> GuantongError:
    return GuantongError(
        ErrorCode.BAD_ARGUMENT,
        Text(
            "目标须为技能等级（职业、等级）、职称（系列、专业、层级），或两者",
            "a target is a skill level (occupation, level), a title (series, specialty, level), or both",
        ),
    )


def on_ladder(call: Call, level: Level, ladder: Ladder, field: str) -> None:
    """Refuse a level of the other ladder."""
    if level.ladder is not ladder:
        text = call.vocabulary.level_text(level)
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(f"“{text.zh}”不能用于“{field}”", f"'{text.en}' cannot be a '{field}'"),
            where=Where(entry=field),
        )
