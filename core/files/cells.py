"""What authors write in cells: whole numbers, years, dates, yes and no, in any usual spelling."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Final

YES: Final = frozenset({"是", "√", "✓", "✔", "有", "y", "yes", "true", "1"})
NO: Final = frozenset({"否", "×", "✗", "✘", "无", "n", "no", "false", "0"})
NOTHING: Final = frozenset({"-", "--", "—", "——", "/", "无", "不开放"})
EPOCH: Final = date(1899, 12, 30)  # day 0 of a workbook that counts days
_DIGITS: Final = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
_YEARS = re.compile(r"(?:满|滿|不少于|至少|≥|>=)?(.+?)(?:周?年)?(?:及?以上)?")
_DATE = re.compile(r"(\d{4})(?:[-./年](\d{1,2})[-./月](\d{1,2})日?|(\d{2})(\d{2}))")


def text_of(value: object) -> str:
    """A cell as text, trimmed; a whole number without its point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def plain(text: str) -> str:
    """A word in one spelling: full-width forms folded, no spaces, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def is_nothing(value: object) -> bool:
    """A blank cell, or one with a dash that says so."""
    text = plain(text_of(value))
    return not text or text in NOTHING


def whole_number(value: object) -> int | None:
    """A whole number in digits of any width or in Chinese up to 99; None when it is none."""
    if isinstance(value, bool):
        return None
    text = plain(text_of(value))
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    return _chinese(text)


def _chinese(text: str) -> int | None:
    tens, ten, ones = text.partition("十")
    if not text or not all(digit in _DIGITS for digit in tens + ones) or len(tens) > 1 or len(ones) > 1:
        return None
    if not ten:
        return _DIGITS[tens] if len(text) == 1 else None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def years(value: object) -> int | None:
    """``2``, ``２年``, ``满1年``, ``四年``, ``满3年以上`` as whole years; None when it is none."""
    found = _YEARS.fullmatch(plain(text_of(value)))
    return whole_number(found[1]) if found else None


def day(value: object) -> date | None:
    """A date cell, ``2026.3.15``, ``2026年3月15日``, ``2026-03-15`` or ``20260315``; None when there is no such day."""
    if isinstance(value, datetime):
        return value.date() if value.time() == datetime.min.time() else None
    if isinstance(value, date):
        return value
    found = _DATE.fullmatch(plain(text_of(value)))
    if found is None:
        return None
    year, month, of_month = (int(part) for part in (found[1], found[2] or found[4], found[3] or found[5]))
    try:
        return date(year, month, of_month)
    except ValueError:
        return None


def day_meant(value: object) -> date | None:
    """The date that a bare number shows once its cell is formatted as a date."""
    number = whole_number(value)
    return EPOCH + timedelta(days=number) if number is not None and 36_526 <= number <= 73_050 else None


def yes_or_no(value: object) -> bool | None:
    """是 or 否 in any usual writing, blank for no; None when it is neither."""
    text = plain(text_of(value))
    if not text or text in NOTHING or text in NO:
        return False
    return True if text in YES else None
