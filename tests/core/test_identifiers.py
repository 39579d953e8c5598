"""Identity numbers, credit codes and certificate numbers: what passes, and the words with which the rest is refused."""

import re
from datetime import date

import pytest

from core.errors import ErrorCode, GuantongError
from core.identifiers import (
    CertificateFormat,
    IdentityKind,
    Sex,
    check_certificate_number,
    mask,
    parse_identity_number,
    parse_uscc,
)
from tests.builders import credit_code, identity_number

NATIONAL = CertificateFormat("national", re.compile(r"[YS]\d{4}\d{2}\d{6}\d{2}[1-5]\d{6}"), level_at=16)


def test_a_resident_card_tells_birth_and_sex() -> None:
    found = parse_identity_number(identity_number(2))
    assert (found.kind, found.born_on, found.sex) == (IdentityKind.RESIDENT_CARD, date(1842, 8, 29), Sex.FEMALE)


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("810000", IdentityKind.HONG_KONG_RESIDENCE_PERMIT),
        ("820000", IdentityKind.MACAO_RESIDENCE_PERMIT),
        ("830000", IdentityKind.TAIWAN_RESIDENCE_PERMIT),
    ],
)
def test_residence_permits_are_known_by_their_place(place: str, kind: IdentityKind) -> None:
    assert parse_identity_number(identity_number(1, place)).kind is kind


def test_a_county_younger_than_its_holder_is_accepted() -> None:
    """440114 became a county code in 2000; people born long before were first registered there."""
    assert parse_identity_number(identity_number(1, "440114", "18990101")).born_on == date(1899, 1, 1)


def test_blanks_and_a_small_x_are_tolerated() -> None:
    number = next(n for n in map(identity_number, range(100)) if n.endswith("X"))
    assert parse_identity_number(f" {number[:6]} {number[6:14]} {number[14:].lower()} ").number == number


def _refused(number: str) -> GuantongError:
    with pytest.raises(GuantongError) as caught:
        parse_identity_number(number)
    assert caught.value.code is ErrorCode.IDENTITY_NUMBER_INVALID
    assert number not in str(caught.value)
    return caught.value


def test_a_wrong_check_digit_names_the_right_one() -> None:
    number = identity_number(1)
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    message = _refused(wrong).message
    assert message.zh == f"证件号码校验码有误：按前17位，末位应为“{number[-1]}”；请对照证件逐位核对"
    assert message.en == (
        f"the check digit is wrong: after these 17 digits the last is '{number[-1]}'; compare with the document"
    )


def test_an_old_number_of_15_digits_is_named_as_such() -> None:
    assert _refused("440106420829001").message.zh == "证件号码应为18位，实为15位；15位旧号须先换为18位"


def test_letters_among_the_digits_are_refused() -> None:
    assert _refused("44010618420829O01X").message.en == "an identity number is 17 digits, then a digit or X"


@pytest.mark.parametrize("place", ["999999", "810001", "000000"])
def test_an_unknown_place_is_refused(place: str) -> None:
    assert "前6位不是已知的行政区划" in _refused(identity_number(1, place)).message.zh


def test_a_birthday_that_does_not_exist_is_refused() -> None:
    message = _refused(identity_number(1, born="19000229")).message
    assert message.en == "digits 7 to 14 of the identity number are no date of birth that exists"


def test_no_representation_shows_the_number() -> None:
    number = identity_number(7)
    assert repr(parse_identity_number(number)) == f"IdentityNumber(440*************{number[-2:]})"
    assert mask(number) == f"440*************{number[-2:]}"


def test_a_credit_code_is_returned_without_blanks() -> None:
    code = credit_code(5)
    assert parse_uscc(f" {code[:8]} {code[8:].lower()}") == code


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("9144", "统一社会信用代码“9144”应为18位，实为4位"),
        ("A1440100000000005X", "前8位须为数字，后10位为数字或大写字母，不含I、O、Z、S、V"),
        ("91440100O00000005X", "前8位须为数字，后10位为数字或大写字母，不含I、O、Z、S、V"),
    ],
)
def test_a_malformed_credit_code_says_what_is_wrong(code: str, words: str) -> None:
    with pytest.raises(GuantongError) as caught:
        parse_uscc(code)
    assert caught.value.code is ErrorCode.USCC_INVALID
    assert words in caught.value.message.zh


def test_a_credit_code_with_a_wrong_check_digit_names_the_right_one() -> None:
    code = credit_code(5)
    wrong = code[:-1] + ("1" if code[-1] != "1" else "2")
    with pytest.raises(GuantongError, match=f"after these 17 the last is '{code[-1]}'"):
        parse_uscc(wrong)


def test_a_certificate_number_is_compacted() -> None:
    formats = [CertificateFormat("old", re.compile(r"\d{16}")), NATIONAL]
    assert check_certificate_number(" y0000 440000 01263 000001 ", formats) == "Y000044000001263000001"


def test_a_certificate_number_of_no_format_lists_the_formats() -> None:
    with pytest.raises(GuantongError) as caught:
        check_certificate_number("Y12", [NATIONAL])
    assert caught.value.code is ErrorCode.CERTIFICATE_NUMBER_INVALID
    assert caught.value.message.zh == f"证书编号“Y12”不符合任何认可的格式：{NATIONAL.pattern.pattern}"


def test_a_certificate_number_of_another_level_is_refused() -> None:
    assert check_certificate_number("Y000044000001263000001", [NATIONAL], "3")
    with pytest.raises(GuantongError, match="says level '3', the certificate says '2'") as caught:
        check_certificate_number("Y000044000001263000001", [NATIONAL], "2")
    assert caught.value.message.zh == "证书编号“Y000044000001263000001”的等级位为“3”，与证书等级“2”不符"
