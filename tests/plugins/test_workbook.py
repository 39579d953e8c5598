"""Reading the catalog's workbook: authors' habits are understood, every fault has its cell, nothing is guessed."""

import random
from datetime import date
from typing import Any

import pytest

from plugins.catalog_form import RowForm
from plugins.findings import Severity
from plugins.workbook.layout import layout
from plugins.workbook.reader import CatalogReading, read_catalog
from tests.plugins.hostile.workbooks import FIELDS, HEADER, SOUND, book, drawn, manifest, write

MANIFEST = manifest()


def read(data: bytes) -> CatalogReading:
    return read_catalog(data, MANIFEST)


def rows(data: bytes) -> list[RowForm]:
    reading = read(data)
    assert reading.findings == ()
    assert reading.form is not None
    return reading.form.row


def test_a_workbook_as_authors_make_it() -> None:
    """A merged title, a header of two rows, merged cells down, other words, full-width digits, blank rows, a note."""

    def fill(sheet: Any, workbook: Any) -> None:
        grey = workbook.add_format({"bg_color": "#cccccc"})
        sheet.merge_range(0, 0, 0, 12, "某某公司技能人才与专业技术人才职业融合发展对应关系目录", grey)
        for column, name in enumerate(
            ["序 号", "职业编码", "职业名称", "职业技能等级", "职称系列", "评审专业", "职称级别"]
        ):
            sheet.merge_range(2, column, 3, column, name)
        sheet.merge_range(2, 7, 2, 9, "技能->职称")
        sheet.merge_range(2, 10, 2, 11, "职称—>技能")
        sheet.write_row(3, 7, ["年限（年）", "条款", "条件", "年限", "条款"])
        sheet.merge_range(2, 12, 3, 12, "施行日期")
        sheet.write(2, 13, "备注")
        sheet.merge_range(4, 1, 6, 1, "６－１８－０２－０４")
        sheet.merge_range(4, 2, 6, 2, "焊工")
        sheet.merge_range(4, 4, 6, 4, "工程系列")
        sheet.merge_range(4, 5, 6, 5, "机械专业")
        sheet.write_row(4, 0, ["１"])
        sheet.write_row(4, 6, ["助理工程师", "满2年", "第六条", "工艺改进≥１", "一年", "第七条", "2026.3.15", "随意"])
        sheet.write(4, 3, "三级/高级工")
        sheet.write_row(5, 0, [2.0])
        sheet.write_row(5, 6, ["工程师", "２年", "第六条", None, "—", "—", "2026年3月15日"])
        sheet.write(5, 3, "二级")
        sheet.write_row(6, 0, ["三"])
        sheet.write_row(6, 6, ["副高", "四年", "第六条", "工艺改进 不少于 两项；满3年【第九条】", None, None])
        sheet.write_datetime(6, 12, date(2026, 3, 15))
        sheet.write(6, 3, "高级技师（一级）")
        for row in range(7, 40):
            for column in range(14):
                sheet.write_blank(row, column, None, grey)
        sheet.merge_range(40, 0, 40, 12, "注：本目录自印发之日起施行。")
        sheet.write(41, 0, "填表人：某某")

    first, second, third = rows(drawn(fill, "Sheet1"))
    assert {(row.occupation, row.series, row.specialty) for row in (first, second, third)} == {
        ("6-18-02-04", "engineering", "mechanical")
    }
    assert [row.number for row in (first, second, third)] == [1, 2, 3]
    assert [row.skill_level for row in (first, second, third)] == ["senior_worker", "technician", "senior_technician"]
    assert [row.title_level for row in (first, second, third)] == ["assistant", "intermediate", "associate_senior"]
    assert [row.skill_to_title.years for row in (first, second, third) if row.skill_to_title] == [2, 2, 4]
    assert first.title_to_skill is not None
    assert (first.title_to_skill.years, second.title_to_skill, third.title_to_skill) == (1, None, None)
    assert {row.from_ for row in (first, second, third)} == {date(2026, 3, 15)}
    assert third.skill_to_title is not None
    assert [need.clause for need in third.skill_to_title.requires] == ["第六条", "第九条"]


