"""The words a clerk may use in a case file, and the codes that they stand for."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from core.errors import nearest_of
from core.facts import ContestRank, ContestTier, EducationLevel, ObtainedBy
from core.ladders import SKILL_LEVELS, TITLE_LEVELS, Level, SkillTarget, Target, TitleTarget
from core.vocabulary import load_vocabulary
from core.vocabulary.terms import RANKS, TIERS

VOCABULARY = load_vocabulary()


def _level_names(levels: tuple[Level, ...]) -> dict[str, Level]:
    return {VOCABULARY.levels[level].name.zh: level for level in levels}


SKILL_NAMES = _level_names(SKILL_LEVELS)
TITLE_NAMES = _level_names(TITLE_LEVELS)
OCCUPATIONS = {one.name.zh: one.code for one in VOCABULARY.occupations.values()}
SPECIALTIES = {one.name.zh: one.key for one in VOCABULARY.specialties.values()}
OBTAINED = {
    "评审": ObtainedBy.REVIEW,
    "考试": ObtainedBy.EXAM,
    "认定": ObtainedBy.RECOGNITION,
    "技能等级认定": ObtainedBy.ASSESSMENT,
    "以赛代评": ObtainedBy.CONTEST,
    "一评双证": ObtainedBy.DUAL,
    "评聘": ObtainedBy.APPOINTMENT,
}
SCHOOLS = {
    "初中": EducationLevel.JUNIOR_SECONDARY,
    "高中": EducationLevel.SENIOR_SECONDARY,
    "中专": EducationLevel.SECONDARY_VOCATIONAL,
    "高级工班": EducationLevel.SENIOR_SKILLED_SCHOOL,
    "大专": EducationLevel.JUNIOR_COLLEGE,
    "技师班": EducationLevel.TECHNICIAN_COLLEGE,
    "本科": EducationLevel.BACHELOR,
    "硕士": EducationLevel.MASTER,
    "博士": EducationLevel.DOCTOR,
}
CONTESTS = {text.zh: tier for tier, text in TIERS.items()}
PLACES = {text.zh: rank for rank, text in RANKS.items()}

V = TypeVar("V")
E = TypeVar("E", bound=StrEnum)


class UnknownWord(Exception):
    """A word that is in no list, with the nearest one that is."""

    def __init__(self, what: str, word: str, known: Mapping[str, object]) -> None:
        self.nearest = nearest_of(word, list(known))
        super().__init__(f"{what}“{word}”不在词表中 (unknown)")


def look_up(what: str, word: str, known: Mapping[str, V]) -> V:
    if word not in known:
        raise UnknownWord(what, word, known)
    return known[word]


def occupation(word: str) -> str:
    """The code of an occupation given by name or code."""
    return word if word in VOCABULARY.occupations else look_up("职业", word, OCCUPATIONS)


def specialty(word: str) -> tuple[str, str]:
    """Series and code of a specialty given by name."""
    return look_up("专业", word, SPECIALTIES)


def skill(words: str) -> tuple[str, Level]:
    """``焊工 高级工``."""
    name, level = _two(words, "职业 等级")
    return occupation(name), look_up("技能等级", level, SKILL_NAMES)


def title(words: str) -> tuple[tuple[str, str], Level]:
    """``机械 助理级``."""
    name, level = _two(words, "专业 层级")
    return specialty(name), look_up("职称层级", level, TITLE_NAMES)


def target(words: str) -> Target:
    """``焊工 高级工`` or ``机械 助理级``: the level tells the ladder."""
    _, level = _two(words, "职业或专业 等级")
    if look_up("等级", level, {**SKILL_NAMES, **TITLE_NAMES}).ladder == "skill":
        code, rung = skill(words)
        return SkillTarget(code, rung)
    (series, code), rung = title(words)
    return TitleTarget(series, code, rung)


def field(words: list[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Occupations and specialties (``series:code``) among the names of what an education serves."""
    occupations = {OCCUPATIONS[word] for word in words if word in OCCUPATIONS}
    specialties = {":".join(SPECIALTIES[word]) for word in words if word in SPECIALTIES}
    for word in words:
        look_up("职业或专业", word, {**OCCUPATIONS, **SPECIALTIES})
    return frozenset(occupations), frozenset(specialties)


def school(word: str) -> EducationLevel:
    return look_up("学历", word, SCHOOLS)


def obtained(word: str) -> ObtainedBy:
    return look_up("取得途径", word, OBTAINED)


def contest(word: str) -> ContestTier:
    return look_up("竞赛", word, CONTESTS)


def place(word: str) -> ContestRank:
    return look_up("名次", word, PLACES)


def _two(words: str, form: str) -> tuple[str, str]:
    parts = words.rsplit(" ", 1)
    if len(parts) != 2:
        raise UnknownWord(f"须写作“{form}”，收到", words, {})
    return parts[0], parts[1]
