"""Reads what an enterprise uploads: a wheel, or a zip or pair of ``scheme.toml`` and catalog. As data, in memory.

Nothing is imported, compiled or written; every fault becomes a finding, and all of them are collected.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from core.texts import Text, shorten
from core.vocabulary import Vocabulary
from plugins.archive import Limits, open_archive, upload_too_large
from plugins.case_forms import CasesForm
from plugins.contents import forbidden
from plugins.digests import sha256_of, wheel_digest
from plugins.document import SchemeDocument
from plugins.findings import Finding, Place, Severity
from plugins.manifest import Manifest
from plugins.parts import CATALOG_XLSX, MANIFEST, PART_NAMES, read_parts
from plugins.refusals import Refusal, refusal
from plugins.sources import read_sources
from plugins.wheel import WheelFacts, read_wheel
from plugins.wheel_entry import EntryPoint
from plugins.workbook.reader import CellMap

PAIR_NAME: Final = "scheme.zip"
DEFAULT_LIMITS: Final = Limits()
MOST_FINDINGS: Final = 1000


class ArtifactKind(StrEnum):
    """What was uploaded."""

    WHEEL = "wheel"
    BUNDLE = "bundle"  # scheme.toml and catalog, zipped


@dataclass(frozen=True, slots=True)
class Artifact:
    """A scheme as uploaded and read. ``digest`` is its content's, however it was packed; ``sha256`` that of ``data``.

    ``files`` by path within the archive; ``sources`` the Python among them as text, never run here. ``distribution``,
    ``entry_point`` and ``requires`` belong to wheels. ``cells`` say where in a workbook each field of each row stands.
    ``cases`` are the golden ones.
    """

    kind: ArtifactKind
    filename: str
    data: bytes = field(repr=False)
    sha256: str
    digest: str
    distribution: str | None
    version: str
    files: Mapping[str, bytes] = field(repr=False)
    requires: tuple[str, ...]
    entry_point: EntryPoint | None
    sources: Mapping[str, str] = field(repr=False)
    document: SchemeDocument = field(repr=False)
    cells: CellMap = field(repr=False)
    cases: CasesForm | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ArtifactReading:
    """What came of reading: the artifact, None when a finding is an error, and every finding.

    ``digest`` is the content's. Of a refused file it is the file's own, because a file that was tampered with may hold
    the very content that another was approved for. ``distribution`` and ``manifest`` are there as far as they could be
    read.
    """

    artifact: Artifact | None
    findings: tuple[Finding, ...]
    digest: str
    distribution: str | None = None
    manifest: Manifest | None = None


def read_artifact(
    data: bytes, filename: str, limits: Limits = DEFAULT_LIMITS, vocabulary: Vocabulary | None = None
) -> ArtifactReading:
    """Read an uploaded ``.whl`` or ``.zip``. Never raises for what an uploader can get wrong."""
    name = shorten(re.split(r"[/\\]", filename)[-1], limits.path)
    if fault := upload_too_large(data, name, limits) or _wrong_suffix(name):
        return ArtifactReading(None, (fault,), sha256_of(data))
    opened = open_archive(data, name, limits)
    if opened.findings:
        return ArtifactReading(None, _told(opened.findings, None, None), sha256_of(data))
    read = _read_wheel if name.endswith(".whl") else _read_bundle
    return read(data, name, opened.files, limits, vocabulary)


def read_pair(
    manifest: bytes, catalog: bytes, limits: Limits = DEFAULT_LIMITS, vocabulary: Vocabulary | None = None
) -> ArtifactReading:
    """Read ``scheme.toml`` with a catalog workbook uploaded beside it; the artifact is both in one zip."""
    return read_artifact(pack_pair(manifest, catalog), PAIR_NAME, limits, vocabulary)


def pack_pair(manifest: bytes, catalog: bytes) -> bytes:
    """``scheme.toml`` and ``catalog.xlsx`` as one zip; the same two files are always the same bytes."""
    return pack({MANIFEST: manifest, CATALOG_XLSX: catalog})


def pack_folder(folder: Path) -> bytes:
    """A scheme's folder as one zip of its manifest, its catalog in whichever form, and its cases."""
    return pack({name: (folder / name).read_bytes() for name in PART_NAMES if (folder / name).exists()})