@pytest.mark.parametrize(
    ("field", "written", "meant"),
    [
        ("skill_level", "学徒工", "apprentice"),
        ("skill_level", "五级/初级工", "junior_worker"),
        ("skill_level", "三级", "senior_worker"),
        ("skill_level", "技师(二级)", "technician"),
        ("skill_level", "一级高级技师", "senior_technician"),
        ("skill_level", "Chief Technician", "chief_technician"),
        ("series", "工程", "engineering"),
        ("series", "工程技术人员系列", "engineering"),
        ("specialty", "机械专业", "mechanical"),
        ("specialty", "电 气", "electrical"),
        ("title_level", "中级职称", "intermediate"),
        ("title_level", "正高", "full_senior"),
        ("title_level", "技术员", "staff"),
        ("title_level", "正高级工程师", "full_senior"),
        ("trade", "手工焊", "手工焊"),
        ("related", "6-23-02-01", ["6-23-02-01"]),
        ("related", "6-23-02-01 金属船体制造工、6—18—02—04（焊工）", ["6-23-02-01", "6-18-02-04"]),
        ("groups", "一线人员", ["line"]),
        ("groups", "line", ["line"]),
        ("dual_certificate", "√", True),
        ("dual_certificate", "×", False),
        ("dual_track", "是", True),
        ("until", "20301231", date(2030, 12, 31)),
        ("until", "2030/12/31", date(2030, 12, 31)),
    ],
)
def test_one_word_and_what_it_means(field: str, written: str, meant: object) -> None:
    [row] = rows(book({field: written}))
    assert getattr(row, field) == meant


def test_a_title_named_like_a_skill_level_is_a_title_where_the_series_has_it() -> None:
    [row] = rows(book({"series": "卫生技术人员", "specialty": "技术类", "title_level": "技师"}))
    assert (row.title_level, row.skill_level) == ("assistant", "technician")


def test_the_same_table_in_english() -> None:
    english = [column.header.en for column in layout().columns]
    [row] = rows(
        book(
            {"skill_level": "technician", "series": "Engineering professionals", "title_level": "Engineer"},
            header=english,
        )
    )
    assert (row.skill_level, row.series, row.title_level) == ("technician", "engineering", "intermediate")


def test_cells_are_known_by_row_number_and_field() -> None:
    reading = read(book({"number": 7}, {"number": 9}))
    assert reading.cells[7, "skill_level"] == "对应关系目录!E2"
    assert reading.cells[9, "skill_to_title.years"] == "对应关系目录!I3"
    assert len(reading.cells) == 2 * len(FIELDS)


# --- what is refused ----------------------------------------------------------------------------------------------

