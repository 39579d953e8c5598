"""The vocabulary as one immutable object: what a code means, what it is related to, how it is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from core.errors import unknown_code
from core.ladders import TITLE_LEVELS, Ladder, Level, SkillTarget, Target
from core.texts import Text
from core.vocabulary.model import LevelInfo, Occupation, Series, Specialty

V = TypeVar("V")
OCCUPATION = Text("职业编码", "occupation code")
SERIES = Text("职称系列", "title series")
SPECIALTY = Text("职称专业", "title specialty")


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Levels, series, specialties and occupations. Every look-up by an unknown code raises UNKNOWN_CODE.

    ``by_minor_class`` and ``by_specialty`` are indexes of occupation codes. Each is itself alone, so that what was
    worked out of it can be kept.
    """

    levels: Mapping[Level, LevelInfo]
    series: Mapping[str, Series]
    specialties: Mapping[tuple[str, str], Specialty]
    occupations: Mapping[str, Occupation]
    by_minor_class: Mapping[str, frozenset[str]]
    by_specialty: Mapping[tuple[str, str], frozenset[str]]

    def occupation(self, code: str) -> Occupation:
        """The occupation of a code ``d-dd-dd-dd``."""
        return _known(self.occupations, code, OCCUPATION)

    def series_of(self, code: str) -> Series:
        """The series of a code."""
        return _known(self.series, code, SERIES)

    def specialty(self, series: str, code: str) -> Specialty:
        """The specialty ``code`` of a series."""
        found = self.specialties.get((series, code))
        if found is not None:
            return found
        self.series_of(series)
        within = {one.code: one for one in self.specialties.values() if one.series == series}
        return _known(within, code, SPECIALTY)

    def related(self, code: str) -> frozenset[str]:
        """The occupation and all related ones (本职业或相关职业): those of the same minor class (小类)."""
        return self.by_minor_class[self.occupation(code).minor_class]

    def specialties_of(self, occupation: str) -> frozenset[tuple[str, str]]:
        """The specialties that correspond to an occupation (专业对应关系), as pairs of series and specialty."""
        return self.occupation(occupation).specialties

    def occupations_of(self, series: str, specialty: str) -> frozenset[str]:
        """The occupations that correspond to a specialty."""
        return self.by_specialty.get(self.specialty(series, specialty).key, frozenset())

    def title_name(self, series: str, level: Level, branch: int = 0) -> Text | None:
        """The official name of a title; None where the branch has none at that level."""
        return self.series_of(series).branches[branch].titles.get(level)

    def has_level(self, series: str, level: Level) -> bool:
        """Whether any branch of the series has a title at that level."""
        return any(level in branch.titles for branch in self.series_of(series).branches)

    def lowest_title(self, series: str) -> Level:
        """The lowest level of the series: 助理级 where it has no 员级."""
        return next(level for level in TITLE_LEVELS if self.has_level(series, level))

    def level_text(self, level: Level) -> Text:
        """A level on its own: 技师（二级）, 中级职称."""
        info = self.levels[level]
        if level.ladder is Ladder.TITLE:
            return Text(f"{info.name.zh}职称", f"title of {info.name.en}")
        if info.standard_label is None:
            return info.name
        return Text(
            f"{info.name.zh}（{info.standard_label.split('/')[0]}）", f"{info.name.en} (level {info.certificate_digit})"
        )

    def target_text(self, target: Target) -> Text:
        """A target in words: 焊工 技师（二级）, 船舶与海洋工程 工程师."""
        if isinstance(target, SkillTarget):
            return self._skill_text(target)
        specialty = self.specialty(target.series, target.specialty)
        named = self.title_name(target.series, target.level, specialty.branch)
        title = named or self.level_text(target.level)
        return Text(f"{specialty.name.zh} {title.zh}", f"{specialty.name.en}, {title.en}")

    def _skill_text(self, target: SkillTarget) -> Text:
        occupation, level = self.occupation(target.occupation).name, self.level_text(target.level)
        trade = f"（{target.trade}）" if target.trade else ""
        trade_en = f" ({target.trade})" if target.trade else ""
        return Text(f"{occupation.zh}{trade} {level.zh}", f"{occupation.en}{trade_en}, {level.en}")


def _known(mapping: Mapping[str, V], code: str, what: Text) -> V:
    try:
        return mapping[code]
    except KeyError:
        raise unknown_code(what, code, list(mapping)) from None
