"""What the case files say to a clerk who mistypes something."""

from pathlib import Path

import pytest

from tests.core.case_form import CaseFault, read_all, read_file
from tests.core.case_runner import World, differences

PERSON = '[person."焊工"]\nborn = 1990-01-01\nwork = [{ as = "焊工", from = 2010-01-01 }]\n'
CASE = """
[[case]]
name = "焊工满五年"
day = 2026-01-01
person = "焊工"
target = "焊工 中级工"
route = "national.skill.l4-1"
expect = { state = "now" }
why = "四级第1项"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "cases.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read_and_holds(tmp_path: Path) -> None:
    (case,) = read_file(written(tmp_path, PERSON + CASE))
    assert case.id == "cases: 焊工满五年"
    assert differences(World(), case) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('why = "四级第1项"', "", "cases.toml · 焊工满五年: 缺少“case.why” (missing)"),
        (
            'route = "',
            'rout = "',
            "cases.toml · 焊工满五年: 不认识的键“case.rout” (unknown key)；最接近的写法 nearest: route",
        ),
        (
            "from = 2010-01-01 }]",
            "form = 2010-01-01 }]",
            "cases.toml · person.焊工: 不认识的键“person.焊工.work.form” (unknown key)；最接近的写法 nearest: from",
        ),
        (
            'person = "焊工"',
            'person = "焊工们"',
            "cases.toml · 焊工满五年: 没有名为“焊工们”的人物 (no such person)；最接近的写法 nearest: 焊工",
        ),
        ('"now"', '"later"', "cases.toml · 焊工满五年: “case.expect.state”不合要求: Input should be 'now', 'on_date',"),
        ('{ state = "now" }', '{ state = "on_date" }', "on_date needs may_apply_from"),
        ('{ state = "now" }', '{ state = "missing" }', "missing needs the list 'missing', or too_late = true"),
        (
            "day = 2026-01-01",
            'day = "2026-01-01"',
            "“case.day”不合要求: Input should be a valid date",
        ),
        ("[[case]]", "[[case]", "cases.toml: 不是有效的 TOML (not valid TOML): "),
        ("work = [", "credentials = [{ on = 2020-01-01 }]\nwork = [", "one of skill, vocational, title, qualification"),
    ],
)
def test_the_form_is_strict(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = PERSON + CASE
    assert old in text
    with pytest.raises(CaseFault) as caught:
        read_file(written(tmp_path, text.replace(old, new, 1)))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'target = "焊工 中级工"',
            'target = "焊接工 中级工"',
            "职业“焊接工”不在词表中 (unknown)；最接近的写法 nearest: ",
        ),
        (
            'target = "焊工 中级工"',
            'target = "焊工 中极工"',
            "等级“中极工”不在词表中 (unknown)；最接近的写法 nearest: 中级工",
        ),
        ('"焊工 中级工"', '"焊工中级工"', "须写作“职业或专业 等级”，收到“焊工中级工”"),
        ('as = "焊工"', 'as = "焊 工"', "职业“焊 工”不在词表中 (unknown)；最接近的写法 nearest: 焊工"),
        (
            '"national.skill.l4-1"',
            '"national.skil.l4-1"',
            "没有路径“national.skil.l4-1” (no such route)；最接近的写法 nearest: national.skill.l4-1",
        ),
        (
            "route = ",
            'scheme = "example_yart"\nroute = ',
            "没有方案“example_yart” (no such scheme)；最接近的写法 nearest: example_yard",
        ),
    ],
)
def test_unknown_words_are_answered_with_the_nearest(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = PERSON + CASE
    assert old in text
    (case,) = read_file(written(tmp_path, text.replace(old, new, 1)))
    with pytest.raises(CaseFault) as caught:
        differences(World(), case)
    assert message in str(caught.value)
    assert "cases.toml · 焊工满五年" in str(caught.value)


def test_one_name_is_used_once(tmp_path: Path) -> None:
    written(tmp_path, PERSON + CASE + CASE)
    with pytest.raises(CaseFault, match=r"名称已在 cases\.toml 用过"):
        read_all(tmp_path)


@pytest.mark.parametrize(
    ("expect", "difference"),
    [
        ('{ state = "on_date", may_apply_from = 2027-01-01 }', "state: expected on_date, got now"),
        ('{ state = "absent" }', "state: expected absent, got now"),
        ('{ state = "missing", missing = ["满5年"] }', "missing: expected a condition with “满5年”, got []"),
        ('{ state = "now", blocks = ["fraud_bar"] }', "blocks: expected ['fraud_bar'], got []"),
        ('{ state = "now", fulfilled_on = 2026-01-01 }', "fulfilled_on: expected 2026-01-01, got 2015-01-01"),
        ('{ state = "now", mode = "contest" }', "mode: expected contest, got promotion"),
        ('{ state = "now", conditions = 2 }', "conditions: expected 2, got 1"),
        ('{ state = "now", appointment = true }', "appointment: expected True, got False"),
    ],
)
def test_a_wrong_expectation_is_told_in_words(tmp_path: Path, expect: str, difference: str) -> None:
    (case,) = read_file(written(tmp_path, PERSON + CASE.replace('{ state = "now" }', expect)))
    assert difference in differences(World(), case)