REFUSED = [
    ({"skill_level": "高级计师"}, "WBK012", "E2", "技能等级“高级计师”不在词表中；请改正", "高级技师"),
    ({"skill_level": "工程师"}, "WBK012", "E2", "技能等级“工程师”不在词表中；请改正", None),
    ({"title_level": "初级"}, "WBK012", "H2", "职称层级“初级”含助理级、员级，请写明其一", "助理级"),
    ({"title_level": "高级"}, "WBK012", "H2", "职称层级“高级”含副高级、正高级，请写明其一", "副高级"),
    ({"title_level": "技师"}, "WBK012", "H2", "职称层级“技师”这是技能等级，不是该系列的职称", None),
    ({"title_level": "讲师"}, "WBK012", "H2", "职称层级“讲师”不在词表中；请改正", None),
    ({"series": "工程技木人员"}, "WBK012", "F2", "职称系列“工程技木人员”不在词表中；请改正", "工程技术人员"),
    ({"specialty": "机戒"}, "WBK012", "G2", "职称专业“机戒”不在词表中；请改正", "机械"),
    ({"occupation": "6-18-02-40"}, "WBK012", "B2", "职业编码“6-18-02-40”不在职业分类中；请核对", "6-18-02-04"),
    ({"occupation": "焊工"}, "WBK012", "B2", "职业编码“焊工”格式应为 6-18-01-01", "6-18-02-04"),
    (
        {"occupation_name": "车工"},
        "WBK013",
        "B2",
        "职业编码6-18-02-04 是“焊工”，不是“车工”，“车工”的编码是 6-18-01-01",
        "焊工",
    ),
    ({"occupation_name": None}, "WBK008", "C2", "职业名称为空；请填写", "焊工"),
    ({"occupation": None}, "WBK008", "B2", "职业编码为空；请填写", "6-18-02-04"),
    ({"skill_level": None}, "WBK008", "E2", "技能等级为空；请填写", None),
    ({"number": None}, "WBK008", "A2", "序号为空；请填写", None),
    ({"number": "甲"}, "WBK009", "A2", "序号应为不小于 1 的整数", None),
    ({"skill_to_title.years": "满2年半"}, "WBK009", "I2", "技能→职称 年限应为整年数；写法如 2 或 满2年", None),
    ({"skill_to_title.years": 1.5}, "WBK009", "I2", "技能→职称 年限应为整年数；写法如 2 或 满2年", None),
    ({"skill_to_title.clause": None}, "WBK015", "J2", "技能→职称 条款为空，而该方向另有内容；请填写条款", None),
    (
        {"skill_to_title.requires": "工艺革新 ≥ 1"},
        "WBK014",
        "K2",
        "“工艺革新”不是已声明的材料；可用：工艺改进（项）",
        "工艺改进（项）",
    ),
    (
        {"skill_to_title.requires": "工艺改进 一项"},
        "WBK014",
        "K2",
        "此处应为“≥”，而不是“一”；写法如 工艺改进 ≥ 1",
        None,
    ),
    ({"related": "6-23-02-01 焊工"}, "WBK013", "O2", "6-23-02-01 是“金属船体制造工”，不是“焊工”", "金属船体制造工"),
    ({"related": "焊工"}, "WBK012", "O2", "相关职业应写职业编码", "6-18-02-04"),
    ({"groups": "一线人圆"}, "WBK012", "P2", "适用人群“一线人圆”未在 scheme.toml 中声明；可用：一线人员", "一线人员"),
    ({"dual_certificate": "也许"}, "WBK011", "Q2", "一评双证应为“是”或“否”", None),
    ({"from": "2026.2.30"}, "WBK010", "S2", "施行日期不是存在的日期；写法如 2026-03-15", None),
    ({"from": 46096}, "WBK010", "S2", "施行日期是数字；请把单元格设为日期格式", "2026-03-15"),
    ({"trade": "焊" * 4001}, "ART015", "D2", "工种超过 4000 个字；请精简", None),
]


@pytest.mark.parametrize(("row", "code", "cell", "says", "nearest"), REFUSED, ids=lambda one: str(one)[:40])
def test_a_cell_that_is_refused(row: dict[str, Any], code: str, cell: str, says: str, nearest: str | None) -> None:
    reading = read(book(row))
    assert reading.form is None
    [finding] = reading.findings
    assert (finding.code, finding.place.cell) == (code, f"对应关系目录!{cell}")
    assert says in finding.what.zh
    assert finding.nearest == nearest
    assert finding.what.en
    assert finding.place.file == "catalog.xlsx"


def test_all_faults_of_all_rows_are_collected() -> None:
    reading = read(book({"skill_level": "甲", "from": "x"}, {"number": 1, "title_level": "乙"}))
    assert [(one.code, one.place.cell) for one in reading.findings] == [
        ("WBK012", "对应关系目录!E2"),
        ("WBK010", "对应关系目录!S2"),
        ("WBK012", "对应关系目录!H3"),
        ("WBK016", "对应关系目录!A3"),
    ]
    assert reading.findings[-1].what.zh == "序号 1 已用于 对应关系目录!A2；请改用其他序号"
    assert reading.findings[0].place.row == 1


