"""Looks up what a scheme document names. What is not known is noted, so that all of it can be told at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from core.dates import Period
from core.errors import ErrorCode, GuantongError, Where, unknown_code
from core.ladders import SKILL_LEVELS, TITLE_LEVELS, Level, TitleTarget
from core.texts import Text
from core.vocabulary import Vocabulary, load_vocabulary

SKILL_NAMES = {level.value.partition(":")[2]: level for level in SKILL_LEVELS}
TITLE_NAMES = {level.value.partition(":")[2]: level for level in TITLE_LEVELS}


@dataclass(frozen=True, slots=True)
class Misread:
    """What could not be understood, and how it was written."""

    error: GuantongError
    value: str


@dataclass(slots=True)
class Lookups:
    """Every look-up answers; for what is not known with a stand-in, after noting the fault.

    Whoever asks drops what stand-ins are part of: see ``count``.
    """

    vocabulary: Vocabulary = field(default_factory=load_vocabulary)
    faults: list[Misread] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many faults there are by now."""
        return len(self.faults)

    def note(self, code: ErrorCode, what: Text, value: object, where: Where, nearest: str | None = None) -> None:
        self.faults.append(Misread(GuantongError(code, what, where=where, nearest=nearest), str(value)))

    def known(self, what: Text, name: str, names: Collection[str], where: Where) -> str:
        """``name``, which should be one of ``names``."""
        if name not in names:
            self.faults.append(Misread(unknown_code(what, name, sorted(names), where), name))
        return name

    def level(self, name: str, names: dict[str, Level], where: Where, entry: str) -> Level:
        self.known(Text("层级", "level"), name, names, _within(where, entry))
        return names.get(name, next(iter(names.values())))

    def occupation(self, code: str, where: Where, entry: str = "occupation") -> str:
        if code in self.vocabulary.occupations:
            return code
        return self.known(Text("职业", "occupation"), code, self.vocabulary.occupations, _within(where, entry))

    def skill_level(self, name: str, where: Where) -> Level:
        return self.level(name, SKILL_NAMES, where, "skill_level")

    def title(self, series: str, specialty: str, level: str, where: Where) -> TitleTarget:
        """A title of a specialty."""
        if (series, specialty) not in self.vocabulary.specialties:
            names = [f"{s}/{c}" for s, c in self.vocabulary.specialties]
            what = Text("系列/专业", "series/specialty")
            self.known(what, f"{series}/{specialty}", names, _within(where, "specialty"))
        return TitleTarget(series, specialty, self.level(level, TITLE_NAMES, where, "title_level"))

    def period(self, start: date, until: date | None, where: Where) -> Period:
        """``[start, until)``; open-ended when it would end before it begins."""
        if until is None or start < until:
            return Period(start, until)
        text = Text(
            f"结束日期 {until} 须晚于开始日期 {start}", f"it ends on {until} and must end after it begins on {start}"
        )
        self.note(ErrorCode.PERIOD_REVERSED, text, until, where if where.entry else _within(where, "until"))
        return Period(start)

    def unique(self, values: Iterable[int], what: Text, file: str) -> None:
        """Note every value that comes again."""
        seen: set[int] = set()
        for value in values:
            if value in seen:
                text = Text(f"{what.zh} {value} 重复", f"{what.en} {value} is used twice")
                self.note(ErrorCode.DUPLICATE, text, value, Where(file=file, row=value, entry="number"))
            seen.add(value)


def _within(where: Where, entry: str) -> Where:
    return replace(where, entry=f"{where.entry}.{entry}" if where.entry else entry)
