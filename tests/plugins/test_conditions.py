"""The grammar of conditions: what texts mean, what is said of those that mean nothing, and back to text."""

from typing import Any

import pytest

from core.errors import GuantongError
from plugins.catalog_form import RuleForm
from plugins.manifest import Manifest
from plugins.need_forms import EvidenceNeed
from plugins.standards_forms import EvidenceForm
from plugins.workbook.condition_reading import read_conditions
from plugins.workbook.condition_words import Language
from plugins.workbook.condition_writing import write_conditions
from tests.plugins.hostile.workbooks import manifest


def declared(**names: str) -> Manifest:
    kinds = [
        EvidenceForm(key=key, zh=zh, en=key.replace("_", " "), kind="contribution", most=9) for key, zh in names.items()
    ]
    return manifest().model_copy(update={"evidence": kinds})


LANGUAGE = Language.of(
    declared(improvement="工艺改进（项）", breakthrough="技术攻关", either="改进或革新（项）", plus="C++ 程序")
)
CLAUSE = "第六条"


def need(key: str, amount: int, zh: str, en: str, clause: str = CLAUSE) -> dict[str, Any]:
    return {"evidence": [key], "at_least": amount, "zh": zh, "en": en, "clause": clause}


IMPROVED = need("improvement", 1, "工艺改进（项）", "improvement")
BROKE = need("breakthrough", 2, "技术攻关", "breakthrough")
GOLD = {"contest_tiers": ["national", "world"], "contest_rank": "gold", "clause": CLAUSE}
THREE = {"years": 3, "clause": CLAUSE}

MEANT = [
    ("工艺改进 ≥ 1", [IMPROVED]),
    ("工艺改进（项）≥1", [IMPROVED]),
    ("工艺改进(项) >= １", [IMPROVED]),
    ("improvement 不少于 一项", [IMPROVED]),
    ("IMPROVEMENT至少1", [IMPROVED]),
    ("工艺改进≥1；技术攻关≥2", [IMPROVED, BROKE]),
    ("工艺改进≥1;\n技术攻关≥2；", [IMPROVED, BROKE]),
    ("改进或革新 ≥ 4", [need("either", 4, "改进或革新（项）", "either")]),
    ("C++ 程序 ≥ 4", [need("plus", 4, "C++ 程序", "plus")]),
    ("工艺改进≥1【第九条；第十条】", [{**IMPROVED, "clause": "第九条；第十条"}]),
    ("工艺改进≥1「革新 ｜ innovation」", [{**IMPROVED, "zh": "革新", "en": "innovation"}]),
    ("工艺改进≥1「革新」", [{**IMPROVED, "zh": "革新"}]),
    (
        "工艺改进 + 技术攻关 ≥ 2",
        [
            {
                "evidence": ["improvement", "breakthrough"],
                "at_least": 2,
                "zh": "工艺改进（项）与技术攻关合计",
                "en": "improvement and breakthrough together",
                "clause": CLAUSE,
            }
        ],
    ),
    ("竞赛（全国技能大赛、世界技能大赛）≥ 金牌", [GOLD]),
    ("竞赛(national,WorldSkills) >= gold", [GOLD]),
    ("满3年", [THREE]),
    ("满 三 年", [THREE]),
    ("工艺改进≥1 或 技术攻关≥2", [{"any": [IMPROVED, BROKE]}]),
    ("工艺改进≥1 且 技术攻关≥2", [{"all": [IMPROVED, BROKE]}]),
    ("工艺改进≥1 且 技术攻关≥2 或 满3年", [{"any": [{"all": [IMPROVED, BROKE]}, THREE]}]),
    ("工艺改进≥1 且（技术攻关≥2 或者 满3年）", [{"all": [IMPROVED, {"any": [BROKE, THREE]}]}]),
    ("（工艺改进≥1；技术攻关≥2）或 满3年", [{"any": [{"all": [IMPROVED, BROKE]}, THREE]}]),
    ("（工艺改进≥1 或 技术攻关≥2）或 满3年", [{"any": [IMPROVED, BROKE, THREE]}]),
    ("（（工艺改进≥1））", [IMPROVED]),
    ("", []),
    (" ；\n；", []),
]


@pytest.mark.parametrize(("text", "needs"), MEANT, ids=[text for text, _ in MEANT])
def test_what_a_text_means(text: str, needs: list[dict[str, Any]]) -> None:
    assert read_conditions(text, LANGUAGE, CLAUSE) == (needs, [])
    again = write_conditions(RuleForm.model_validate({"clause": CLAUSE, "requires": needs}).requires, LANGUAGE, CLAUSE)
    assert read_conditions(again, LANGUAGE, CLAUSE) == (needs, [])


