"""What a list for export is made of: columns by key, each with its header and with what prescribes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.citations import Citation
from core.errors import ErrorCode, GuantongError, Where, unknown_code
from core.texts import Text

Cell = str | int | date | None
Cells = Mapping[str, Cell]


class ExportKind(StrEnum):
    """Which list (导出名单)."""

    ROSTER = "roster"
    APPLICATIONS = "applications"
    RESULTS = "results"
    SKILL_CERTIFICATES = "skill_certificates"
    TITLE_CERTIFICATES = "title_certificates"
    NOTICE = "notice"
    COMMITTEE = "committee"
    AUDIT = "audit"


class ExportFormat(StrEnum):
    """As which kind of file (导出格式)."""

    XLSX = "xlsx"
    CSV = "csv"
    DOCX = "docx"
    PDF = "pdf"


FORMATS = {
    ExportFormat.XLSX: Text("Excel 工作簿", "Excel workbook"),
    ExportFormat.CSV: Text("CSV 文本（UTF-8，带 BOM）", "CSV text (UTF-8 with its mark)"),
    ExportFormat.DOCX: Text("Word 文书", "Word paper"),
    ExportFormat.PDF: Text("PDF 文书", "PDF paper"),
}
MEDIA_TYPES = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv",
    ExportFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ExportFormat.PDF: "application/pdf",
}

PAPERS = frozenset({ExportFormat.DOCX, ExportFormat.PDF})


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``citation`` is what prescribes its header; one without is the platform's own.

    ``is_guarded``: it holds identity numbers in full, is given on request only and by who may read them.
    ``note`` says what a reader would otherwise take for prescribed.
    """

    key: str
    header: Text
    citation: Citation | None = None
    is_guarded: bool = False
    note: Text | None = None
    width: int = 14

    @property
    def is_prescribed(self) -> bool:
        """Whether a document names the column; all others are platform defaults."""
        return self.citation is not None


@dataclass(frozen=True, slots=True)
class ListForm:
    """The columns of one list, in their order."""

    kind: ExportKind
    name: Text
    columns: tuple[Column, ...]

    def chosen(self, keys: Sequence[str] | None) -> tuple[Column, ...]:
        """The columns of ``keys`` in that order; all that are not guarded where none were chosen."""
        if keys is None:
            return tuple(column for column in self.columns if not column.is_guarded)
        if not keys:
            raise _bad(Text("至少选择一列", "choose a column at least"))
        known = {column.key: column for column in self.columns}
        for key in keys:
            if key not in known:
                raise unknown_code(Text("导出列", "export column"), key, list(known), Where(entry="columns"))
        repeated = next((key for at, key in enumerate(keys) if key in keys[:at]), None)
        if repeated is not None:
            raise _bad(Text(f"“{repeated}”列选择了两次", f"column '{repeated}' is chosen twice"))
        return tuple(known[key] for key in keys)


def _bad(what: Text) -> GuantongError:
    return GuantongError(ErrorCode.BAD_ARGUMENT, what, where=Where(entry="columns"))
