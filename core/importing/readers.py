"""How cells are read: in any usual spelling, and never by a guess. A near miss is named, the author decides."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeVar

from core.errors import ErrorCode, GuantongError, nearest_of
from core.files.cells import day, day_meant, is_nothing, plain, text_of, whole_number, yes_or_no
from core.identifiers import Sex, parse_identity_number
from core.ladders import Level
from core.texts import Text, shorten
from core.vocabulary import Vocabulary

E = TypeVar("E", bound=StrEnum)
LONGEST_SHOWN: Final = 40
_SCIENTIFIC = re.compile(r"\d(\.\d+)?e\+?\d+", re.IGNORECASE)
_CODE = re.compile(r"[1-8]-\d{2}-\d{2}-\d{2}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−－", "-"))
SEXES: Final = {
    "男": Sex.MALE,
    "女": Sex.FEMALE,
    "male": Sex.MALE,
    "female": Sex.FEMALE,
    "m": Sex.MALE,
    "f": Sex.FEMALE,
}


def refuse(code: ErrorCode, zh: str, en: str, nearest: str | None = None) -> GuantongError:
    """The fault of a cell."""
    return GuantongError(code, Text(zh, en), nearest=nearest)


def shown(value: object) -> str:
    """What a cell holds, as a message quotes it."""
    return shorten(text_of(value), LONGEST_SHOWN)


def words(longest: int) -> Callable[[object, Vocabulary], str | None]:
    """A reader of one line of text of at most ``longest`` characters."""

    def read(value: object, _vocabulary: Vocabulary) -> str | None:
        text = " ".join(text_of(value).split())
        if len(text) > longest:
            raise refuse(
                ErrorCode.BAD_ARGUMENT,
                f"共 {len(text)} 字，超过 {longest} 字；请缩短",
                f"{len(text)} characters, more than {longest}; make it shorter",
            )
        if any(letter < " " for letter in text):
            raise refuse(
                ErrorCode.BAD_ARGUMENT,
                "含有无法存储的控制字符；请重新输入",
                "holds control characters that cannot be stored; type it anew",
            )
        return text or None

    return read


def identity_number(value: object, _vocabulary: Vocabulary) -> str | None:
    """An identity number; refused in a numeric cell, where its last digits are lost already."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise _digits_lost()
    text = plain(text_of(value)).upper()
    if not text:
        return None
    if _SCIENTIFIC.fullmatch(text):
        raise _digits_lost()
    return parse_identity_number(text.lstrip("'")).number


def _digits_lost() -> GuantongError:
    return refuse(
        ErrorCode.IDENTITY_NUMBER_INVALID,
        "证件号码在数字格式的单元格中：数字只保留15位，末几位已丢失；请将该列设为文本格式，重新录入",
        "the identity number is in a numeric cell: numbers keep 15 digits, the last ones are lost already; format the "
        "column as text and enter them anew",
    )


def a_day(value: object, _vocabulary: Vocabulary) -> date | None:
    """A day: a date cell, 2026.3.15, 2026年3月15日, 2026-03-15, 20260315."""
    if is_nothing(value):
        return None
    found = day(value)
    if found is not None:
        return found
    meant = day_meant(value)
    raise refuse(
        ErrorCode.BAD_DATE,
        f"“{shown(value)}”不是存在的日期；请写作 2026-03-15",
        f"'{shown(value)}' is no date that exists; write it like 2026-03-15",
        meant.isoformat() if meant else None,
    )


def yes(value: object, _vocabulary: Vocabulary) -> bool | None:
    """是 or 否 in any usual writing."""
    if text_of(value) == "":
        return None
    found = yes_or_no(value)
    if found is None:
        raise refuse(
            ErrorCode.BAD_ARGUMENT,
            f"“{shown(value)}”应为 是 或 否",
            f"'{shown(value)}' should be 是 (yes) or 否 (no)",
        )
    return found


def a_year(value: object, _vocabulary: Vocabulary) -> int | None:
    """A year of four digits, with or without 年."""
    if is_nothing(value):
        return None
    found = whole_number(plain(text_of(value)).removesuffix("年").removesuffix("年度"))
    if found is None or not 1949 <= found <= 9999:
        raise refuse(
            ErrorCode.BAD_ARGUMENT, f"“{shown(value)}”不是年度；请写作 2026", f"'{shown(value)}' is no year; write 2026"
        )
    return found


def count(value: object, _vocabulary: Vocabulary) -> int | None:
    """A whole number from 1 on, in digits of any width or in Chinese, with or without 第, 名, 人."""
    if is_nothing(value):
        return None
    text = plain(text_of(value)).removeprefix("第").removesuffix("名").removesuffix("人")
    found = whole_number(text)
    if found is None or not 1 <= found <= 1_000_000:
        raise refuse(
            ErrorCode.BAD_ARGUMENT,
            f"“{shown(value)}”应为 1 至 1000000 的整数",
            f"'{shown(value)}' should be a whole number from 1 to 1000000",
        )
    return found


def choice(what: Text, known: Mapping[str, Any]) -> Callable[[object, Vocabulary], Any]:
    """A reader of one of several words; ``known`` maps each spelling, normalised, to what it means."""

    def read(value: object, _vocabulary: Vocabulary) -> Any:
        return one_of(what, value, known)

    return read


def one_of(what: Text, value: object, known: Mapping[str, Any]) -> Any:
    """What a word means, None for a blank cell."""
    word = plain(text_of(value))
    if not word:
        return None
    if word in known:
        return known[word]
    raise refuse(
        ErrorCode.UNKNOWN_CODE,
        f"{what.zh}“{shown(value)}”无法识别；请按可选值填写",
        f"{what.en} '{shown(value)}' is not known; write one of the choices",
        nearest_of(word, list(known)),
    )


def occupation(value: object, vocabulary: Vocabulary) -> str | None:
    """An occupation by its code or by its exact name; its code."""
    text = text_of(value)
    if not text:
        return None
    code = plain(text).translate(_DASHES)
    if _CODE.fullmatch(code):
        return vocabulary.occupation(code).code
    name = plain(text)
    found = [one.code for one in vocabulary.occupations.values() if plain(one.name.zh) == name]
    if len(found) == 1:
        return found[0]
    names = [one.name.zh for one in vocabulary.occupations.values()]
    raise refuse(
        ErrorCode.UNKNOWN_CODE,
        f"职业“{shown(value)}”不在职业分类中；请填写职业编码（如 6-20-01-01）或完整职业名称",
        f"occupation '{shown(value)}' is not in the classification; write its code, such as 6-20-01-01, or whole name",
        nearest_of(text, names),
    )


def level(value: object, vocabulary: Vocabulary) -> Level | None:
    """A level of either ladder by its name, the label of the standards (三级/高级工), or code."""
    return one_of(Text("等级", "level"), value, _levels(vocabulary))  # type: ignore[no-any-return]


def _levels(vocabulary: Vocabulary) -> dict[str, Level]:
    found: dict[str, Level] = {}
    for one, info in vocabulary.levels.items():
        text = vocabulary.level_text(one)
        names = (info.name.zh, text.zh, one.value, info.standard_label or info.name.zh)
        found |= {plain(name): one for name in names}
        if info.standard_label and "/" in info.standard_label:
            number, _, name = info.standard_label.partition("/")
            found |= {plain(word): one for word in (number, f"{name}/{number}")}
    return found


SEX = choice(Text("性别", "sex"), SEXES)