KNOWN = "可用：工艺改进（项）、技术攻关、改进或革新（项）、C++ 程序"
UNREADABLE = [
    ("工艺改良 ≥ 1", f"“工艺改良”不是已声明的材料；{KNOWN}", "工艺改进（项）"),
    ("工艺改进项目 ≥ 1", f"“工艺改进项目”不是已声明的材料；{KNOWN}", "工艺改进（项）"),
    ("工艺改进", "此处应为“≥”，而不是“末尾”；写法如 工艺改进 ≥ 1", None),
    ("工艺改进 > 1", "此处应为“≥”，而不是“>”；写法如 工艺改进 ≥ 1", None),
    ("工艺改进 ≥ 2年", "此处应为不小于 1 的整数，不带年、月，而不是“2年”；写法如 工艺改进 ≥ 1", None),
    ("工艺改进 ≥ 0", "此处应为不小于 1 的整数，不带年、月，而不是“0”；写法如 工艺改进 ≥ 1", None),
    ("工艺改进 ≥ 1 技术攻关 ≥ 1", "此处应为；、或、且，而不是“技术攻关”；写法如 工艺改进 ≥ 1", None),
    ("工艺改进 ≥ 1 或", "此处应为材料，而不是“末尾”；写法如 工艺改进 ≥ 1", None),
    ("（工艺改进 ≥ 1", "此处应为“）”，而不是“末尾”；写法如 工艺改进 ≥ 1", None),
    ("工艺改进 ≥ 1）", "此处应为；、或、且，而不是“)”；写法如 工艺改进 ≥ 1", None),
    ("工艺改进 ≥ 1【第九条", "“【”没有对应的“】”", None),
    (
        "竞赛（全国大赛）≥ 金牌",
        "“全国大赛”不是已声明的竞赛级别；可用：企业竞赛、市级竞赛、省级竞赛、国家级行业竞赛、全国技能大赛、世界技能大赛",
        "全国技能大赛",
    ),
    ("竞赛（世界技能大赛）≥ 一等奖", "“一等奖”不是已声明的名次；可用：参赛、优胜奖、铜牌、银牌、金牌", None),
    ("竞赛（世界技能大赛）", "此处应为“）≥ 名次”，而不是“末尾”；写法如 工艺改进 ≥ 1", None),
    ("（" * 9 + "满3年" + "）" * 9, "括号超过 8 层；请拆开书写", None),
    ("工艺改进 ≥ 1；" * 500, "条件超过 4000 个字；请精简", None),
]


@pytest.mark.parametrize(("text", "says", "nearest"), UNREADABLE, ids=[text[:30] for text, *_ in UNREADABLE])
def test_what_is_said_of_a_text_that_means_nothing(text: str, says: str, nearest: str | None) -> None:
    _, [fault] = read_conditions(text, LANGUAGE, CLAUSE)
    assert (fault.what.zh, fault.nearest) == (says, nearest)
    assert fault.what.en


def test_one_fault_hides_neither_the_others_nor_what_is_sound() -> None:
    needs, faults = read_conditions("工艺改良≥1；技术攻关≥2；满三", LANGUAGE, CLAUSE)
    assert needs == [BROKE]
    assert len(faults) == 2


def test_a_name_of_two_kinds_of_evidence_is_never_guessed() -> None:
    language = Language.of(declared(first="攻关（项）", second="攻关（月）"))
    needs, faults = read_conditions("攻关 ≥ 1", language, CLAUSE)
    assert (needs, faults[0].what.zh) == ([], "“攻关”不是已声明的材料；可用：攻关（项）、攻关（月）")
    assert read_conditions("攻关（月）≥ 1", language, CLAUSE)[0][0]["evidence"] == ["second"]
    twins = Language.of(declared(first="攻关", second="攻关"))
    written = write_conditions(
        [EvidenceNeed(evidence=["second"], at_least=1, zh="攻关", en="second", clause=CLAUSE)], twins, CLAUSE
    )
    assert written == "second ≥ 1"


def test_what_a_cell_cannot_say_is_refused() -> None:
    odd = EvidenceNeed(evidence=["improvement"], at_least=1, zh="改进", en="x", clause="第【九】条")
    with pytest.raises(GuantongError, match="“第【九】条”含 '【'、'】'，工作簿中无法书写；请改写"):
        write_conditions([odd], LANGUAGE, CLAUSE)
