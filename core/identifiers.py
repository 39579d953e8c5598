"""Identity numbers (GB 11643), unified social credit codes (GB 32100) and certificate numbers: checked, never echoed.

No error repeats an identity number: errors end in logs and answers that its owner never agreed to.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from stdnum import numdb
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent, ValidationError
from stdnum.util import clean

from core.errors import ErrorCode, GuantongError
from core.texts import Text


class Sex(StrEnum):
    """Sex (性别, GB/T 2261.1)."""

    MALE = "male"
    FEMALE = "female"


class IdentityKind(StrEnum):
    """Kind of identity document (证件类型). The three permits share the form and check digit of the resident card."""

    RESIDENT_CARD = "resident_card"  # 居民身份证
    HONG_KONG_RESIDENCE_PERMIT = "hong_kong_residence_permit"  # 港澳台居民居住证（香港）
    MACAO_RESIDENCE_PERMIT = "macao_residence_permit"  # 港澳台居民居住证（澳门）
    TAIWAN_RESIDENCE_PERMIT = "taiwan_residence_permit"  # 港澳台居民居住证（台湾）


_PERMITS = {
    "810000": IdentityKind.HONG_KONG_RESIDENCE_PERMIT,
    "820000": IdentityKind.MACAO_RESIDENCE_PERMIT,
    "830000": IdentityKind.TAIWAN_RESIDENCE_PERMIT,
}
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_LENGTH = 18


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A checked identity number (证件号码) and what it says of its holder."""

    number: str
    kind: IdentityKind
    born_on: date
    sex: Sex

    @property
    def masked(self) -> str:
        """First three and last two characters."""
        return mask(self.number)

    def __repr__(self) -> str:
        return f"IdentityNumber({self.masked})"


def mask(number: str) -> str:
    """First three and last two characters of an identity number; the rest stars."""
    return number[:3] + "*" * (len(number) - 5) + number[-2:]


def parse_identity_number(text: str) -> IdentityNumber:
    """Check an identity number of a resident card or of a residence permit for Hong Kong, Macao or Taiwan.

    The place is checked by province only: ``stdnum`` refuses counties founded after the holder's birth, yet a number
    names the county of its first issue, so most people born before 1983 would be refused.
    """
    number = clean(text, " -").upper()
    if len(number) != _LENGTH:
        raise _identity_error(
            f"证件号码应为18位，实为{len(number)}位；15位旧号须先换为18位",
            f"an identity number has 18 characters, this has {len(number)}; replace an old one of 15 digits first",
        )
    if not _SHAPE.fullmatch(number):
        raise _identity_error(
            "证件号码前17位须为数字，末位为数字或X",
            "an identity number is 17 digits, then a digit or X",
        )
    _check_digit(number)
    return IdentityNumber(number, _kind(number[:6]), _born_on(number), Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def _check_digit(number: str) -> None:
    right = ric.calc_check_digit(number)
    if number[-1] != right:
        raise _identity_error(
            f"证件号码校验码有误：按前17位，末位应为“{right}”；请对照证件逐位核对",
            f"the check digit is wrong: after these 17 digits the last is '{right}'; compare with the document",
        )


@lru_cache(maxsize=4096)  # the table of places is long, and people come from the same few
def _kind(place: str) -> IdentityKind:
    if place in _PERMITS:
        return _PERMITS[place]
    known = any("province" in found for _part, found in numdb.get("cn/loc").info(place))
    if not known or place[:2] in {code[:2] for code in _PERMITS}:
        raise _identity_error(
            "证件号码前6位不是已知的行政区划；港、澳、台居民居住证以810000、820000、830000开头",
            "the first 6 digits name no known place; permits for Hong Kong, Macao and Taiwan begin with 810000, "
            "820000 and 830000",
        )
    return IdentityKind.RESIDENT_CARD


def _born_on(number: str) -> date:
    try:
        return ric.get_birth_date(number)
    except InvalidComponent as fault:
        raise _identity_error(
            "证件号码第7至14位不是存在的出生日期",
            "digits 7 to 14 of the identity number are no date of birth that exists",
        ) from fault


def _identity_error(zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.IDENTITY_NUMBER_INVALID, Text(zh, en))


def parse_uscc(text: str) -> str:
    """Check a unified social credit code (统一社会信用代码) and return it without blanks, in capitals."""
    code = uscc.compact(text)
    try:
        return uscc.validate(code)
    except ValidationError as fault:
        raise GuantongError(ErrorCode.USCC_INVALID, _uscc_fault(code)) from fault


def _uscc_fault(code: str) -> Text:
    if len(code) != _LENGTH:
        return Text(
            f"统一社会信用代码“{code}”应为18位，实为{len(code)}位",
            f"unified social credit code '{code}' should have 18 characters, it has {len(code)}",
        )
    if not re.fullmatch(r"[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}", code):
        return Text(
            f"统一社会信用代码“{code}”前8位须为数字，后10位为数字或大写字母，不含I、O、Z、S、V",
            f"unified social credit code '{code}' is 8 digits, then 10 digits or capitals without I, O, Z, S, V",
        )
    right = uscc.calc_check_digit(code[:-1])
    return Text(
        f"统一社会信用代码“{code}”校验码有误：按前17位，末位应为“{right}”",
        f"the check digit of unified social credit code '{code}' is wrong: after these 17 the last is '{right}'",
    )


@dataclass(frozen=True, slots=True)
class CertificateFormat:
    """A format of certificate numbers that the policy accepts; ``level_at`` is the place of the level, from 1."""

    key: str
    pattern: re.Pattern[str]
    level_at: int | None = None


def check_certificate_number(number: str, formats: Sequence[CertificateFormat], level: str | None = None) -> str:
    """Check a certificate number (证书编号) and return it without blanks, in capitals.

    ``level`` is the digit of the certificate's level, where it has one: a number that says another is refused.
    """
    compact = re.sub(r"\s", "", number).upper()
    fitting = [accepted for accepted in formats if accepted.pattern.fullmatch(compact)]
    if not fitting:
        listed = ", ".join(accepted.pattern.pattern for accepted in formats)
        raise _certificate_error(
            f"证书编号“{number}”不符合任何认可的格式：{listed}",
            f"certificate number '{number}' fits no accepted format: {listed}",
        )
    said = [compact[accepted.level_at - 1] for accepted in fitting if accepted.level_at is not None]
    if level is not None and said and level not in said:
        raise _certificate_error(
            f"证书编号“{number}”的等级位为“{said[0]}”，与证书等级“{level}”不符",
            f"certificate number '{number}' says level '{said[0]}', the certificate says '{level}'",
        )
    return compact


def _certificate_error(zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.CERTIFICATE_NUMBER_INVALID, Text(zh, en))