def pack(files: Mapping[str, bytes]) -> bytes:
    """Files by path as one zip, always the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)  # stored: what deflate makes of it depends on its version
    return buffer.getvalue()


def _wrong_suffix(name: str) -> Finding | None:
    if name.endswith((".whl", ".zip")):
        return None
    what = Text(
        "只接受 .whl，或含 scheme.toml 与目录的 .zip", "only .whl, or .zip of scheme.toml and catalog, are accepted"
    )
    return refusal(Refusal.NOT_A_ZIP, what, Place(file=name), value=name)


def _read_wheel(
    data: bytes, name: str, files: Mapping[str, bytes], limits: Limits, vocabulary: Vocabulary | None
) -> ArtifactReading:
    facts, faults = read_wheel(name, files)
    package = facts.entry_point.package if facts.entry_point else folder_of_manifest(files).removesuffix("/")
    sources, source_faults = read_sources(files, package, name, limits)
    parts = read_parts(files, f"{package}/", name, limits, vocabulary)
    disagreements = _disagreements(name, facts, parts.manifest)
    found = (*faults, *forbidden(files, name), *source_faults, *parts.findings, *disagreements)
    findings = _told(found, facts.name, facts.version)
    if parts.document is None or _refused(findings):
        return ArtifactReading(None, findings, sha256_of(data), facts.name, parts.manifest)
    artifact = Artifact(
        kind=ArtifactKind.WHEEL,
        filename=name,
        data=data,
        sha256=sha256_of(data),
        digest=wheel_digest(facts.name, facts.version, files, facts.requires),
        distribution=facts.name,
        version=facts.version,
        files=files,
        requires=facts.requires,
        entry_point=facts.entry_point,
        sources=sources,
        document=parts.document,
        cells=parts.cells,
        cases=parts.cases,
    )
    return ArtifactReading(artifact, findings, artifact.digest, facts.name, parts.manifest)


def _read_bundle(
    data: bytes, name: str, files: Mapping[str, bytes], limits: Limits, vocabulary: Vocabulary | None
) -> ArtifactReading:
    home = folder_of_manifest(files)
    parts = read_parts(files, home, name, limits, vocabulary)
    key, version = (parts.manifest.scheme.key, parts.manifest.scheme.version) if parts.manifest else ("", "")
    findings = _told((*forbidden(files, name), *_strangers(files, home, name), *parts.findings), key, version)
    if parts.document is None or _refused(findings):
        return ArtifactReading(None, findings, sha256_of(data), None, parts.manifest)
    artifact = Artifact(
        kind=ArtifactKind.BUNDLE,
        filename=name,
        data=data,
        sha256=sha256_of(data),
        digest=parts.document.digest,
        distribution=None,
        version=version,
        files=files,
        requires=(),
        entry_point=None,
        sources={},
        document=parts.document,
        cells=parts.cells,
        cases=parts.cases,
    )
    return ArtifactReading(artifact, findings, artifact.digest, None, parts.manifest)


def folder_of_manifest(files: Mapping[str, bytes]) -> str:
    """The one folder at the top that holds ``scheme.toml``, empty when it lies at the top itself or nowhere."""
    tops = {path.partition("/")[0] for path in files if path.count("/") == 1 and path.endswith(f"/{MANIFEST}")}
    return f"{tops.pop()}/" if len(tops) == 1 and MANIFEST not in files else ""


def _strangers(files: Mapping[str, bytes], home: str, name: str) -> Iterator[Finding]:
    """Files of a bundle that are neither of its parts."""
    for path in files.keys() - {f"{home}{part}" for part in PART_NAMES}:
        what = Text(
            f"zip 中只应有 {MANIFEST}、目录与案例；请删除此文件，含 Python 的方案请构建 wheel",
            f"only {MANIFEST}, catalog and cases belong in the zip; remove this file; for Python build a wheel",
        )
        yield refusal(Refusal.OUT_OF_PLACE, what, Place(file=name, entry=path), value=path)


def _disagreements(name: str, facts: WheelFacts, manifest: Manifest | None) -> Iterator[Finding]:
    """What the wheel and its ``scheme.toml`` say differently: distribution, version, entry point."""
    if manifest is None:
        return
    key, version = manifest.scheme.key, manifest.scheme.version
    wanted = f"scheme-{key.replace('_', '-')}"
    if facts.name and canonicalize_name(facts.name) != wanted:
        what = Text(
            f"方案键为 {key}，分发包应名为 {wanted}；请改其一",
            f"the scheme's key is {key}, so name the distribution {wanted}",
        )
        yield refusal(Refusal.IDENTITY, what, Place(file=name), value=facts.name, nearest=wanted)
    if facts.version and not _same_version(facts.version, version):
        what = Text(
            f"{MANIFEST} 的版本是 {version}，包的版本是 {facts.version}；请改为一致",
            f"{MANIFEST} says version {version}, the wheel says {facts.version}; make them agree",
        )
        yield refusal(Refusal.IDENTITY, what, Place(file=name), value=facts.version, nearest=version)
    if facts.entry_point and facts.entry_point.name != key:
        what = Text(
            f"入口点应以方案键 {key} 为名；请在 pyproject.toml 中改正", f"name the entry point by the key {key}"
        )
        yield refusal(Refusal.ENTRY_POINT, what, Place(file=name), value=facts.entry_point.name, nearest=key)


def _same_version(one: str, other: str) -> bool:
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return False


def _refused(findings: tuple[Finding, ...]) -> bool:
    return any(one.severity is Severity.ERROR for one in findings)


def _told(findings: tuple[Finding, ...], distribution: str | None, version: str | None) -> tuple[Finding, ...]:
    """Findings that name distribution and version, as many as somebody may read."""
    named = tuple(
        replace(one, place=replace(one.place, distribution=distribution or "", version=version or ""))
        for one in findings[:MOST_FINDINGS]
    )
    rest = len(findings) - len(named)
    if not rest:
        return named
    what = Text(f"另有 {rest} 项未列出；请先改正以上各项", f"{rest} more are not listed; correct these first")
    place = replace(named[0].place, entry=None)
    return (*named, refusal(Refusal.FORM, what, place, value=rest, severity=Severity.NOTICE))
