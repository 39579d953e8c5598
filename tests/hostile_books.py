"""Workbooks that would harm whoever opens them, made from a sound one: what each is called, why it is refused."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.files.flaws import Harm
from core.files.workbook import WorkbookLimits

SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
DTD = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@dataclass(frozen=True)
class Book:
    """One workbook; ``says`` is part of the refusal in Chinese."""

    name: str
    data: bytes
    harm: Harm
    says: str


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def repacked(content: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def edited(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """A workbook with one of its parts changed."""
    return repacked(
        {name: change(text.decode()).encode() if name == part else text for name, text in parts(data).items()}
    )


def with_part(data: bytes, name: str, content: bytes = b"x") -> bytes:
    """A workbook with one part more, or another in its place."""
    return repacked({**parts(data), name: content})


def beside(data: bytes, text: str) -> bytes:
    """A workbook with more at the end of its rows, which ``text`` has to close."""
    return edited(data, SHEET, lambda xml: xml.replace("</sheetData>", text))


def with_long_text(data: bytes, length: int, rows: int, number: str = "{}") -> bytes:
    """A workbook whose every further cell names the one long text, whose number goes into ``number``."""
    last = parts(data)[TEXTS].decode().count("<si>")
    longer = edited(data, TEXTS, lambda xml: xml.replace("</sst>", f"<si><t>{'a' * length}</t></si></sst>"))
    value = f"<v>{number.format(last)}</v>"
    cells = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{column}{row}" t="s">{value}</c>' for column in "ABCDEFGHIJ") + "</row>"
        for row in range(100, 100 + rows)
    )
    return beside(longer, f"{cells}</sheetData>")


def with_sheets(data: bytes, count: int, corner: str) -> bytes:
    """A workbook with parts in the way of further sheets, each with one far cell, whether or not it names them."""
    row = re.sub(r"\D", "", corner)
    sheet = f'<worksheet><sheetData><row r="{row}"><c r="{corner}"><v>1</v></c></row></sheetData></worksheet>'
    return repacked({**parts(data), **{f"xl/worksheets/sheet{n}.xml": sheet.encode() for n in range(2, 2 + count)}})


def with_merges(data: bytes, *ranges: str) -> bytes:
    merged = "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
    return beside(data, f"</sheetData><mergeCells>{merged}</mergeCells>")


def harmful(sound: bytes, limits: WorkbookLimits) -> list[Book]:
    """Every kind of harm done to a sound workbook whose first sheet's texts are kept apart."""
    beyond = f"内容超出 {limits.bounds.rows} 行、{limits.bounds.columns} 列；请删去{limits.holds.zh}之外的内容"
    too_large = f"工作簿过大；请删去{limits.holds.zh}之外的内容"
    most = limits.archive
    return [
        *(Book(name, data, Harm.WORKBOOK_TOO_LARGE, beyond) for name, data in _far_apart(sound)),
        *(Book(name, data, Harm.ACTIVE_CONTENT, says) for name, data, says in _active(sound)),
        *(Book(name, data, Harm.NOT_A_WORKBOOK, says) for name, data, says in _malformed(sound)),
        *(Book(name, data, Harm.WORKBOOK_TOO_LARGE, says) for name, data, says in _multiplied(sound)),
        Book("a bomb", with_part(sound, "xl/media/a.png", bytes(most.entry + 1)), Harm.WORKBOOK_TOO_LARGE, too_large),
        Book(
            "many parts",
            repacked({f"{n}.xml": b"<x/>" for n in range(most.entries + 1)}),
            Harm.WORKBOOK_TOO_LARGE,
            too_large,
        ),
    ]


def _far_apart(sound: bytes) -> list[tuple[str, bytes]]:
    return [
        ("opposite corners", beside(sound, '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')),
        ("a cell far down without a name", beside(sound, '<row r="1048576"><c><v>1</v></c></row></sheetData>')),
        (
            "a cell far right",
            beside(sound, '<row r="9"><c r="XFD9" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'),
        ),
        ("a cell beyond the sheet", beside(sound, '<row r="9"><c r="ZZZZ9"><v>1</v></c></row></sheetData>')),
        ("nested without end", beside(sound, "<a>" * 100 + "</a>" * 100 + "</sheetData>")),
        ("many elements", beside(sound, '<row r="9">' + "<c/>" * 1_000_001 + "</row></sheetData>")),
    ]


def _active(sound: bytes) -> list[tuple[str, bytes, str]]:
    found = "含宏、嵌入对象或外部链接；请删除后另存"
    declared = "含文档类型定义；请另存为 .xlsx"
    return [
        ("a document type", edited(sound, SHEET, lambda x: x.replace("?>", f"?>{DTD}", 1)), declared),
        (
            "a document type beside",
            with_part(sound, "docProps/more.xml", f"{DTD}<x>&b;</x>".encode()),
            declared,
        ),
        ("macros", with_part(sound, "xl/vbaProject.bin"), found),
        ("old macros", with_part(sound, "xl/macrosheets/sheet1.xml", b"<x/>"), found),
        ("links to elsewhere", with_part(sound, "xl/externalLinks/externalLink1.xml", b"<x/>"), found),
        ("an embedded object", with_part(sound, "xl/embeddings/oleObject1.bin"), found),
    ]


def _malformed(sound: bytes) -> list[tuple[str, bytes, str]]:
    no_workbook = "不是可读的 XLSX 工作簿；请去掉密码并另存为 .xlsx"
    odd = "内部结构异常；请另存为 .xlsx"
    return [
        (
            "a cell outside its row",
            beside(sound, '<row r="1048576"><c r="A9"/><c><v>1</v></c></row></sheetData>'),
            "单元格不在其行内",
        ),
        ("broken XML", edited(sound, SHEET, lambda x: x.replace("</sheetData>", "")), "工作簿内部已损坏"),
        ("not UTF-8", edited(sound, SHEET, lambda x: x.replace("UTF-8", "UTF-16")), "内部"),
        ("in Latin-1", edited(sound, SHEET, lambda x: x.replace("UTF-8", "ISO-8859-1")), "内部编码不是 UTF-8"),
        (
            "a sheet by an odd name",
            edited(sound, "xl/_rels/workbook.xml.rels", lambda x: x.replace("sheet1.xml", "sheet1.vml")),
            odd,
        ),
        ("a number in two halves", with_long_text(sound, 9, 1, "<!-- -->{}"), odd),
        ("a text within a text", edited(sound, TEXTS, lambda x: x.replace("<si>", "<si><si></si>", 1)), odd),
        ("a value within a text", edited(sound, TEXTS, lambda x: x.replace("<si>", "<si><v></v>", 1)), odd),
        ("merged over one another", with_merges(sound, *["A1:XFD1048576"] * 2), "合并单元格相互重叠"),
        ("no workbook", repacked({SHEET: b"<x/>"}), "缺少 xl/workbook.xml；请另存为 .xlsx"),
        ("old or encrypted", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), no_workbook),
        ("no zip", b"no workbook", no_workbook),
        ("nothing", b"", no_workbook),
        ("an escape within", with_part(sound, "../x"), no_workbook),
    ]


def _multiplied(sound: bytes) -> list[tuple[str, bytes, str]]:
    """Small files whose reader would need gigabytes."""
    return [
        ("one long text for every cell", with_long_text(sound, 1_000_000, 200), "各单元格的文字共 20000"),
        ("its number written oddly", with_long_text(sound, 1_000_000, 200, "&#48;{}"), "各单元格的文字共 20000"),
        ("many sheets of one far cell", with_sheets(sound, 200, "AZ4999"), "各表共占 519896"),
    ]
