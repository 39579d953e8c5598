"""A scheme document: manifest and catalog together, with one canonical form, one digest, and core's scheme in it."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import orjson
import rfc8785
from pydantic import BaseModel, ValidationError

from core.errors import ErrorCode, GuantongError, Where
from core.schemes import Scheme
from core.texts import Text
from core.vocabulary import Vocabulary
from plugins.catalog_form import CatalogForm
from plugins.digests import document_digest
from plugins.frozen import Tables, documented, read_documented, with_tables
from plugins.manifest import Manifest
from plugins.translate import to_scheme
from plugins.workbook.reader import read_catalog

F = TypeVar("F", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class SchemeDocument:
    """What an enterprise files. The digest is SHA-256 over the RFC 8785 form of both parts.

    What has its default is left out of that form, so that a field which the contract gains changes no digest. A default
    therefore never changes within a major version of the contract, which the form always names.

    ``tables`` are those of its own scorers, frozen at registration; they go on record with it, each with its digest.
    """

    manifest: Manifest
    catalog: CatalogForm
    tables: Tables = field(default_factory=dict)

    @classmethod
    def of(cls, content: dict[str, Any]) -> "SchemeDocument":
        """From the parsed canonical form, as stored."""
        return cls(
            checked(Manifest, content.get("manifest", {}), "scheme.toml"),
            checked(CatalogForm, content.get("catalog", {}), "catalog.toml"),
            read_documented(content.get("tables", {})),
        )

    def canonical(self) -> str:
        """The canonical JSON."""
        content: dict[str, Any] = {
            "manifest": self.manifest.model_dump(mode="json", by_alias=True, exclude_defaults=True),
            "catalog": self.catalog.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        }
        if self.tables:
            content["tables"] = documented(self.tables)
        return rfc8785.dumps(content).decode()

    @property
    def digest(self) -> str:
        return document_digest(self.canonical())

    def scheme(self, vocabulary: Vocabulary | None = None) -> Scheme:
        """Core's view of it, by the shipped vocabulary unless told.

        Raises SCHEME_INVALID or UNKNOWN_CODE naming file and row.
        """
        return with_tables(to_scheme(self.manifest, self.catalog, self.digest, vocabulary), self.tables)


def scheme_from(document: str) -> Scheme:
    """Core's port ``DocumentReader``: the scheme of a document as it is on record.

    Its digest is that of the text, also where a later form would write the same content in another way.
    """
    read = SchemeDocument.of(orjson.loads(document))
    return with_tables(to_scheme(read.manifest, read.catalog, document_digest(document)), read.tables)


def read_folder(folder: Path) -> SchemeDocument:
    """Read ``scheme.toml`` and ``catalog.toml`` or ``catalog.xlsx``; the folder's Python, if any, is not looked at."""
    manifest = checked(Manifest, _toml(folder / "scheme.toml"), "scheme.toml")
    workbook = folder / "catalog.xlsx"
    if workbook.exists():
        return SchemeDocument(manifest, _from_workbook(workbook, manifest))
    return SchemeDocument(manifest, checked(CatalogForm, _toml(folder / "catalog.toml"), "catalog.toml"))


def _from_workbook(path: Path, manifest: Manifest) -> CatalogForm:
    reading = read_catalog(path.read_bytes(), manifest)
    if reading.form is None:
        first = reading.findings[0]
        raise _invalid(path.name, first.what, first.place.cell)
    return reading.form


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _invalid(path.name, Text(f"缺少文件 {path.name}", f"{path.name} is missing")) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise _invalid(path.name, Text(f"不是有效的 TOML：{fault}", f"not valid TOML: {fault}")) from None


def checked(form: type[F], content: dict[str, Any], file: str) -> F:
    """Content that fits its form, or SCHEME_INVALID naming the first entry that does not."""
    try:
        return form.model_validate(content)
    except ValidationError as fault:
        first = fault.errors()[0]
        entry = ".".join(str(part) for part in first["loc"])
        text = Text(f"{entry} 不合要求：{first['msg']}", f"{entry} does not fit: {first['msg']}")
        raise _invalid(file, text, entry) from None


def _invalid(file: str, text: Text, entry: str | None = None) -> GuantongError:
    return GuantongError(ErrorCode.SCHEME_INVALID, text, where=Where(file=file, entry=entry))
