"""What is taken out of text before it is written down, and what is left alone."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ErrorCode, GuantongError, Where
from core.identifiers import parse_identity_number
from core.redaction import IDENTITY_NUMBER, LONGEST_TOLD, SECRET, redacted, redacted_values, shown, told
from core.texts import Text
from plugins.findings import Finding, Place, Severity, Stage
from tests.builders import credit_code, identity_number

NUMBER = identity_number(1)
WITH_X = next(found for found in map(identity_number, range(1, 99)) if found.endswith("X"))
PERMIT = identity_number(1, place="830000")
OLD = NUMBER[:6] + NUMBER[8:17]
GROUPED = re.compile(r"(.{6})(.{8})(.{4})")

numbers = st.builds(
    identity_number,
    st.integers(0, 999),
    place=st.sampled_from(["110101", "440106", "650102", "810000", "820000", "830000"]),
    born=st.dates(datetime(1850, 1, 1, tzinfo=UTC).date(), datetime(2030, 1, 1, tzinfo=UTC).date()).map(
        lambda day: f"{day:%Y%m%d}"
    ),
)
# What may stand beside a number: anything that would not make another number of it.
around = st.text(st.characters(exclude_categories=["Nd", "Cs"], exclude_characters="xXＸｘ"), max_size=30)


@pytest.mark.parametrize("number", [NUMBER, WITH_X, WITH_X.lower(), PERMIT, OLD, NUMBER[:17] + "0", NUMBER[:17]])
@pytest.mark.parametrize(
    "text", ["{}", "a{}b", "number={};", '{{"variables": {{"n": "{}"}}}}', "证件号码{}有误", "_{}_"]
)
def test_numbers_of_every_form_are_gone(number: str, text: str) -> None:
    assert redacted(text.format(number)) == text.format(IDENTITY_NUMBER)


@pytest.mark.parametrize("between", [" ", "-", " - ", "－", "\u00a0", "–"])
def test_numbers_in_groups_are_gone(between: str) -> None:
    assert redacted(GROUPED.sub(rf"\1{between}\2{between}\3", NUMBER)) == IDENTITY_NUMBER
    assert redacted(between.join(NUMBER[at : at + 4] for at in range(0, 18, 4))) == IDENTITY_NUMBER
    assert redacted(between.join(NUMBER)) == IDENTITY_NUMBER


def test_digits_of_another_script_hide_nothing() -> None:
    wide = WITH_X.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789X"})
    assert redacted(f"号码{wide}。") == f"号码{IDENTITY_NUMBER}。"


def test_a_right_number_among_other_digits_is_gone() -> None:
    assert redacted(f"00{NUMBER}99") == IDENTITY_NUMBER
    assert redacted(f"13800138000 {NUMBER} 2026") == IDENTITY_NUMBER


@pytest.mark.parametrize("encode", [urlsafe_b64encode, b64encode])
@pytest.mark.parametrize("text", ["{}", "Person:{}", '["name:asc","{}"]', "标识:{}"])
def test_numbers_within_ids_and_cursors_are_gone(encode: Callable[[bytes], bytes], text: str) -> None:
    encoded = encode(text.format(NUMBER).encode()).decode()
    for token in (encoded, encoded.rstrip("=")):
        assert encoded[:12] not in redacted(f"'{token}' is no id")
        assert IDENTITY_NUMBER in redacted(f"'{token}' is no id")


def test_numbers_that_were_read_as_floats_or_cut_short_are_gone() -> None:
    assert redacted(f"no integer: {float(NUMBER)}") == f"no integer: {IDENTITY_NUMBER}"
    assert redacted(f"'{NUMBER[:12]}...'") == f"'{IDENTITY_NUMBER}...'"
    assert redacted(f"'...{NUMBER[6:]}'") == f"'...{IDENTITY_NUMBER}'"


@given(numbers, around, around)
def test_no_number_is_left_whatever_stands_beside_it(number: str, before: str, after: str) -> None:
    assert parse_identity_number(number)
    found = redacted(f"{before}{number}{after}")
    assert number not in found
    assert IDENTITY_NUMBER in found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-02 12:00:00.123456+08:00 took 12.3 ms",
        "1772424000.123456",
        "1772424000000000000",
        "0192f3a1-7b1c-7000-8000-123456789012",
        "a3f5" * 16,
        "Y000044000001263000001",
        "13800138000",
        "440106198413320011",  # the 33rd of a month
        "990106184208290011",  # no such province
        "贯通 Guantong",
        "/graphql 200 http://127.0.0.1:8000/",
        "20" * 40,
        "x1y2" * 40,
        "4c7f24e6-f3a1-4a46-9099-820221571e06",  # ids with the digits of a number
        "asked 83347951-0812-490b-aa9b-8d082f29084d 35590700-0318-421f-a5fd-e72239361b33, twice",
        "{'id': 'c0ccb103-ec2e-47b4-b642-767251123369'}",
    ],
)
def test_other_text_is_left_alone(text: str) -> None:
    assert redacted(text) == text


def test_ids_and_credit_codes_are_left_alone() -> None:
    for text in (*(str(uuid4()) for _ in range(500)), *map(credit_code, range(1000))):
        assert redacted(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl", SECRET),
        ("Authorization: Bearer abcdefgh1234", f"Authorization: Bearer {SECRET}"),
        ("authorization: basic dXNlcjpwYXNz", f"authorization: basic {SECRET}"),
        ("postgresql://user:hunter2@db/guantong", f"postgresql://{SECRET}@db/guantong"),
        ("host=db password=hunter2 user=u", f"host=db password={SECRET} user=u"),
        ("/callback?token=abc&x=1", f"/callback?token={SECRET}&x=1"),
        ("client_secret=abc", f"client_secret={SECRET}"),
    ],
)
def test_secrets_are_gone(text: str, left: str) -> None:
    assert redacted(text) == left
    assert redacted(left) == left


def test_structures_are_redacted_whole() -> None:
    found = redacted_values(
        {NUMBER: 1, "list": [NUMBER, (int(NUMBER[:17]), True, None)], "set": {NUMBER}, "n": int(NUMBER), "f": 1.5}
    )
    assert NUMBER not in str(found)
    assert found["f"] == 1.5
    assert found["n"] == IDENTITY_NUMBER
    assert found["list"][1][1:] == [True, None]


def test_what_is_quoted_is_redacted_before_it_is_cut() -> None:
    assert shown("x" * 30 + NUMBER) == ("x" * 30 + IDENTITY_NUMBER)[:40]
    assert shown("y" * 500) == "y" * 40


def test_a_book_is_not_read_back() -> None:
    assert told("z" * 5000) == "z" * LONGEST_TOLD + "…"


def test_no_error_carries_a_number() -> None:
    error = GuantongError(
        ErrorCode.BAD_ARGUMENT,
        Text(f"“{NUMBER}”不对", f"'{NUMBER}' is wrong"),
        where=Where(file=f"{NUMBER}.xlsx", entry=NUMBER, cell=NUMBER),
        nearest=NUMBER,
    )
    for text in (str(error), repr(error), str(error.args), str(error.where), str(error.nearest)):
        assert NUMBER not in text
    assert error.message.en == f"'{IDENTITY_NUMBER}' is wrong"


def test_no_finding_carries_a_number() -> None:
    place = Place("scheme", "1.0", f"{NUMBER}.xlsx", 3, f"A{NUMBER}", NUMBER)
    finding = Finding(
        "WBK013",
        Stage.ARTIFACT,
        Severity.ERROR,
        place,
        Text(f"“{NUMBER}”不对", f"'{NUMBER}' is wrong"),
        value=NUMBER,
        nearest=NUMBER,
    )
    assert NUMBER not in str(finding)
    assert NUMBER not in str(finding.as_json())
