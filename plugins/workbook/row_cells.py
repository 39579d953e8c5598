"""The cells of one row by field: their values, in the kinds that fields take, each fault with its cell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from core.files.cells import day, day_meant, is_nothing, text_of, whole_number, years, yes_or_no
from core.texts import Text, shorten
from core.vocabulary import Vocabulary
from plugins.findings import Finding, Place, Severity
from plugins.refusals import Refusal, refusal
from plugins.workbook.condition_words import Language
from plugins.workbook.layout import layout
from plugins.workbook.phrases import Phrases
from plugins.workbook.sheet import Table
from plugins.workbook.words import Miss, Words

LONGEST: Final = 4000  # characters of a cell


@dataclass(slots=True)
class Reading:
    """What rows are read with, and what came of it so far. ``owners`` are occupation codes by name."""

    table: Table
    file: str
    vocabulary: Vocabulary
    words: Words
    language: Language
    groups: Phrases
    owners: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)


class RowCells:
    """One row; ``number`` is its own number once that is read."""

    def __init__(self, reading: Reading, row: int) -> None:
        self.all, self._row = reading, row
        self.number: int | None = None
        self._note_formulas()
        self.number = self._own_number()

    def cell(self, name: str) -> str:
        """The cell of a field, or the row where the table has no such column."""
        column = self.all.table.columns.get(name)
        return self.all.table.sheet.at(self._row, 0 if column is None else column)

    @property
    def length(self) -> int:
        """How many characters the row holds, merged cells filled down."""
        return sum(len(text_of(self.value(name))) for name in self.all.table.columns)

    def value(self, name: str) -> object:
        """What fills a field, merged cells filled down."""
        column = self.all.table.columns.get(name)
        return "" if column is None else self.all.table.sheet.filled(self._row, column)

    def refuse(
        self,
        code: Refusal,
        name: str,
        what: Text,
        nearest: str | None = None,
        value: object = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """A finding at the cell of a field, its header before what is wrong."""
        header = layout().column(name).header
        said = self.value(name) if value is None else value
        place = Place(file=self.all.file, row=self.number, cell=self.cell(name), entry=name)
        text = Text(f"{header.zh}{what.zh}", f"{header.en} {what.en}")
        self.all.findings.append(
            refusal(code, text, place, value=text_of(said) or None, nearest=nearest, severity=severity)
        )

    def _note_formulas(self) -> None:
        """Formulas that fill a field: the result that was saved is what counts."""
        formulas = self.all.table.sheet.notes.formulas
        for name, column in self.all.table.columns.items():
            if (self._row, column) in formulas:
                what = Text(
                    "是公式，按保存的结果读取；请改为数值", "is a formula, read by its saved result; put in the value"
                )
                self.refuse(Refusal.FORMULA, name, what, severity=Severity.WARNING)

    def text(self, name: str) -> str | None:
        """The text of a field, None where it is blank or a dash."""
        text = text_of(self.value(name))
        if len(text) > LONGEST:
            what = Text(f"超过 {LONGEST} 个字；请精简", f"is longer than {LONGEST} characters; shorten it")
            self.refuse(Refusal.TOO_LARGE, name, what)
            return None
        return None if is_nothing(text) else text

    def needed(self, name: str) -> str | None:
        """The text of a field that must not be blank."""
        text = self.text(name)
        if text is None and len(text_of(self.value(name))) <= LONGEST:
            self.empty(name)
        return text

    def empty(self, name: str, nearest: str | None = None) -> None:
        """The finding of a blank field."""
        self.refuse(Refusal.EMPTY_CELL, name, Text("为空；请填写", "is empty; fill it in"), nearest)

    def _own_number(self) -> int | None:
        text = self.needed("number")
        number = whole_number(text) if text else None
        if text and not number:
            self.refuse(Refusal.NUMBER, "number", Text("应为不小于 1 的整数", "should be a whole number from 1"))
        return number or None

    def named(self, name: str, find: Callable[[str], str | Miss]) -> str | None:
        """The code that a field's word means."""
        text = self.needed(name)
        if text is None:
            return None
        found = find(text)
        if isinstance(found, Miss):
            self._unknown(name, found)
            return None
        return found

    def _unknown(self, name: str, miss: Miss) -> None:
        said = shorten(text_of(self.value(name)), 40)
        hint = miss.hint or Text("不在词表中；请改正", "is not in the vocabulary; correct it")
        self.refuse(Refusal.UNKNOWN_NAME, name, Text(f"“{said}”{hint.zh}", f"'{said}' {hint.en}"), miss.nearest)

    def day(self, name: str) -> date | None:
        """The date of a field, None where it is blank."""
        value = self.value(name)
        if is_nothing(value):
            return None
        found = day(value)
        if found is None:
            meant = day_meant(value)
            what = (
                Text("是数字；请把单元格设为日期格式", "is a number; format the cell as a date")
                if meant
                else Text("不是存在的日期；写法如 2026-03-15", "is no date that exists; write it like 2026-03-15")
            )
            self.refuse(Refusal.DATE, name, what, meant.isoformat() if meant else None)
        return found

    def yes(self, name: str) -> bool:
        """Whether a field says yes."""
        found = yes_or_no(self.value(name))
        if found is None:
            self.refuse(Refusal.YES_OR_NO, name, Text("应为“是”或“否”", "should be 是 (yes) or 否 (no)"))
        return bool(found)

    def years(self, name: str) -> int | None:
        """The years of a field, None where it is blank."""
        value = self.value(name)
        if is_nothing(value):
            return None
        found = years(value)
        if found is None:
            what = Text("应为整年数；写法如 2 或 满2年", "should be whole years; write it like 2 or 满2年")
            self.refuse(Refusal.NUMBER, name, what)
        return found
