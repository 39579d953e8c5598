"""Numbers of plans and certificates (计划编号、证书编号): made of parts, never changed, never given twice.

A skill certificate has 22 characters (职业技能等级证书编码规则): the body's prefix of 13 (kind ``Y``, body code 4,
province 2, site 6), the year 2, the level 1, a serial 6. A plan has the enterprise's record code, year, month and
serial. No rule for titles was found, so theirs is a platform default: record code, year, serial, within the pack's
pattern. Serials come from a counter that only rises; a number that was drawn and not used leaves a gap.
"""

import re
from dataclasses import dataclass
from datetime import date

from core.errors import ErrorCode, GuantongError, Where
from core.texts import Text

PREFIX = re.compile(r"Y\d{4}\d{2}\d{6}")
RECORD_CODE = re.compile(r"[0-9A-Z]{2,12}")
_SERIAL_DIGITS, _PLAN_DIGITS = 6, 3


@dataclass(frozen=True, slots=True)
class Series:
    """A row of numbers that share all but the serial; ``key`` is what its counter is kept under."""

    key: str
    head: str
    digits: int

    def number(self, serial: int) -> str:
        """The number of a serial, from 1. Raises BAD_ARGUMENT where no digits are left."""
        if not 1 <= serial < 10**self.digits:
            raise GuantongError(
                ErrorCode.BAD_ARGUMENT,
                Text(f"编号 {self.head} 的顺序号已用完", f"the serials of numbers {self.head} are used up"),
            )
        return f"{self.head}{serial:0{self.digits}d}"


def plan_series(record_code: str, day: date) -> Series:
    """Plan numbers: record code / year / month / serial (企业备案编号/年份/月份/顺序号)."""
    head = f"{record_code}/{day.year}/{day.month:02d}/"
    return Series(f"plan:{head}", head, _PLAN_DIGITS)


def skill_series(prefix: str, day: date, digit: str) -> Series:
    """Numbers of skill certificates of a body, year and level. One counter a body and year: serials do not repeat."""
    return Series(f"skill:{prefix}{day:%y}", f"{prefix}{day:%y}{digit}", _SERIAL_DIGITS)


def title_series(record_code: str, day: date) -> Series:
    """Numbers of titles of an enterprise and year (platform default)."""
    return Series(f"title:{record_code}-{day.year}", f"{record_code}-{day.year}-", _SERIAL_DIGITS)


def check_codes(record_code: str, prefix: str) -> None:
    """Raise BAD_ARGUMENT unless the codes of an issuer have their form."""
    if not RECORD_CODE.fullmatch(record_code):
        raise _bad("record_code", "2 至 12 位数字或大写字母", "2 to 12 digits or capital letters")
    if not PREFIX.fullmatch(prefix):
        raise _bad("certificate_prefix", "Y 加 12 位数字", "Y and 12 digits")


def _bad(entry: str, zh: str, en: str) -> GuantongError:
    return GuantongError(
        ErrorCode.BAD_ARGUMENT, Text(f"“{entry}”应为{zh}", f"'{entry}' should be {en}"), where=Where(entry=entry)
    )
