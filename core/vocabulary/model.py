"""What the vocabulary holds: levels, series, specialties and occupations, each with the citation of its row."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.citations import Citation
from core.ladders import Level
from core.texts import Text


@dataclass(frozen=True, slots=True)
class LevelInfo:
    """One rung of a ladder: its names, and where the picture of both ladders draws it.

    ``standard_label`` is how occupational standards write it (三级/高级工), ``certificate_digit`` how certificate
    numbers do; both None where no such writing was seen. ``tier`` is the height in the picture of both ladders,
    ``order`` counts from 1 on the level's own ladder. ``high_skill``: 高技能人才.
    """

    level: Level
    order: int
    tier: float
    band: str
    band_name: Text
    name: Text
    standard_label: str | None
    certificate_digit: str | None
    high_skill: bool
    citation: Citation


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of titles within a series (医、药、护、技 …). ``name`` None: the series has no branches."""

    name: Text | None
    titles: Mapping[Level, Text]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Series:
    """A title series (职称系列); ``number`` is its place in the official table."""

    code: str
    number: int
    name: Text
    branches: tuple[Branch, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Specialty:
    """A specialty (专业) of a series; its titles are named by branch number ``branch``.

    ``domain`` is the field (领域) that a province groups it under, ``anchor`` the 2-02 engineering occupation that the
    correspondence with occupations hangs on.
    """

    series: str
    code: str
    name: Text
    branch: int
    citation: Citation
    domain: str | None = None
    anchor: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.series, self.code


@dataclass(frozen=True, slots=True)
class Occupation:
    """An occupation (职业) of the national classification, code ``d-dd-dd-dd``.

    ``green`` and ``digital`` are the marks L and S. ``specialties`` correspond to it (专业对应关系), resting on
    ``correspondence``. ``name.en`` is a gloss; where there is none it repeats the Chinese.
    """

    code: str
    name: Text
    green: bool = False
    digital: bool = False
    minor_class_name: str | None = None
    specialties: frozenset[tuple[str, str]] = frozenset()
    citation: Citation | None = None
    correspondence: Citation | None = None

    @property
    def minor_class(self) -> str:
        """Code of the minor class (小类): the first three parts."""
        return self.code.rsplit("-", 1)[0]
