"""Hands the catalog workbook of an upload back with the findings in it (回写校验结果)."""

from collections.abc import Iterable
from typing import Final

from plugins.archive import open_archive
from plugins.artifact import DEFAULT_LIMITS, folder_of_manifest
from plugins.findings import Finding
from plugins.parts import CATALOG_XLSX
from plugins.workbook.marks import annotate

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_of(content: bytes, filename: str) -> bytes | None:
    """The catalog workbook in a wheel or zip; None when the catalog is none or the file cannot be opened."""
    opened = open_archive(content, filename, DEFAULT_LIMITS)
    if opened.findings:
        return None
    return opened.files.get(f"{folder_of_manifest(opened.files)}{CATALOG_XLSX}")


def marked_catalog(content: bytes, filename: str, findings: Iterable[Finding]) -> bytes | None:
    """The workbook of an upload with what was found marked in it, earlier marks gone; None when there is none.

    Raises BAD_FILE when it is no readable workbook.
    """
    workbook = workbook_of(content, filename)
    return None if workbook is None else annotate(workbook, findings)
