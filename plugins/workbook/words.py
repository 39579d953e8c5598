"""From the words in a catalog's cells to the vocabulary's codes. What is not a known word is a miss, never a guess."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from core.errors import nearest_of
from core.files.cells import plain
from core.ladders import SKILL_LEVELS, TITLE_LEVELS, Level
from core.texts import Text
from core.vocabulary import Series, Vocabulary
from plugins.workbook.layout import layout

CLASSIFICATION_TAIL: Final = ("专业", "系列")


@dataclass(frozen=True, slots=True)
class Miss:
    """A word that names nothing, with the nearest that does and what else helps."""

    nearest: str | None = None
    hint: Text | None = None


@dataclass(slots=True)
class Names:
    """Words by their plain spelling, each with the code it means; ``shown`` is how a code is written."""

    codes: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def add(self, code: str, *words: str) -> None:
        """Words for a code, the first being how it is written. A word that another code has already stays with it."""
        self.shown.setdefault(code, words[0])
        for word in (*words, code):
            self.codes.setdefault(plain(word), code)

    def find(self, word: str) -> str | Miss:
        """The code that a word means."""
        code = self.codes.get(plain(word))
        return code if code is not None else Miss(self.nearest(word))

    def nearest(self, word: str) -> str | None:
        near = nearest_of(plain(word), list(self.codes))
        return self.shown[self.codes[near]] if near else None


class Words:
    """Every word that a catalog's cells may hold for levels, series and specialties."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._skill = _skill_levels(vocabulary)
        self._title = _title_levels(vocabulary)
        self._series = _series(vocabulary.series.values())
        self._specialties: dict[str, Names] = {}
        for one in vocabulary.specialties.values():
            names = self._specialties.setdefault(one.series, Names())
            names.add(one.code, one.name.zh, one.name.en, *(f"{one.name.zh}{tail}" for tail in CLASSIFICATION_TAIL))

    def skill_level(self, word: str) -> str | Miss:
        """``三级/高级工``, ``高级工``, ``三级`` are ``senior_worker``."""
        return self._skill.find(word)

    def series(self, word: str) -> str | Miss:
        """``工程技术人员``, ``工程系列`` are ``engineering``."""
        return self._series.find(word)

    def specialty(self, series: str, word: str) -> str | Miss:
        """``机械``, ``机械专业`` of engineering are ``mechanical``."""
        return self._specialties.get(series, Names()).find(word)

    def title_level(self, word: str, series: str | None, specialty: str | None) -> str | Miss:
        """``中级``, ``副高``, or a title of the series such as ``工程师``; ``初级`` and ``高级`` name two levels."""
        either = layout().ambiguous_title_levels.get(plain(word))
        if either is not None:
            choices = "、".join(either)
            return Miss(either[0], Text(f"含{choices}，请写明其一", f"covers {choices}; name one"))
        names = self._title_names(series, specialty) if series else Names()
        own = names.codes.get(plain(word)) or self._title.codes.get(plain(word))
        return own or Miss(self._title.nearest(word) or names.nearest(word), self._wrong_ladder(word))

    def _title_names(self, series: str, specialty: str | None) -> Names:
        branch = self._vocabulary.specialties[series, specialty].branch if specialty else 0
        names = Names()
        for level, title in self._vocabulary.series[series].branches[branch].titles.items():
            names.add(rung(level), title.zh, title.en)
        return names

    def _wrong_ladder(self, word: str) -> Text | None:
        if plain(word) not in self._skill.codes:
            return None
        return Text("这是技能等级，不是该系列的职称", "it is a skill level, no title of this series")


def rung(level: Level) -> str:
    """A level as schemes write it: ``senior_worker``."""
    return level.value.partition(":")[2]


def _skill_levels(vocabulary: Vocabulary) -> Names:
    names = Names()
    for level in SKILL_LEVELS:
        info = vocabulary.levels[level]
        label = info.standard_label
        grade = label.partition("/")[0] if label else ""
        spelt = (label, grade, f"{info.name.zh}({grade})", f"{grade}{info.name.zh}") if label else ()
        names.add(rung(level), info.name.zh, info.name.en, *spelt)
    return names


def _title_levels(vocabulary: Vocabulary) -> Names:
    names = Names()
    for level in TITLE_LEVELS:
        info, code = vocabulary.levels[level], rung(level)
        names.add(code, info.name.zh, info.name.en, f"{info.name.zh}职称", *layout().title_levels.get(code, ()))
    return names


def _series(known: Iterable[Series]) -> Names:
    names = Names()
    for one in known:
        names.add(one.code, one.name.zh, one.name.en, f"{one.name.zh}系列", *layout().series.get(one.code, ()))
    return names
