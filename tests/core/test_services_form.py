"""Input of the services: every fault names its field in both languages, and none repeats an identity number."""

from typing import Any

import pytest

from core.errors import ErrorCode, GuantongError
from core.services.competitions import NewAward
from core.services.credential_form import NewCredential
from core.services.employments import NewEmployment
from core.services.enterprises import NewEnterprise
from core.services.form import Form
from core.services.people import NewPerson
from tests.builders import identity_number

GOOD = {"name": "示例甲", "identity_number": identity_number(1)}
UUID_TEXT = "01a20737-da3e-77d8-b5ed-3fcecf674dc1"
JOB = {"person_id": UUID_TEXT, "enterprise_id": UUID_TEXT, "post": "焊工", "starts": "2020-01-01"}
AWARD = {
    "competition_id": UUID_TEXT,
    "person_id": UUID_TEXT,
    "occupation": "6-18-02-04",
    "rank": "gold",
    "awarded_on": "2020-01-01",
}


def _refused(form: type[Form], values: dict[str, Any]) -> GuantongError:
    with pytest.raises(GuantongError) as caught:
        form(**values)
    assert identity_number(1) not in str(caught.value)
    assert caught.value.__cause__ is None
    return caught.value


@pytest.mark.parametrize(
    ("form", "values", "code", "words"),
    [
        (NewPerson, {"name": "示例甲"}, ErrorCode.BAD_ARGUMENT, "“identity_number”缺少此项"),
        (NewPerson, {**GOOD, "name": "  "}, ErrorCode.BAD_ARGUMENT, "“name”不能为空"),
        (NewPerson, {**GOOD, "name": "示" * 101}, ErrorCode.BAD_ARGUMENT, "“name”过长"),
        (NewPerson, {**GOOD, "name": "a\x00b"}, ErrorCode.BAD_ARGUMENT, "“name”含有无法存储的字符"),
        (NewPerson, {**GOOD, "name": "\ud800"}, ErrorCode.BAD_ARGUMENT, "“name”含有无法存储的字符"),
        (NewPerson, {**GOOD, "name": 1}, ErrorCode.BAD_ARGUMENT, "“name”应为文字"),
        (NewPerson, {**GOOD, "identity_number": 440106184208290017}, ErrorCode.BAD_ARGUMENT, "应为文字"),
        (NewPerson, {**GOOD, "nickname": "x"}, ErrorCode.BAD_ARGUMENT, "“nickname”没有此项，请删除"),
        (NewPerson, {**GOOD, "born_on": "2026-02-30"}, ErrorCode.BAD_DATE, "应为存在的日期，格式 YYYY-MM-DD"),
        (NewPerson, {**GOOD, "sex": "mael"}, ErrorCode.UNKNOWN_CODE, "“sex”不在可选值之中"),
        (NewEmployment, {**JOB, "enterprise_id": "x"}, ErrorCode.BAD_ARGUMENT, "“enterprise_id”不合要求"),
        (NewAward, {**AWARD, "position": 0}, ErrorCode.BAD_ARGUMENT, "“position”不能小于 1"),
        (NewAward, {**AWARD, "position": 1_000_001}, ErrorCode.BAD_ARGUMENT, "“position”不能大于 1000000"),
        (
            NewEnterprise,
            {"uscc": "x", "key": "Ling Nan", "zh": "岭南"},
            ErrorCode.BAD_ARGUMENT,
            "“key”只能用小写字母、数字，以连字符或下划线相连",
        ),
    ],
)
def test_a_fault_names_its_field(form: type[Form], values: dict[str, Any], code: ErrorCode, words: str) -> None:
    error = _refused(form, values)
    assert error.code is code
    assert words in error.message.zh
    assert error.where is not None


def test_a_mistyped_choice_gets_the_nearest_one() -> None:
    error = _refused(NewCredential, {"kind": "skill_certifcate"})
    # The first fault is told; kind comes after the person.
    assert (error.code, error.message.en) == (ErrorCode.BAD_ARGUMENT, "'person_id' is missing")
    error = _refused(NewCredential, {"person_id": UUID_TEXT, "kind": "skill_certifcate"})
    assert (error.code, error.nearest) == (ErrorCode.UNKNOWN_CODE, "skill_certificate")


def test_blanks_around_text_are_taken_off() -> None:
    assert NewPerson(**{**GOOD, "name": " 示例甲 "}).name == "示例甲"
