"""The parts of a scheme among an artifact's files: ``scheme.toml``, a catalog as TOML or workbook, and golden cases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import rfc8785
from pydantic import BaseModel

from core.texts import Text
from core.vocabulary import Vocabulary
from plugins.archive import Limits
from plugins.case_forms import CasesForm
from plugins.case_reading import CASES
from plugins.catalog_form import CatalogForm
from plugins.contents import CATALOG_WORKBOOK
from plugins.document import SchemeDocument
from plugins.findings import Finding, Place
from plugins.form_reading import fit
from plugins.limits import beyond_in_catalog, beyond_in_manifest
from plugins.manifest import Manifest
from plugins.refusals import Refusal, refusal
from plugins.toml_reading import read_toml
from plugins.workbook.reader import CatalogReading, CellMap, in_workbook, read_catalog

F = TypeVar("F", bound=BaseModel)
MANIFEST: Final = "scheme.toml"
CATALOG_TOML: Final = "catalog.toml"
CATALOG_XLSX: Final = CATALOG_WORKBOOK
PART_NAMES: Final = (MANIFEST, CATALOG_TOML, CATALOG_XLSX, CASES)


@dataclass(frozen=True, slots=True)
class SchemeParts:
    """What could be read: ``document`` when manifest and catalog could, ``cells`` when the catalog is a workbook.

    ``cases`` are no part of the document: they say what it is meant to do and change nothing of it.
    """

    manifest: Manifest | None
    document: SchemeDocument | None
    cells: CellMap = field(default_factory=dict)
    cases: CasesForm | None = None
    findings: tuple[Finding, ...] = ()


def read_parts(
    files: Mapping[str, bytes], home: str, file: str, limits: Limits, vocabulary: Vocabulary | None
) -> SchemeParts:
    """The parts from the folder ``home`` (empty or ending in ``/``) of the artifact named ``file``."""
    absent = _absent(files, home, file)
    manifest, faults = _form(Manifest, files.get(f"{home}{MANIFEST}"), MANIFEST, limits)
    catalog = _catalog(files, home, manifest, limits, vocabulary)
    cases, misfits = _form(CasesForm, files.get(f"{home}{CASES}"), CASES, limits)
    beyond = tuple(_beyond(manifest, catalog))
    findings = (*absent, *faults, *catalog.findings, *beyond, *misfits)
    if manifest is None or catalog.form is None or beyond:
        return SchemeParts(manifest, None, catalog.cells, cases, findings)
    document = SchemeDocument(manifest, catalog.form)
    uncanonical = _uncanonical(document)
    return SchemeParts(manifest, None if uncanonical else document, catalog.cells, cases, (*findings, *uncanonical))


def _absent(files: Mapping[str, bytes], home: str, file: str) -> tuple[Finding, ...]:
    """A part that is missing, or a catalog that is there twice."""
    place = Place(file=file)
    toml, xlsx = (f"{home}{name}" in files for name in (CATALOG_TOML, CATALOG_XLSX))
    faults = []
    if f"{home}{MANIFEST}" not in files:
        what = Text(f"缺少 {home}{MANIFEST}；请补上", f"{home}{MANIFEST} is missing; add it")
        faults.append(refusal(Refusal.PART_MISSING, what, place, value=MANIFEST))
    if not (toml or xlsx):
        what = Text(
            f"缺少对应关系目录；请补上 {home}{CATALOG_XLSX} 或 {CATALOG_TOML}",
            f"the catalog is missing; add {home}{CATALOG_XLSX} or {CATALOG_TOML}",
        )
        faults.append(refusal(Refusal.PART_MISSING, what, place, value=CATALOG_XLSX))
    if toml and xlsx:
        what = Text(
            f"同时有 {CATALOG_TOML} 与 {CATALOG_XLSX}；只留一个",
            f"both {CATALOG_TOML} and {CATALOG_XLSX}; keep one of them",
        )
        faults.append(refusal(Refusal.TWO_CATALOGS, what, place, value=f"{home}{CATALOG_XLSX}"))
    return tuple(faults)


def _form(form: type[F], data: bytes | None, name: str, limits: Limits) -> tuple[F | None, tuple[Finding, ...]]:
    if data is None:
        return None, ()
    content: dict[str, Any] | Finding = read_toml(data, Place(file=name), limits)
    if isinstance(content, Finding):
        return None, (content,)
    return fit(form, content, Place(file=name))


def _catalog(
    files: Mapping[str, bytes], home: str, manifest: Manifest | None, limits: Limits, vocabulary: Vocabulary | None
) -> CatalogReading:
    """The catalog. A workbook names groups and evidence of the manifest, so that it cannot be read without."""
    workbook = files.get(f"{home}{CATALOG_XLSX}")
    if workbook is None or f"{home}{CATALOG_TOML}" in files:
        form, faults = _form(CatalogForm, files.get(f"{home}{CATALOG_TOML}"), CATALOG_TOML, limits)
        return CatalogReading(form, {}, faults)
    return read_catalog(workbook, manifest, CATALOG_XLSX, vocabulary) if manifest else CatalogReading(None)


def _beyond(manifest: Manifest | None, catalog: CatalogReading) -> Iterator[Finding]:
    """What is beyond a limit; of a workbook, by cell."""
    if manifest is not None:
        yield from beyond_in_manifest(manifest, MANIFEST)
    if catalog.form is not None:
        found = tuple(beyond_in_catalog(catalog.form, CATALOG_XLSX if catalog.cells else CATALOG_TOML))
        yield from in_workbook(found, catalog.cells) if catalog.cells else found


def _uncanonical(document: SchemeDocument) -> tuple[Finding, ...]:
    """What fits the form but has no canonical JSON, and so no digest: numbers beyond 2⁵³."""
    try:
        document.canonical()
    except rfc8785.CanonicalizationError as error:
        what = Text("数值过大，无法计算摘要；请改正", "a number is too large to be digested; correct it")
        return (refusal(Refusal.FORM, what, Place(file=MANIFEST), value=error),)
    return ()
