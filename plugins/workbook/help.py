"""The sheet 说明: what each column takes, how conditions are written, and which names the scheme declares."""

from collections.abc import Iterator
from typing import Final

from core.vocabulary.terms import RANKS, TIERS
from plugins.manifest import Manifest
from plugins.workbook.layout import layout

FIELDS: Final = {
    "number": ("每行一个，不重复", "one for each row, none twice"),
    "occupation": (
        "职业分类大典编码，须与职业名称一致",
        "code of the national classification; must agree with the name",
    ),
    "occupation_name": ("与编码对应的职业名称", "the name that the classification gives the code"),
    "trade": ("可不填", "may be left out"),
    "skill_level": ("学徒工至首席技师，也可写 三级/高级工", "from 学徒工 to 首席技师; 三级/高级工 is read as well"),
    "series": ("27 个职称系列之一", "one of the 27 title series"),
    "specialty": ("该系列的专业", "a specialty of the series"),
    "title_level": (
        "员级、助理级、中级、副高级、正高级，或该系列的职称名称；不写“初级”“高级”",
        "one of the five levels or a title of the series; 初级 and 高级 name two levels and are refused",
    ),
    "skill_to_title.years": ("整年数；不填则按政策年限", "whole years; blank takes the policy's"),
    "skill_to_title.clause": ("方案条款；该方向不开放则填 —", "clause of the scheme; — where this direction is closed"),
    "skill_to_title.requires": ("见下方“条件的写法”", "see below how conditions are written"),
    "title_to_skill.years": ("整年数；不填则按政策年限", "whole years; blank takes the policy's"),
    "title_to_skill.clause": ("方案条款；该方向不开放则填 —", "clause of the scheme; — where this direction is closed"),
    "title_to_skill.requires": ("见下方“条件的写法”", "see below how conditions are written"),
    "related": ("其他计入年限的职业编码，用；分开", "further occupations whose work counts, separated by ；"),
    "groups": ("scheme.toml 中声明的人群，用；分开", "groups that scheme.toml declares, separated by ；"),
    "dual_certificate": ("是 或 否", "是 (yes) or 否 (no)"),
    "dual_track": ("是 或 否", "是 (yes) or 否 (no)"),
    "from": ("不填则自方案施行之日", "blank: from the scheme's own first day"),
    "until": ("该日起不再有效；不填则同方案", "no longer in force from this day; blank: as the scheme"),
}
CONDITIONS: Final = (
    ("材料 ≥ 数量", "工艺改进 ≥ 1"),
    ("几种材料合计 sum", "工艺改进 + 技术攻关 ≥ 2"),
    ("竞赛 competition", "竞赛（全国技能大赛、世界技能大赛）≥ 优胜奖"),
    ("年限 years", "满3年"),
    ("各条都要 all", "工艺改进 ≥ 1；技术攻关 ≥ 1"),
    ("其一即可 any", "技术攻关 ≥ 2 或 竞赛（世界技能大赛）≥ 优胜奖"),
    ("分组 grouped", "（满3年 且 技术攻关 ≥ 1）或 技术攻关 ≥ 3"),
    ("另有条款 own clause", "工艺改进 ≥ 1【第九条】"),
    ("另有说法 own wording", "工艺改进 ≥ 1「工艺革新｜process innovation」"),
)


def help_lines(manifest: Manifest) -> Iterator[tuple[str, ...]]:
    """The lines of the sheet: a name, Chinese, English."""
    yield ("列 Column", "填写要求", "What it takes")
    for column in layout().columns:
        yield (f"{column.header.zh} {column.header.en}", *FIELDS[column.field])
    yield from (("",), ("条件的写法 Conditions", "写法", "Written"))
    for name, example in CONDITIONS:
        yield (name, example, example)
    yield from (("",), ("可用的材料 Evidence", "中文", "English"))
    for one in manifest.evidence:
        yield (one.key, one.zh, one.en)
    yield from (("",), ("可用的人群 Groups", "中文", "English"))
    for group in manifest.group:
        yield (group.key, group.zh, group.en)
    yield from (("",), ("竞赛级别与名次 Competitions", "中文", "English"))
    for word in (*TIERS.values(), *RANKS.values()):
        yield ("", word.zh, word.en)
