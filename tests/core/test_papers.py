"""Papers in Word and PDF: read back whole, every character with a glyph, rare ones told and not left out."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from pdfminer.cmapdb import CMapDB
from pdfminer.high_level import extract_pages, extract_text
from pdfminer.layout import LTChar

from core.exporting.files import open_writer
from core.exporting.form import Column, ExportFormat, ExportKind, ListForm
from core.exporting.papers import Glyphs, Head
from core.texts import Text
from core.vocabulary import load_vocabulary

NAME, LEVEL, DAY = (Column(key, Text(zh, key)) for key, zh in (("name", "姓名"), ("level", "等级"), ("day", "日期")))
FORM = ListForm(ExportKind.NOTICE, Text("公示名单", "public notice"), (NAME, LEVEL, DAY))
HEAD = Head("评价结果公示", ("评价单位：岭南船舶示例企业",), ("如有异议，请实名书面提出。",))
CMAP: Any = CMapDB.get_cmap("UniGB-UCS2-H")


def written(path: Path, format_: ExportFormat, *names: str, head: Head = HEAD) -> bytes:
    writer = open_writer(format_, path / "paper", FORM, FORM.columns, head)
    writer.write([{"name": name, "level": "技师（二级）", "day": date(2026, 3, 15)} for name in names])
    writer.close()
    return (path / "paper").read_bytes()


def has_glyph(letter: str) -> bool:
    """Whether the font's own table has a place for it; place 0 is an empty box."""
    return ord(letter) < 0x10000 and list(CMAP.decode(letter.encode("utf-16-be"))) not in ([], [0])


def test_a_pdf_says_what_it_was_told(tmp_path: Path) -> None:
    text = extract_text(io.BytesIO(written(tmp_path, ExportFormat.PDF, "示例甲", "<b>&amp;")))
    for told in (
        "评价结果公示",
        "岭南船舶示例企业",
        "姓名",
        "示例甲",
        "<b>&amp;",
        "技师（二级）",
        "2026年3月15日",
        "实名书面",
    ):
        assert told in text.replace("\n", ""), text


def test_every_character_of_a_pdf_has_a_glyph_and_the_font(tmp_path: Path) -> None:
    data = written(tmp_path, ExportFormat.PDF, "阿卜杜·示例", "镕堃喆犇", "䶮𠮷示例")
    letters = [one for page in extract_pages(io.BytesIO(data)) for one in _letters(page)]
    shown = {one.get_text() for one in letters if not one.get_text().isspace()}
    assert len(shown) > 30
    # The middle dot stands at the place of the katakana one, and is read back as itself.
    assert {letter for letter in shown if not has_glyph(letter.replace("·", "・"))} == set()
    assert {one.fontname for one in letters} == {"STSongStd-Light"}
    text = extract_text(io.BytesIO(data)).replace("\n", "")
    assert "〓〓示例" in text and "注：〓 为本字体未收的字，依出现先后为 U+4DAE、U+20BB7。" in text


def _letters(item: Any) -> list[LTChar]:
    if isinstance(item, LTChar):
        return [item]
    return [letter for one in item for letter in _letters(one)] if hasattr(item, "__iter__") else []


def test_what_passes_for_known_has_a_place_in_the_font() -> None:
    """Every character that is not replaced: all of GBK, and with it every word of the vocabulary."""
    passed = {letter for at in range(0x20, 0x10000) if not 0xD800 <= at < 0xE000 for letter in Glyphs().of(chr(at))}
    assert len(passed) > 21_000
    assert {letter for letter in passed if not has_glyph(letter)} == set()
    glyphs = Glyphs()
    for occupation in load_vocabulary().occupations.values():
        glyphs.of(occupation.name.zh)
    assert glyphs.missing == {}


def test_word_names_a_chinese_font_for_every_text(tmp_path: Path) -> None:
    paper: Any = Document(io.BytesIO(written(tmp_path, ExportFormat.DOCX, "示例甲", "䶮\x07𠮷")))
    [table] = paper.tables
    assert [cell.text for cell in table.rows[2].cells] == ["䶮𠮷", "技师（二级）", "2026年3月15日"]
    assert [one.text for one in paper.paragraphs][:2] == ["评价结果公示", "评价单位：岭南船舶示例企业"]
    runs = [run for row in table.rows for cell in row.cells for run in cell.paragraphs[0].runs]
    assert {run._r.rPr.rFonts.get(qn("w:eastAsia")) for run in runs} == {"宋体"}


@pytest.mark.parametrize("format_", [ExportFormat.PDF, ExportFormat.DOCX])
def test_a_card_has_a_page_of_its_own(tmp_path: Path, format_: ExportFormat) -> None:
    head = Head("职业技能等级证书", is_card=True)
    data = written(tmp_path, format_, "示例甲", "示例乙", "示例丙", head=head)
    if format_ is ExportFormat.PDF:
        assert len(list(extract_pages(io.BytesIO(data)))) == 3
        return
    paper: Any = Document(io.BytesIO(data))
    assert [one.text for one in paper.paragraphs if one.text] == ["职业技能等级证书"] * 3
    assert paper.element.xml.count('w:br w:type="page"') == 2