def test_columns_that_are_missing_repeated_or_unknown() -> None:
    header = [*HEADER[:4], "技能等纪", *HEADER[5:9], "备注", "职业名称", "部门"]
    codes = [
        (one.code, one.severity.value, one.place.cell, one.what.zh, one.nearest)
        for one in read(book({}, header=header)).findings
    ]
    assert codes == [
        ("WBK006", "error", "对应关系目录!E1", "列“技能等纪”无法识别；请改为模板的列名，或改名为“备注”", "技能等级"),
        ("WBK006", "error", "对应关系目录!K1", "列“职业名称”重复，已在 对应关系目录!C1；只留一列", None),
        ("WBK006", "notice", "对应关系目录!L1", "列“部门”不在模板中，未读取", None),
        ("WBK005", "error", "对应关系目录", "缺少列“技能等级”；请按模板补上", "技能等纪"),
    ]


def test_no_sheet_or_several_with_the_header() -> None:
    [finding] = read(drawn(lambda sheet, _: sheet.write(0, 0, "你好"))).findings
    assert (finding.code, finding.value) == ("WBK004", "对应关系目录")
    assert finding.what.zh.startswith("没有一张表带目录表头")

    def twice(sheet: Any, workbook: Any) -> None:
        for one in (sheet, workbook.add_worksheet("乙")):
            one.write_row(0, 0, HEADER)
            write(one, 1, SOUND)

    [finding] = read(drawn(twice, "甲")).findings
    assert finding.what.zh == "有 2 张表带目录表头；请合并到名为“对应关系目录”的一张表"
    assert read(drawn(twice)).findings == (), "the sheet of that name is the catalog, whatever else there is"


def test_what_only_deserves_attention() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        write(sheet, 1, SOUND)
        sheet.write_formula(1, 0, "=ROW()-1", None, 1)
        write(sheet, 2, {**SOUND, "number": 2})
        sheet.set_row(2, options={"hidden": True})
        sheet.set_column(8, 8, options={"hidden": True})

    reading = read(drawn(fill))
    assert reading.form is not None
    assert {one.severity for one in reading.findings} == {Severity.WARNING}
    assert [(one.code, one.place.cell, one.what.zh) for one in reading.findings] == [
        ("WBK018", "对应关系目录!A3", "隐藏的内容也已读取；请取消隐藏或删除"),
        ("WBK018", "对应关系目录!I1", "隐藏的内容也已读取；请取消隐藏或删除"),
        ("WBK017", "对应关系目录!A2", "序号是公式，按保存的结果读取；请改为数值"),
    ]


def test_what_the_form_refuses_is_told_by_cell() -> None:
    [finding] = read(book({"skill_to_title.requires": f"满{'9' * 12}年"})).findings
    assert (finding.code, finding.place.cell, finding.place.row) == ("ART017", "对应关系目录!K2", 1)


def test_500_rows_are_read() -> None:
    data = book(*({"skill_to_title.requires": "工艺改进 ≥ 1；满3年 或 竞赛（世界技能大赛）≥ 金牌"} for _ in range(500)))
    assert len(rows(data)) == 500


def test_a_cell_merged_over_hundreds_of_rows_is_not_read_hundreds_of_times() -> None:
    def fill(sheet: Any, _: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        for row in range(1, 900):
            write(sheet, row, {**SOUND, "number": row})
        sheet.merge_range(1, FIELDS.index("trade"), 899, FIELDS.index("trade"), "焊" * 3000)

    [finding] = read(drawn(fill)).findings
    assert (finding.code, finding.what.zh) == ("WBK002", "目录超过 500000 个字；请精简或分为几个方案")


def test_words_at_random_never_raise() -> None:
    chance = random.Random(7)
    pieces = [
        "工艺改进",
        "≥",
        "1",
        "；",
        "或",
        "且",
        "（",
        "）",
        "【",
        "】",
        "「",
        "」",
        "+",
        "满",
        "3年",
        "竞赛",
        "金牌",
        " ",
        "\n",
        "x",
        "、",
    ]
    for _ in range(300):
        text = "".join(chance.choices(pieces, k=chance.randint(1, 12)))
        reading = read(book({"skill_to_title.requires": text}))
        assert (reading.form is None) == bool(reading.findings)
