"""Core's look through a workbook, with the bounds of a catalog; what speaks against opening it becomes findings."""

from collections.abc import Mapping
from typing import Final

from core.files.workbook import WorkbookLimits
from core.files.workbook import look_through as look
from core.files.workbook_part import SheetNotes
from core.texts import Text
from plugins.archive import findings
from plugins.findings import Finding

LIMITS: Final = WorkbookLimits(Text("目录", "catalog"))


def look_through(data: bytes, file: str) -> Mapping[str, SheetNotes] | tuple[Finding, ...]:
    """Notes by sheet name, or why the workbook is not opened."""
    notes = look(data, LIMITS)
    return findings(notes, file) if isinstance(notes, tuple) else notes
